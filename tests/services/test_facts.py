"""The register of facts: added, corrected by new rows, taken in by the hundred."""

import pytest
from sqlalchemy import select

from riskapp.domain.authority import Role
from riskapp.domain.candidate import Route
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.services.facts import add_fact, correct_fact, import_facts
from riskapp.services.work import Office
from riskapp.storage.facts import StoredFact, current_facts, fact_history, stored_fact, stored_row
from riskapp.storage.log import LogEntry, entries
from riskapp.storage.tables import log_entry
from tests.builders import person
from tests.registers import fact


def log(office: Office) -> tuple[LogEntry, ...]:
    with office.reading() as connection:
        return entries(connection, select(log_entry).order_by(log_entry.c.seq))


def current(office: Office) -> list[StoredFact]:
    with office.reading() as connection:
        return [stored_row(row) for row in connection.execute(current_facts())]


def test_a_fact_is_added_as_its_source_says_it(office: Office) -> None:
    actor = person(office, "ada", Role.ASSESSOR)
    said = fact(route=Route.VENDOR_SERVICE, host="Acme", as_of="2024-12..2025-02", note="Table 4")
    fact_id = add_fact(office, actor, said)
    with office.reading() as connection:
        kept = stored_fact(connection, fact_id)
    assert (kept.fact, kept.recorded_by, kept.replaces_id) == (said, actor.id, None)
    assert (log(office)[-1].action, log(office)[-1].subject_id) == ("fact.added", fact_id)


def test_a_correction_is_a_new_row_with_its_reason_and_the_old_one_stays_readable(office: Office) -> None:
    actor = person(office, "lena", Role.LEAD_ASSESSOR)
    first = add_fact(office, actor, fact())
    second = correct_fact(office, actor, first, fact(value="56.0"), reason="Digits were exchanged.")
    third = correct_fact(office, actor, second, fact(value="56.1"), reason="Read again.")
    with office.reading() as connection:
        for each in (first, second, third):
            found = fact_history(connection, each)
            assert [(row.id, row.fact.value) for row in found] == [
                (third, "56.1"),
                (second, "56.0"),
                (first, "65.0"),
            ]
    assert [row.id for row in current(office)] == [third]
    details = log(office)[-1].body["details"]
    assert (details["replaces"], details["changed"]) == (second, ["value"])
    assert details["reason"] == "Read again."


def test_a_fact_is_corrected_once_and_then_its_correction_is(office: Office) -> None:
    first = add_fact(office, None, fact())
    second = correct_fact(office, None, first, fact(value="56.0"), reason="Misread.")
    with pytest.raises(ConflictError, match="has been corrected") as refusal:
        correct_fact(office, None, first, fact(value="57.0"), reason="Misread.")
    assert isinstance(refusal.value.current, StoredFact)
    assert refusal.value.current.id == second


def test_a_correction_changes_something_and_says_why(office: Office) -> None:
    first = add_fact(office, None, fact())
    with pytest.raises(InvalidError, match="change what is wrong"):
        correct_fact(office, None, first, fact(), reason="None.")
    with pytest.raises(InvalidError) as refusal:
        correct_fact(office, None, first, fact(value="1"), reason=" ")
    assert set(refusal.value.fields) == {"reason"}
    with pytest.raises(NotFoundError, match="nothing"):
        correct_fact(office, None, "nothing", fact(), reason="Misread.")


def test_many_facts_come_in_as_one_act_in_the_order_given(office: Office) -> None:
    rows = [fact(value=str(number)) for number in range(300)]
    ids = import_facts(office, None, rows, source="facts.csv")
    kept = {row.id: row.fact for row in current(office)}
    assert [kept[each] for each in ids] == rows
    (entry,) = log(office)
    assert (entry.action, entry.body["details"]["count"]) == ("facts.imported", 300)
    assert entry.body["details"]["source"] == "facts.csv"
    assert len(entry.body["details"]["digest"]) == 64


def test_one_bad_row_keeps_all_out_and_is_named_by_its_number(office: Office) -> None:
    with pytest.raises(InvalidError) as refusal:
        import_facts(office, None, [fact(), fact(url="javascript:alert(1)")], source="facts.csv")
    assert list(refusal.value.fields) == ["2.url"]
    assert current(office) == []
    assert import_facts(office, None, [], source="empty.csv") == ()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("subject", {"subject": ""}),
        ("metric", {"metric": "m" * 201}),
        ("value", {"value": ""}),
        ("dimension", {"dimension": "political_bias"}),
        ("dimension", {"dimension": "d" * 61}),
        ("as_of", {"as_of": "last week"}),
        ("as_of", {"as_of": "2025-02-30"}),
        ("source_title", {"source_title": ""}),
        ("url", {"url": "javascript:alert(1)"}),
        ("url", {"url": "https://"}),
        ("model", {"model": None}),
        ("route", {"host": "Acme"}),
        ("note", {"note": "\x00"}),
    ],
)
def test_what_does_not_fit_a_fact_is_refused_by_field(
    office: Office, name: str, given: dict[str, object]
) -> None:
    with pytest.raises(InvalidError) as refusal:
        add_fact(office, None, fact(**given))
    assert set(refusal.value.fields) == {name}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LEAD_ASSESSOR, Role.ASSESSOR}))
def test_nobody_but_assessors_and_leads_keeps_facts(office: Office, role: Role) -> None:
    fact_id = add_fact(office, None, fact())
    actor = person(office, "ada", role)
    for attempt in (
        lambda: add_fact(office, actor, fact()),
        lambda: correct_fact(office, actor, fact_id, fact(value="1"), reason="Misread."),
        lambda: import_facts(office, actor, [fact()], source="facts.csv"),
    ):
        with pytest.raises(ForbiddenError, match="assessor"):
            attempt()
