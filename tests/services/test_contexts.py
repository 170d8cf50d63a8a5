"""The register of contexts of use: what is recorded, by whom, and what is refused."""

import pytest

from riskapp.domain.authority import Actor, Role
from riskapp.domain.context import Jurisdiction
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from riskapp.services.contexts import add_context, revise_context
from riskapp.services.work import Office
from riskapp.storage.contexts import StoredContext, context_history
from riskapp.storage.log import latest_entry
from tests.builders import person
from tests.registers import context


def lead(office: Office) -> Actor:
    return person(office, "lena", Role.LEAD_ASSESSOR)


def history(office: Office, context_id: str) -> tuple[StoredContext, ...]:
    with office.reading() as connection:
        return context_history(connection, context_id)


def test_a_context_is_added_and_revised_and_every_revision_stays(office: Office) -> None:
    actor = lead(office)
    context_id = add_context(office, actor, context())
    revise_context(office, actor, context_id, context(budget_per_month=None), seen=1)
    newest, oldest = history(office, context_id)
    assert (newest.number, newest.context.budget_per_month, newest.recorded_by) == (2, None, actor.id)
    assert oldest.context == context()
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry
    assert (entry.action, entry.subject_id) == ("context.revised", context_id)
    assert entry.body["details"]["changed"] == ["budget_per_month"]


def test_saving_an_unchanged_context_records_nothing(office: Office) -> None:
    actor = lead(office)
    context_id = add_context(office, actor, context())
    revise_context(office, actor, context_id, context(), seen=1)
    assert len(history(office, context_id)) == 1


def test_a_context_that_somebody_has_revised_meanwhile_is_not_overwritten(office: Office) -> None:
    actor = lead(office)
    context_id = add_context(office, actor, context())
    revise_context(office, actor, context_id, context(title="Letters"), seen=1)
    with pytest.raises(ConflictError, match="Letters has been revised") as refusal:
        revise_context(office, actor, context_id, context(title="Mail"), seen=1)
    assert isinstance(refusal.value.current, StoredContext)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", ""),
        ("title", "t" * 121),
        ("purpose", "\n"),
        ("jurisdictions", ()),
        ("jurisdictions", (Jurisdiction.EU, Jurisdiction.EU)),
        ("languages", ()),
        ("languages", ("German",)),
        ("languages", ("de", "de")),
        ("input_tokens_per_month", -1),
        ("output_tokens_per_month", 2**53),
        ("budget_per_month", -5),
    ],
)
def test_what_does_not_fit_a_context_is_refused_by_field(office: Office, name: str, value: object) -> None:
    with pytest.raises(InvalidError) as refusal:
        add_context(office, None, context(**{name: value}))
    assert set(refusal.value.fields) == {name}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEAD_ASSESSOR])
def test_nobody_but_a_lead_assessor_keeps_the_register_of_contexts(office: Office, role: Role) -> None:
    context_id = add_context(office, None, context())
    actor = person(office, "ada", role)
    with pytest.raises(ForbiddenError, match="lead assessor"):
        add_context(office, actor, context())
    with pytest.raises(ForbiddenError, match="lead assessor"):
        revise_context(office, actor, context_id, context(title="T"), seen=1)
