"""People as tests need them, made through the use cases."""

from riskapp.domain.authority import Actor, Role
from riskapp.services.users import NewUser, add_user
from riskapp.services.work import Office

PASSWORD = "four words make one"


def new_user(name: str = "ada", *roles: Role, password: str = PASSWORD) -> NewUser:
    """Return a person to be added, with a display name made from the sign-in name."""
    return NewUser(
        sign_in_name=name,
        display_name=name.replace("-", " ").title(),
        roles=frozenset(roles),
        password=password,
    )


def person(office: Office, name: str = "ada", *roles: Role) -> Actor:
    """Add a person and return who acts when they are signed in."""
    new = new_user(name, *roles)
    return Actor(add_user(office, None, new), new.display_name, new.roles)
