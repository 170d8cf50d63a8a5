"""`riskapp demo`: the worked example, whose users get random passwords that are printed once."""

import click

from riskapp import bootstrap
from riskapp.services.work import Office


@click.command()
def demo() -> None:
    """Load the worked example into an empty service."""
    with bootstrap.open_office(bootstrap.settings()) as office:
        bootstrap.prepare_schema(office)
        load_and_print(office)


def load_and_print(office: Office) -> None:
    """Load the worked example and print who can sign in, with which password: nothing keeps it."""
    from riskapp.worked_example import load

    people = load(office, new_secret=office.new_secret)
    click.echo("The worked example is loaded. These people can sign in; keep the passwords now:\n")
    for person in people:
        roles = ", ".join(sorted(role.value.replace("-", " ") for role in person.roles))
        click.echo(f"  {person.sign_in_name:16} {person.password:24} {roles}")
    click.echo("")
