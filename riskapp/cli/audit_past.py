"""`riskapp audit as-of` and `riskapp audit diff`: what stood when, and what differs, as the pages show it."""

import json
import re
from collections.abc import Iterable
from typing import Any

import click
from sqlalchemy import Connection

from riskapp import bootstrap
from riskapp.domain.errors import NotFoundError
from riskapp.domain.sheet_differences import differences
from riskapp.services.as_it_stood import everything_stored
from riskapp.services.blindness import NOBODY
from riskapp.services.moments import assessment_called, entry_at
from riskapp.services.pair_differences import (
    candidate_pair,
    candidate_pair_json,
    release_called,
    release_pair,
    release_pair_json,
)
from riskapp.services.record_differences import answers_json, difference_json, record_difference
from riskapp.services.stored_json import stored_json

_REFERENCE = re.compile(r"RA-[0-9]{1,9}", re.IGNORECASE)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
_DIFFERS = 1

Told = dict[str, Any]


@click.command("as-of")
@click.argument("reference")
@click.argument("moment", required=False)
@_AS_JSON
def as_of(reference: str, moment: str | None, *, as_json: bool) -> None:
    """Show an assessment such as RA-0007 as it stood at MOMENT, or as it stands now.

    MOMENT is an instant such as "2027-01-31 14:30", in UTC, or the number of a log entry.
    """
    with bootstrap.open_record(bootstrap.settings()) as office, office.reading() as connection:
        up_to = entry_at(connection, moment, field="MOMENT") if moment else None
        stored = everything_stored(
            connection, assessment_called(connection, reference), viewer_id=NOBODY, up_to=up_to
        )
        told = stored_json(stored)
    click.echo(json.dumps(told) if as_json else _stored_words(told))


def _stored_words(told: Told) -> str:
    when = f" after log entry {told['after_entry']}" if told["after_entry"] else ""
    candidate, context, rubric = told["candidate"], told["context"], told["rubric"]
    lines = [
        f"{told['assessment']}{when}: {_words(told['stage'])}",
        f"  {candidate['model']} ({candidate['version']}) on {candidate['host']}, for {context['title']}",
        f"  {rubric['id']} {rubric['version']}, profile {told['profile']}",
    ]
    lines += [f"  {each['at']} {_words(each['stage'])}" for each in told["stages"]]
    for sheet in told["sheets"]:
        total = sheet["total"]["point"] or "not rated"
        lines.append(
            f"  Score sheet {sheet['number']}: {total}, recommendation {_words(sheet['recommendation'])}"
        )
    lines += [f"  Decision: {_words(each['outcome'])}" for each in told["decisions"]]
    lines.append(f"  Evidence items: {len(told['evidence'])}; reports: {len(told['reports'])}")
    return "\n".join(lines)


@click.command()
@click.argument("things", nargs=-1, required=True)
@click.option("--sheets", nargs=2, type=int, help="Compare two score sheets of the assessment by number.")
@_AS_JSON
def diff(things: tuple[str, ...], *, sheets: tuple[int, int] | None, as_json: bool) -> None:
    """Show what differs; exit code 0 means nothing does, 1 that something does.

    \b
    RA-0007 MOMENT [MOMENT]  one assessment at two moments, the second one now if left out
    RA-0007 --sheets 1 2     two score sheets of one assessment
    RA-0007 RA-0009          the candidates of two assessments, and the answers to each
    ID/VERSION ID/VERSION    two releases of rubrics

    A moment is an instant such as "2027-01-31 14:30", in UTC, or the number of a log entry.
    """  # noqa: D301 (click reads the backspace as: leave these lines as they are)
    with bootstrap.open_record(bootstrap.settings()) as office, office.reading() as connection:
        told = _told(connection, things, sheets)
    click.echo(json.dumps(told) if as_json else _difference_words(told))
    if not told["same"]:
        raise click.exceptions.Exit(_DIFFERS)


def _told(connection: Connection, things: tuple[str, ...], sheets: tuple[int, int] | None) -> Told:
    first, rest = things[0], things[1:]
    if sheets and not rest:
        return _sheets_told(connection, first, sheets)
    if not sheets and len(rest) == 1 and _REFERENCE.fullmatch(rest[0]):
        ids = [assessment_called(connection, each) for each in things]
        return candidate_pair_json(candidate_pair(connection, *ids))
    if not sheets and len(rest) == 1 and "/" in first:
        ids = [release_called(connection, each) for each in things]
        return release_pair_json(release_pair(connection, *ids))
    if not sheets and 1 <= len(rest) <= 2:  # noqa: PLR2004 - one moment or two
        assessment_id = assessment_called(connection, first)
        since, *until = (entry_at(connection, each, field="MOMENT") for each in rest)
        found = record_difference(
            connection, assessment_id, viewer_id=NOBODY, since=since, until=until[0] if until else None
        )
        return difference_json(found)
    raise click.UsageError("Give two things to compare; riskapp audit diff --help says which.")


def _sheets_told(connection: Connection, reference: str, numbers: tuple[int, int]) -> Told:
    stored = everything_stored(connection, assessment_called(connection, reference), viewer_id=NOBODY)
    by_number = {each.ordinal: each for each in stored.sheets}
    for number in numbers:
        if number not in by_number:
            raise NotFoundError("score sheet", str(number))
    before, after = (by_number[number].answers for number in numbers)
    found = differences(stored.dossier.rubric, before, after)
    return {
        "format": "riskapp-sheet-difference/1",
        "assessment": stored.dossier.stored.reference,
        "sheets": list(numbers),
        "same": not found,
        "answers": answers_json(found),
    }


def _difference_words(told: Told) -> str:
    if told["same"]:
        return "Nothing differs."
    lines: list[str] = []
    for name in ("candidate", "context"):
        lines += _field_words(f"{name} ", told.get(name, ()))
    for part in told.get("parts", ()):
        lines.append(f"{part['kind']} {part['id']}: {part['fate']}")
        lines += _field_words("  ", part["fields"])
    for name in ("stages", "decisions"):
        lines += [f"{name.removesuffix('s')}: {_words(each)}" for each in told.get(name, ())]
    if told.get("evidence"):
        lines.append(f"evidence added: {', '.join(map(str, told['evidence']))}")
    for sheet in told["sheets"] if "since_entry" in told else ():
        lines.append(f"score sheet {sheet['after']} (before: {sheet['before'] or 'none'})")
        lines += _answer_words(sheet["answers"])
    lines += _answer_words(told.get("answers") or ())
    if told.get("entries"):
        lines.append(f"log entries: {', '.join(map(str, told['entries']))}")
    if told.get("saves_of_drafts"):
        lines.append(f"saves of drafts: {told['saves_of_drafts']}")
    return "\n".join(lines) or "They pin different releases or profiles, and nothing else differs."


def _field_words(before: str, fields: Iterable[Told]) -> list[str]:
    return [
        f"{before}{_words(each['field'])}: {each['before'] or 'nothing'} -> {each['after'] or 'nothing'}"
        for each in fields
    ]


def _answer_words(answers: Iterable[Told]) -> list[str]:
    return [f"  {each['criterion']}: {', '.join(each['differs'])}" for each in answers]


def _words(identifier: str) -> str:
    return identifier.replace("-", " ").replace("_", " ")
