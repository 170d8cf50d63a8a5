"""`riskapp demo`: the worked example, whose users get random passwords that are printed once."""

from typing import TYPE_CHECKING

import click

from riskapp import bootstrap
from riskapp.services.work import Office

if TYPE_CHECKING:
    from riskapp.worked_example import LoadedPerson


@click.command()
def demo() -> None:
    """Load the worked example into an empty service."""
    with bootstrap.open_office(bootstrap.settings()) as office:
        bootstrap.prepare_schema(office)
        load_and_print(office)


def load_and_print(office: Office) -> None:
    """Load the worked example and print who can sign in, with which password: nothing keeps it.

    The first line goes out before anything is loaded: where nobody reads, nothing happens, and no passwords
    are lost. Whoever stops reading later finds them on standard error.
    """
    from riskapp.worked_example import load

    click.echo("Loading the worked example.")
    people = load(office, new_secret=office.new_secret)
    told = "\n".join(
        [
            "The worked example is loaded. These people can sign in; keep the passwords now:\n",
            *(_line(person) for person in people),
            "",
        ]
    )
    try:
        click.echo(told)
    except OSError:
        click.echo(told, err=True)


def _line(person: "LoadedPerson") -> str:
    roles = ", ".join(sorted(role.value.replace("-", " ") for role in person.roles))
    return f"  {person.sign_in_name:16} {person.password:24} {roles}"
