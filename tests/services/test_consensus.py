"""The consensus is one sheet for all who moderate: none overwrites another, and none of them decides."""

import threading
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from riskapp.domain.authority import Actor, Role
from riskapp.domain.errors import ConflictError, ForbiddenError
from riskapp.domain.scores import Recommendation
from riskapp.services.decisions import Decide, decide, send_back
from riskapp.services.dossiers import dossier
from riskapp.services.draft_history import RestoreDraft, criterion_history, restore_draft
from riskapp.services.moderation import seat_drafts
from riskapp.services.sheet_files import ImportAnswers, export_sheet, import_answers, preview_import
from riskapp.services.sheets import Saved, SaveDraft, save_draft, submit_sheet
from riskapp.services.work import Office
from riskapp.storage.moderation import keeper_of_consensus
from riskapp.storage.sheets import Draft, latest_sheet
from riskapp.storage.tables import draft
from riskapp.storage.team_tables import moderated_by
from tests.assessment_builders import FULL
from tests.builders import person
from tests.teams import Team, a_team_in_moderation, fill

REJECTION = Decide(outcome=Recommendation.REJECT, reason="The budget is spent.")
HERE = {**FULL["residency"], "reason": "Read together."}


def write(office: Office, team: Team, actor: str, text: str, *, expected: int) -> Saved:
    who = {"lead": team.lead}.get(actor) or person(office, actor, Role.LEAD_ASSESSOR)
    payload = {**HERE, "rationale": text}
    command = SaveDraft(assessment_id=team.id, criterion_id="residency", payload=payload, expected=expected)
    return save_draft(office, who, command)


def test_two_who_moderate_type_in_one_sheet_and_neither_overwrites_the_other(office: Office) -> None:
    team = a_team_in_moderation(office)
    write(office, team, "lead", "What I think.", expected=0)
    with pytest.raises(ConflictError) as conflict:
        write(office, team, "luis", "What Luis thinks.", expected=0)
    assert isinstance(conflict.value.current, Draft)
    assert conflict.value.current.payload["rationale"] == "What I think."
    write(office, team, "luca", "What both think.", expected=1)
    with office.reading() as connection:
        found = dossier(connection, team.id)
        assert (
            seat_drafts(connection, team.lead, found)["residency"].payload["rationale"] == "What both think."
        )
        told = criterion_history(connection, team.lead, (team.id, "residency"))
    assert told.steps
    assert [each.version.version for each in told.steps.items] == [2, 1]
    assert len({each.version.saved_by for each in told.steps.items}) == 2
    first = RestoreDraft(
        assessment_id=team.id,
        criterion_id="residency",
        seq=told.steps.items[-1].version.seq,
        expected=2,
    )
    assert restore_draft(office, team.lead, first).version == 3


def test_two_who_begin_the_consensus_at_the_same_instant_type_in_one_sheet(office: Office) -> None:
    team = a_team_in_moderation(office)
    leads = (team.lead, person(office, "luis", Role.LEAD_ASSESSOR))
    start = threading.Barrier(2, timeout=20)

    def begin(actor: Actor, criterion: str) -> None:
        payload = {**FULL[criterion], "rationale": f"What {actor.name} thinks."}
        start.wait()
        save_draft(
            office,
            actor,
            SaveDraft(assessment_id=team.id, criterion_id=criterion, payload=payload, expected=0),
        )

    pairs = zip(leads, ("residency", "exit-cost"), strict=True)
    threads = [threading.Thread(target=begin, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with office.reading() as connection:
        found = dossier(connection, team.id)
        seen = [seat_drafts(connection, lead, found) for lead in leads]
        kept = connection.execute(
            select(draft.c.assessor_id).where(draft.c.saved_at >= found.stored.stages[-1].at)
        )
        keepers = kept.scalars().all()
    assert seen[0] == seen[1]
    assert len(keepers) == 2
    assert len(set(keepers)) == 1
    assert [seen[0][each].version for each in ("residency", "exit-cost")] == [1, 1]


def test_whoever_typed_in_the_consensus_cannot_decide_on_it(office: Office) -> None:
    team = a_team_in_moderation(office)
    both = person(office, "both", Role.LEAD_ASSESSOR, Role.APPROVER)
    save_draft(
        office, both, SaveDraft(assessment_id=team.id, criterion_id="residency", payload=HERE, expected=0)
    )
    submit_sheet(office, team.lead, team.id)
    with pytest.raises(ForbiddenError, match="You moderated this assessment"):
        decide(office, both, team.id, REJECTION)
    decide(office, person(office, "ines", Role.APPROVER), team.id, REJECTION)


def test_a_consensus_goes_out_as_a_spreadsheet_with_its_reasons_and_comes_back(office: Office) -> None:
    team = a_team_in_moderation(office)
    fill(office, team, team.lead, {"residency": FULL["residency"]})
    with office.reading() as connection:
        content = export_sheet(connection, team.lead, team.id).content
    workbook = load_workbook(BytesIO(content))
    sheet = workbook.worksheets[0]
    place = next(row[0].row for row in sheet.iter_rows() if row[0].value == "residency")
    assert sheet["M9"].value == "Reason of the moderation"
    sheet[f"M{place}"] = "Settled over the contract."
    saved = BytesIO()
    workbook.save(saved)
    with office.reading() as connection:
        found = preview_import(connection, team.lead, team.id, saved.getvalue())
    assert (found.refusals, found.is_stale) == ((), False)
    payloads = {each.criterion.id: each.payload for each in found.changes}
    assert payloads == {"residency": {**FULL["residency"], "reason": "Settled over the contract."}}
    import_answers(
        office,
        team.lead,
        ImportAnswers(assessment_id=team.id, payloads=payloads, seen=found.state),
    )
    submit_sheet(office, team.lead, team.id)


def test_an_assessor_of_a_team_exports_an_own_sheet_without_that_column(office: Office) -> None:
    team = a_team_in_moderation(office)
    with office.reading() as connection, pytest.raises(ConflictError, match="in moderation"):
        export_sheet(connection, team.ada, team.id)


def test_who_moderated_an_earlier_round_only_is_not_kept_with_the_consensus_of_the_next(
    office: Office,
) -> None:
    team = a_team_in_moderation(office)
    write(office, team, "luis", "What Luis thinks.", expected=0)
    write(office, team, "lead", "What both think.", expected=1)
    submit_sheet(office, team.lead, team.id)
    send_back(office, person(office, "omar", Role.APPROVER), team.id, "Look again.")
    for actor in team.assessors:
        submit_sheet(office, actor, team.id)
    with office.reading() as connection:
        present = keeper_of_consensus(connection, team.id, "nobody yet")
    assert present == "nobody yet"
    write(office, team, "lead", "What I think now.", expected=0)
    submit_sheet(office, team.lead, team.id)
    with office.reading() as connection:
        last = latest_sheet(connection, team.id)
        query = select(moderated_by.c.user_id).where(moderated_by.c.consensus_id == (last.id if last else ""))
        assert connection.execute(query).scalars().all() == [team.lead.id]
