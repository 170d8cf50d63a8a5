"""The history of one criterion: an assessor's own versions, and what was submitted."""

from dataclasses import dataclass

from sqlalchemy import Connection

from riskapp.domain.answers import Answer
from riskapp.domain.authority import Actor
from riskapp.domain.errors import NotFoundError
from riskapp.domain.life_cycle import Standing, bar_to_own_sheet, may_fill, may_moderate
from riskapp.domain.rubric import Criterion
from riskapp.services.blindness import seen_sheets
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.moderation import seat_drafts
from riskapp.services.sheets import Saved, SaveDraft, save_draft
from riskapp.services.work import Office
from riskapp.storage.assessments import assessment
from riskapp.storage.draft_history import Step, draft_history, saved_version
from riskapp.storage.paging import Window
from riskapp.storage.sheets import StoredSheet


@dataclass(frozen=True, slots=True)
class SubmittedAnswer:
    """What a sheet says about the criterion, and what the assessor's sheet before it said, if there is one.

    None stands for no answer.
    """

    sheet: StoredSheet
    answer: Answer | None
    before: Answer | None
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionHistory:
    """What a person may read about one criterion.

    `steps` are the saved versions of the sheet that is theirs (all who moderate share the consensus), None
    where they have none. `version` is that of its draft now (0 for none), `may_change` whether it can change.
    `submitted` holds the sheets in order.
    """

    dossier: Dossier
    criterion: Criterion
    steps: Window[Step] | None
    version: int
    may_change: bool
    submitted: tuple[SubmittedAnswer, ...]


def criterion_history(
    connection: Connection,
    actor: Actor,
    place: tuple[str, str],
    *,
    before: int | None = None,
    after: int | None = None,
) -> CriterionHistory:
    """Return the history of a criterion; `place` is the ids of assessment and criterion.

    `before` and `after` are numbers of the log that the window of own versions is next to. Raises
    NotFoundError and ForbiddenError.
    """
    assessment_id, criterion_id = place
    found = seen_dossier(connection, actor, assessment_id)
    criterion = asked_criterion(found, criterion_id)
    standing = found.stored.standing
    moderates = may_moderate(actor, standing)
    own = moderates or actor.id in standing.moderators or may_fill(actor, standing)
    fills = may_fill(actor, standing) and bar_to_own_sheet(actor.id, standing) is None
    key = (assessment_id, actor.id, criterion_id)
    draft = seat_drafts(connection, actor, found).get(criterion_id) if own else None
    return CriterionHistory(
        dossier=found,
        criterion=criterion,
        steps=draft_history(connection, key, before=before, after=after, but=_scored(actor, standing))
        if own
        else None,
        version=draft.version if draft else 0,
        may_change=moderates or fills,
        submitted=_submitted(connection, actor, found, criterion_id),
    )


def _scored(actor: Actor, standing: Standing) -> frozenset[str] | None:
    """Return who scored, for those who share the consensus; None for those who have a sheet of their own."""
    shares = may_moderate(actor, standing) or actor.id in standing.moderators
    return standing.assessors | standing.scorers | standing.released if shares else None


def asked_criterion(found: Dossier, criterion_id: str) -> Criterion:
    """Return a criterion of the rubric that an assessment pins; raises NotFoundError."""
    try:
        return found.rubric.criterion(criterion_id)
    except KeyError:
        raise NotFoundError("criterion", criterion_id) from None


def _submitted(
    connection: Connection, actor: Actor, found: Dossier, criterion_id: str
) -> tuple[SubmittedAnswer, ...]:
    said: dict[str, Answer | None] = {}
    shown = []
    for sheet in seen_sheets(connection, actor.id, found.stored):
        answer = sheet.answers.get(criterion_id)
        first = sheet.assessor_id not in said
        shown.append(SubmittedAnswer(sheet, answer, said.get(sheet.assessor_id), first))
        said[sheet.assessor_id] = answer
    return tuple(shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreDraft:
    """The wish to use an older version again: `seq` is its number in the log, `expected` what stands now."""

    assessment_id: str
    criterion_id: str
    seq: int
    expected: int


def restore_draft(office: Office, actor: Actor, wish: RestoreDraft) -> Saved:
    """Save an older version as the newest one; every version in between stays in the history.

    Raises what `save_draft` raises, and NotFoundError where the entry holds no version of this draft.
    """
    with office.reading() as connection:
        standing = assessment(connection, wish.assessment_id).standing
        key = (wish.assessment_id, actor.id, wish.criterion_id)
        older = saved_version(connection, key, wish.seq, but=_scored(actor, standing))
    if older is None:
        raise NotFoundError("saved version", str(wish.seq))
    command = SaveDraft(
        assessment_id=wish.assessment_id,
        criterion_id=wish.criterion_id,
        payload=older.payload,
        expected=wish.expected,
    )
    return save_draft(office, actor, command)
