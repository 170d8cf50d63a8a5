"""`riskapp user`: accounts from the command line, such as the first administrator."""

import click

from riskapp import bootstrap
from riskapp.domain.authority import Role
from riskapp.services.users import NewUser, add_user


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
@click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for if left out, which keeps it from the list of processes.",
)
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
