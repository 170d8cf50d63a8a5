"""Why an assessment needs another look: each cause alone, on the day it begins and the day before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from riskapp.domain.staleness import (
    REMEDIES,
    Approval,
    Cause,
    CitedItem,
    Conflict,
    Grounds,
    OpenCondition,
    Since,
    by_cause,
    contradicts,
    dated,
    lasts_until,
    reasons,
)
from tests.domain.builders import dimension, levels, rubric
from tests.registers import fact

DAY = date(2026, 11, 24)
ASKED = replace(levels("price"), stale_after_days=90)
RUBRIC = rubric(dimension("cost", ASKED, levels("exit")))
FRESH = CitedItem(number=1, dated=DAY - timedelta(days=10))
OLD = CitedItem(number=2, dated=DAY - timedelta(days=200))
CONFLICT_SAID = (
    "Ines, who approved it, has a conflict of interest with Acme since 1 January 2026, "
    "declared on 24 November 2026."
)
NOTHING_NEW = Since(revision=1, newest_revision=1, retires_on=None)
APPROVAL = Approval(approver="Ines", expires_on=DAY + timedelta(days=100))


def texts(
    *,
    items: tuple[CitedItem, ...] = (FRESH,),
    since: Since = NOTHING_NEW,
    on: date = DAY,
    submitted_on: date = DAY,
) -> list[str]:
    grounds = Grounds(submitted_on=submitted_on, cited={"price": items, "exit": ()})
    return [each.text for each in reasons(RUBRIC, grounds, since, on)]


def test_what_is_fresh_needs_no_other_look() -> None:
    assert texts(since=replace(NOTHING_NEW, approval=APPROVAL)) == []


def test_an_answer_lasts_from_the_newest_evidence_and_without_a_date_from_submission() -> None:
    until = DAY + timedelta(days=80)
    assert lasts_until(ASKED, (OLD, FRESH), DAY) == until
    assert lasts_until(ASKED, (CitedItem(number=3, dated=None),), DAY) == DAY + timedelta(days=90)
    assert lasts_until(levels("exit"), (OLD,), DAY) is None
    assert texts(on=until) == []
    assert texts(on=until + timedelta(days=1)) == ["The answer to “price” held until 12 February 2027."]


def test_an_answer_that_was_old_when_it_was_submitted_says_so() -> None:
    said = "The answer to “price” rested on evidence older than 90 days when it was submitted."
    assert texts(items=(OLD,)) == [said]


def test_old_evidence_beside_newer_is_named_and_the_answer_stands() -> None:
    said = "Evidence 2 of “price” is older than 90 days; newer evidence carries the answer."
    assert texts(items=(OLD, FRESH)) == [said]


@pytest.mark.parametrize(
    ("approval", "said"),
    [
        (replace(APPROVAL, expires_on=DAY), []),
        (
            replace(APPROVAL, expires_on=DAY - timedelta(days=1)),
            ["The approval expired on 23 November 2026."],
        ),
        (replace(APPROVAL, holds_role=False), ["Ines, who approved it, is no approver any more."]),
        (replace(APPROVAL, active=False), ["Ines, who approved it, has no account here any more."]),
        (replace(APPROVAL, conditions=(OpenCondition(text="Mask.", owner="Team", due_on=DAY),)), []),
        (
            replace(
                APPROVAL,
                conditions=(OpenCondition(text="Mask.", owner="Team", due_on=DAY - timedelta(days=1)),),
            ),
            ["“Mask.” was due on 23 November 2026 from Team."],
        ),
        (
            replace(APPROVAL, conflicts=(Conflict(party="Acme", since=date(2026, 1, 1), declared_on=DAY),)),
            [CONFLICT_SAID],
        ),
    ],
)
def test_an_approval_is_looked_at_again_when_what_carries_it_falls(
    approval: Approval, said: list[str]
) -> None:
    assert texts(since=replace(NOTHING_NEW, approval=approval)) == said


@pytest.mark.parametrize(
    ("retires_on", "said"),
    [
        (DAY + timedelta(days=91), []),
        (DAY + timedelta(days=90), ["The version retires on 22 February 2027."]),
        (DAY, ["The version retired on 24 November 2026."]),
    ],
)
def test_a_version_is_looked_at_before_it_retires_and_after(retires_on: date, said: list[str]) -> None:
    assert texts(since=replace(NOTHING_NEW, retires_on=retires_on)) == said


def test_a_new_revision_and_a_new_release_are_reasons() -> None:
    since = replace(NOTHING_NEW, newest_revision=3, newer_release="1.1.0")
    assert texts(since=since) == [
        "The candidate was revised: revision 3 is the newest, revision 1 was assessed.",
        "R 1.1.0 was published; 1.0.0 was used.",
    ]


def test_a_newer_fact_contradicts_only_on_the_same_matter_with_another_value() -> None:
    cited = fact(value="65.0", as_of="2026-01")
    assert contradicts(fact(value="60", as_of="2026-02"), cited)
    assert not contradicts(fact(value="65", as_of="2026-02"), cited)
    assert not contradicts(fact(value="60", as_of="2025-12"), cited)
    item = replace(FRESH, fact_id="f", fact=cited)
    since = replace(NOTHING_NEW, newer_facts=(fact(value="60", as_of="2026-02"), fact(metric="other")))
    assert texts(items=(item,), since=since) == [
        "“price” cites GPQA-Diamond (pass@1): 65.0 % (evidence 1); a newer fact of Acme says 60 %."
    ]


def test_corrected_evidence_and_corrected_facts_are_reasons() -> None:
    item = replace(FRESH, fact_id="f", fact=fact())
    since = replace(NOTHING_NEW, corrected_items=((1, 4), (9, 10)), corrected_facts=frozenset({"f"}))
    assert texts(items=(item,), since=since) == [
        "Evidence 1 of “price” was corrected by item 4.",
        "The fact behind evidence 1 of “price”, GPQA-Diamond (pass@1), was corrected.",
    ]


def test_reasons_stand_together_by_cause_and_every_cause_says_what_to_do() -> None:
    since = replace(NOTHING_NEW, newest_revision=2, newer_release="2.0.0")
    grounds = Grounds(submitted_on=DAY, cited={"price": (OLD,)})
    found = reasons(RUBRIC, grounds, since, DAY)
    groups = by_cause(found)
    assert [cause for cause, _ in groups] == [
        Cause.CANDIDATE_REVISED,
        Cause.RUBRIC_RELEASED,
        Cause.ANSWER_EXPIRED,
    ]
    assert [each.criterion_id for each in found] == [None, None, "price"]
    assert set(REMEDIES) == set(Cause)


@pytest.mark.parametrize(("text", "day"), [("2026-02", date(2026, 2, 28)), ("", None), ("soon", None)])
def test_evidence_is_dated_by_the_last_day_it_speaks_of(text: str, day: date | None) -> None:
    assert dated(text) == day
