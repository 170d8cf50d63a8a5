"""Saving a field: nothing typed is lost, nobody else writes, and the log keeps every version."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from riskapp.domain.answers import Answer, ChosenLevel, Confidence
from riskapp.domain.authority import Actor, Role
from riskapp.domain.drafts import Incomplete, Payload
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.services.assessments import withdraw_assessment
from riskapp.services.sheets import SaveDraft, save_draft
from riskapp.services.work import Office
from riskapp.storage.log import LogEntry, entries
from riskapp.storage.sheets import Draft, drafts
from riskapp.storage.tables import log_entry
from tests.assessment_builders import FULL, Opened, a_submitted_assessment, an_assessment, save
from tests.builders import person

TYPED: Payload = {
    "choice": "level:mixed",
    "confidence": "high",
    "rationale": "Two of three hosts are at home.",
}


def kept(office: Office, opened: Opened) -> dict[str, Draft]:
    with office.reading() as connection:
        return drafts(connection, opened.id, opened.assessor.id)


def saves(office: Office, opened: Opened) -> tuple[LogEntry, ...]:
    of_drafts = (log_entry.c.action == "draft.saved") & (log_entry.c.assessment_id == opened.id)
    with office.reading() as connection:
        return entries(connection, select(log_entry).where(of_drafts).order_by(log_entry.c.seq))


def test_a_saved_field_is_kept_as_typed_with_a_version_and_an_entry(office: Office) -> None:
    opened = an_assessment(office)
    saved = save(office, opened, "residency", TYPED)
    assert saved.version == 1
    assert saved.answer == Answer(
        response=ChosenLevel("mixed"), confidence=Confidence.HIGH, rationale="Two of three hosts are at home."
    )
    draft = kept(office, opened)["residency"]
    assert (draft.version, draft.payload, draft.saved_at) == (1, TYPED, saved.saved_at)
    entry = saves(office, opened)[-1]
    assert (entry.actor_id, entry.subject_kind, entry.subject_id) == (
        opened.assessor.id,
        "draft",
        "residency",
    )
    assert entry.body["details"] == {"criterion": "residency", "version": 1, "payload": TYPED}


def test_what_makes_no_answer_yet_is_kept_all_the_same(office: Office) -> None:
    opened = an_assessment(office)
    saved = save(office, opened, "run-cost", {"value": "about 3,5", "rationale": " half a "})
    assert isinstance(saved.answer, Incomplete)
    assert set(saved.answer.wrong) == {"value"}
    assert kept(office, opened)["run-cost"].payload == {"value": "about 3,5", "rationale": " half a "}


def test_saving_the_same_again_writes_nothing_and_answers_the_version_that_stands(office: Office) -> None:
    opened = an_assessment(office)
    first = save(office, opened, "residency", TYPED)
    again = save(office, opened, "residency", {**TYPED, "looked": "", "evidence": []}, expected=1)
    after_a_lost_answer = save(office, opened, "residency", TYPED, expected=0)
    assert first == again == after_a_lost_answer
    assert len(saves(office, opened)) == 1


def test_nothing_typed_makes_no_draft(office: Office) -> None:
    opened = an_assessment(office)
    assert save(office, opened, "residency", {"rationale": "", "evidence": []}).version == 0
    assert kept(office, opened) == {}


def test_a_second_tab_never_overwrites_the_first_and_is_shown_what_stands(office: Office) -> None:
    opened = an_assessment(office)
    save(office, opened, "residency", TYPED)
    with pytest.raises(ConflictError) as refusal:
        save(office, opened, "residency", {"choice": "unknown"}, expected=0)
    assert isinstance(refusal.value.current, Draft)
    assert (refusal.value.current.version, refusal.value.current.payload) == (1, TYPED)
    assert kept(office, opened)["residency"].payload == TYPED
    chosen = save(office, opened, "residency", {"choice": "unknown"}, expected=1)
    assert chosen.version == 2


def test_of_two_saves_at_the_same_instant_one_is_told(office: Office) -> None:
    opened = an_assessment(office)
    start = threading.Barrier(4)
    told: list[object] = []
    won: list[int] = []

    def tab(number: int) -> None:
        start.wait()
        try:
            won.append(save(office, opened, "residency", {"rationale": f"tab {number}"}).version)
        except ConflictError as refusal:
            told.append(refusal.current)

    threads = [threading.Thread(target=tab, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [1]
    assert [isinstance(each, Draft) for each in told] == [True] * 3
    assert len(saves(office, opened)) == 1


def test_only_its_assessor_fills_in_a_sheet(office: Office) -> None:
    opened = an_assessment(office)
    strangers = [opened.lead, person(office, "other", Role.ASSESSOR), person(office, "all", *Role)]
    former = Actor(opened.assessor.id, "Former", frozenset({Role.APPROVER}))
    for actor in (*strangers, former):
        command = SaveDraft(assessment_id=opened.id, criterion_id="residency", payload=TYPED, expected=0)
        with pytest.raises(ForbiddenError, match="Only an assessor of this assessment"):
            save_draft(office, actor, command)
    assert saves(office, opened) == ()


def test_a_submitted_or_withdrawn_sheet_no_longer_changes(office: Office) -> None:
    submitted = a_submitted_assessment(office)
    with pytest.raises(ConflictError, match="is in review"):
        save(office, submitted, "residency", TYPED, expected=1)
    withdrawn = an_assessment(office, assessor=submitted.assessor, lead=submitted.lead)
    withdraw_assessment(office, withdrawn.lead, withdrawn.id, "Not needed")
    with pytest.raises(ConflictError, match="is withdrawn"):
        save(office, withdrawn, "residency", TYPED)


def test_what_is_not_there_is_not_found(office: Office) -> None:
    opened = an_assessment(office)
    with pytest.raises(NotFoundError, match="criterion 'charm'"):
        save(office, opened, "charm", TYPED)
    with pytest.raises(NotFoundError, match="assessment 'nowhere'"):
        save(office, Opened("nowhere", opened.lead, opened.assessor), "residency", TYPED)


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"value": "3"}, "value"),
        ({"is_admin": "yes"}, "is_admin"),
        ({"rationale": "x" * 20_001}, "rationale"),
        ({"choice": "level:" + "x" * 200}, "choice"),
        ({"rationale": "a\0b"}, "rationale"),
        ({"rationale": "a\ud800b"}, "rationale"),
        ({"rationale": ["a", "list"]}, "rationale"),
        ({"evidence": "one"}, "evidence"),
        ({"evidence": ["no-such-item"]}, "evidence"),
        ({"evidence": [str(number) for number in range(201)]}, "evidence"),
    ],
)
def test_what_a_draft_cannot_hold_is_refused_by_field(office: Office, payload: Payload, field: str) -> None:
    opened = an_assessment(office)
    with pytest.raises(InvalidError) as refusal:
        save(office, opened, "residency", payload)
    assert set(refusal.value.fields) == {field}
    assert kept(office, opened) == {}


def test_a_rationale_may_be_long(office: Office) -> None:
    opened = an_assessment(office)
    rationale = "å" * 20_000
    save(office, opened, "residency", {"rationale": rationale})
    assert kept(office, opened)["residency"].payload == {"rationale": rationale}


TEXTS = st.sampled_from(["", "a", "b", "c", "d"])
STEPS = st.lists(st.tuples(st.sampled_from(["save", "reload"]), st.integers(0, 1), TEXTS), max_size=25)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(steps=STEPS)
def test_no_interleaving_of_two_tabs_loses_an_acknowledged_value(
    office: Office, steps: list[tuple[str, int, str]]
) -> None:
    people = {
        role: person(office, f"{role}-{office.new_id()}", Role(role))
        for role in ("assessor", "lead-assessor")
    }
    opened = an_assessment(office, assessor=people["assessor"], lead=people["lead-assessor"])
    seen = [0, 0]
    acknowledged: list[tuple[int, Payload]] = []
    for act, tab, text in steps:
        if act == "reload":
            seen[tab] = stands(office, opened)[0]
            continue
        payload: Payload = {"rationale": text} if text else {}
        try:
            saved = save(office, opened, "residency", payload, expected=seen[tab])
        except ConflictError:
            assert seen[tab] != stands(office, opened)[0]
        else:
            seen[tab] = saved.version
            acknowledged.append((saved.version, payload))
            assert stands(office, opened) == (saved.version, payload)
    logged = {
        entry.body["details"]["version"]: entry.body["details"]["payload"] for entry in saves(office, opened)
    }
    assert sorted(logged) == list(range(1, stands(office, opened)[0] + 1))
    assert all(logged.get(version, {}) == payload for version, payload in acknowledged)


def stands(office: Office, opened: Opened) -> tuple[int, Payload]:
    draft = kept(office, opened).get("residency")
    return (draft.version, draft.payload) if draft else (0, {})


def test_every_criterion_of_the_builder_is_answered(office: Office) -> None:
    opened = an_assessment(office)
    answers = [save(office, opened, criterion, payload).answer for criterion, payload in FULL.items()]
    assert all(isinstance(answer, Answer) for answer in answers)
