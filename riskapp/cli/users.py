"""`riskapp user`: accounts from the command line, such as the first administrator."""

import click

from riskapp import bootstrap
from riskapp.domain.authority import Role
from riskapp.domain.errors import NotFoundError
from riskapp.services.name_erasure import erase_name, user_called
from riskapp.services.users import NewUser, add_user, set_password
from riskapp.storage.users import users, users_called

ASKED = click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for if left out, which keeps it from the list of processes.",
)


@click.group()
def user() -> None:
    """Manage accounts."""


@user.command()
@click.argument("sign_in_name")
@click.option("--name", help="The name that others see; the sign-in name if left out.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="May be repeated.",
)
@ASKED
def add(sign_in_name: str, name: str | None, roles: tuple[str, ...], password: str) -> None:
    """Add an account; the first administrator of a service is made like this."""
    new = NewUser(
        sign_in_name=sign_in_name,
        display_name=name or sign_in_name,
        roles=frozenset(Role(role) for role in roles),
        password=password,
    )
    with bootstrap.open_office(bootstrap.settings()) as office:
        bootstrap.prepare_schema(office)
        add_user(office, None, new)
    click.echo(f"{sign_in_name.strip().lower()} can sign in, with these roles: {', '.join(roles) or 'none'}.")


@user.command("list")
def list_accounts() -> None:
    """List the accounts with their roles; it says nothing of passwords, which nobody can read."""
    with bootstrap.open_office(bootstrap.settings()) as office:
        bootstrap.prepare_schema(office)
        with office.reading() as connection:
            found = users(connection)
    for each in found:
        roles = ", ".join(sorted(role.value for role in each.roles)) or "no roles"
        click.echo(f"{each.sign_in_name:24} {each.display_name:32} {roles if each.active else 'deactivated'}")


@user.command()
@click.argument("sign_in_name")
@ASKED
def password(sign_in_name: str, password: str) -> None:
    """Set a new password for an account; its open sessions end, and what made it wait is lifted."""
    name = sign_in_name.strip().lower()
    with bootstrap.open_office(bootstrap.settings()) as office:
        bootstrap.prepare_schema(office)
        with office.reading() as connection:
            found = users_called(connection, [name]).get(name)
        if found is None:
            raise NotFoundError("active account", name)
        set_password(office, None, found.id, password)
    click.echo(f"{name} can sign in with the new password.")


@user.command("erase-name")
@click.argument("sign_in_name")
@click.option("--reason", required=True, help="It stands in the log for ever: leave the name out of it.")
def erase(sign_in_name: str, reason: str) -> None:
    """Take the names of a deactivated account out of the service, on lawful request; the log stays whole."""
    with bootstrap.open_office(bootstrap.settings()) as office:
        bootstrap.prepare_schema(office)
        with office.reading() as connection:
            person = user_called(connection, sign_in_name)
        shown = erase_name(office, None, person.id, reason)
    click.echo(f"The name is erased. Pages say “{shown}” from now on.")
