"""The worked example: five assessments of real models with sourced facts, told through the use cases."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from riskapp.storage.users import users
from riskapp.worked_example.content import read_content
from riskapp.worked_example.story_clock import StoryClock
from riskapp.worked_example.telling import Telling

PASSWORD_LENGTH = 20


@dataclass(frozen=True, slots=True)
class LoadedPerson:
    """Somebody who can sign in now. The password is kept nowhere else."""

    sign_in_name: str
    password: str
    roles: frozenset[Role]


def load(office: Office, *, new_secret: Callable[[], str]) -> tuple[LoadedPerson, ...]:
    """Load the example into a service without users and return who can sign in.

    All of it is one transaction: a load that is cut short has left nothing behind. Its acts are spread over
    the days before; the last log entry says, at the true instant, that they are an example. Raises
    ConflictError where there are users.
    """
    content = read_content()
    people = tuple(
        LoadedPerson(name, new_secret()[:PASSWORD_LENGTH], person.roles)
        for name, person in content.story.people.items()
    )
    with office.as_one() as whole:
        _refuse_users(whole)
        telling = Telling(whole, content, {each.sign_in_name: each.password for each in people})
        steps = tuple(telling.steps())
        with whole.reading() as connection:
            last = latest_entry(connection)
        clock = StoryClock(
            content.story,
            planned=sum((after for after, _ in steps), timedelta()),
            now=office.now(),
            not_before=last.at if last else None,
        )
        telling.office = replace(whole, now=clock)
        for after, act in steps:
            clock.advance(after)
            act()
        _say_that_it_is_an_example(whole)
    return people


def _refuse_users(office: Office) -> None:
    with office.reading() as connection:
        if users(connection):
            raise ConflictError(
                "There are users already, and the worked example is for an empty service. "
                "Point RISKAPP_DATA at a new folder, then try again."
            )


def _say_that_it_is_an_example(office: Office) -> None:
    with office.work(None) as unit:
        unit.record(
            "example.loaded",
            subject=("worked-example", "complete"),
            note="People, acts and instants before this entry are invented; the facts are not.",
        )
        unit.commit()
