"""The auditor's desk over a long log: its views and filters, one entry, one assessment, searches."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, insert, select

from benchmarks.figures import Figure, median_ms
from benchmarks.floors import page_ms
from benchmarks.pages import get_page
from benchmarks.service import READER, Service, signed_in
from riskapp import bootstrap
from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.ledger import Frontier, leaf_digest
from riskapp.services.dossiers import dossier
from riskapp.services.work import Office
from riskapp.settings import read_settings
from riskapp.storage.columns import instant_text
from riskapp.storage.log import LogEntry, entry_numbers, latest_entry
from riskapp.storage.log_scan import raw_batches
from riskapp.storage.tables import assessment, log_entry, log_node, user_account

ENTRIES = 1_000_000
BATCH = 10_000
RUNS = 20
SELDOM = 50_000
"""One entry of so many is by the person who seldom acts."""

ACTIONS = (
    *(["draft.saved"] * 46),
    "evidence.added",
    "assessment.opened",
    "comment.made",
    "session.opened",
)


def figures(service: Service) -> Iterator[Figure]:
    """Yield the figures of the desk of a service, whose log is filled up to a million entries first."""
    with bootstrap.open_office(read_settings(service.settings)) as office:
        fill_log(office, ENTRIES)
        paths = desk_paths(office, service.sheets[0])
    bare_page = page_ms()
    with service.served() as (port, _, _):
        auditor = signed_in(port, READER)
        for name, path in paths.items():
            value = median_ms(partial(get_page, auditor, path), runs=RUNS, warm=3)
            label = f"{name}, {ENTRIES:,} entries"
            yield Figure(label, value, "ms", floor=bare_page, floor_name="bare page", goal="15 or less")


def desk_paths(office: Office, assessment_id: str) -> dict[str, str]:
    """Return the addresses of the desk that are measured, by what they show; of one assessment among them."""
    people = _people(office)
    with office.reading() as connection:
        last = _newest(connection)
        found = dossier(connection, assessment_id).stored
        opened = entry_numbers(connection, assessment_id, ("assessment.opened",))["assessment.opened"]
    reference, middle, day = found.reference, last.seq // 2, last.at.date()
    busy, seldom = f"person={people[0]}", f"person={people[-1]}"
    period = f"since={day - timedelta(days=3)}&until={day - timedelta(days=1)}"
    return {
        "the log": "/audit/log",
        "the log in the middle": f"/audit/log?before={middle}",
        "the log of somebody busy": f"/audit/log?{busy}",
        "the log of somebody who seldom acts": f"/audit/log?{seldom}",
        "the log, one kind of entry": "/audit/log?action=comment.made",
        "the log of one assessment": f"/audit/log?assessment={reference}",
        "the log of a period": f"/audit/log?{period}",
        "the log, a busy person and a kind": f"/audit/log?{busy}&action=comment.made",
        "the log, a person and a kind never theirs": f"/audit/log?{seldom}&action=comment.made",
        "the log, a person in a period": f"/audit/log?{seldom}&{period}",
        "the log, a kind in a period": f"/audit/log?action=rubric.published&{period}",
        "the log, an assessment and a kind": f"/audit/log?assessment={reference}&action=draft.saved",
        "one entry": f"/audit/log/{middle}",
        "all that is stored of an assessment": f"/audit/assessments/{assessment_id}",
        "the same as it stood": f"/audit/assessments/{assessment_id}?entry={opened[0]}",
        "search for a reference": f"/audit?text={reference}",
        "search for what nothing is called": "/audit?text=zzz",
    }


def _people(office: Office) -> list[str]:
    with office.reading() as connection:
        return list(connection.execute(select(user_account.c.id).order_by(user_account.c.id)).scalars())


def fill_log(office: Office, size: int) -> None:
    """Continue the log up to this many entries about the assessments that are there, without use cases."""
    frontier, newest = _grown(office)
    people = _people(office)
    with office.reading() as connection:
        ids = list(connection.execute(select(assessment.c.id).order_by(assessment.c.number)).scalars())
    at = newest.at
    chance = random.Random(1)
    while frontier.size < size:
        rows, nodes = [], []
        for seq in range(frontier.size + 1, min(frontier.size + BATCH, size) + 1):
            at += timedelta(seconds=0.6)
            who = people[-1] if seq % SELDOM == 0 else people[chance.randrange(len(people) - 1)]
            row = _entry(seq, at, who, action=chance.choice(ACTIONS), about=ids[seq * len(ids) // (size + 1)])
            rows.append(row)
            nodes.append({"seq": seq, "hashes": b"".join(frontier.append(leaf_digest(row["body"])))})
        with office.database.writing() as connection:
            connection.execute(insert(log_entry), rows)
            connection.execute(insert(log_node), nodes)
            connection.commit()


def _grown(office: Office) -> tuple[Frontier, LogEntry]:
    frontier = Frontier()
    with office.reading() as connection:
        for batch in raw_batches(connection):
            for each in batch:
                frontier.append(leaf_digest(each.body))
        return frontier, _newest(connection)


def _newest(connection: Connection) -> LogEntry:
    newest = latest_entry(connection)
    if newest is None:
        message = "the log of the population is empty"
        raise RuntimeError(message)
    return newest


def _entry(seq: int, at: datetime, who: str, *, action: str, about: str) -> dict[str, Any]:
    body = {
        "seq": seq,
        "at": instant_text(at),
        "actor": who,
        "action": action,
        "subject": {"kind": "draft", "id": "one"},
        "assessment": about,
        "details": {"payload": {"rationale": "x" * 200}},
    }
    return {
        "seq": seq,
        "at": at,
        "actor_id": who,
        "action": action,
        "subject_kind": "draft",
        "subject_id": "one",
        "assessment_id": about,
        "body": canonical_bytes(body),
    }
