"""Tells the story of the worked example through the use cases, each act by the right person in its time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from riskapp.domain.answers import Answer
from riskapp.domain.authority import Actor
from riskapp.domain.decision import Decide
from riskapp.domain.drafts import Payload, payload_of
from riskapp.domain.fact import ClaimType
from riskapp.domain.life_cycle import Stage
from riskapp.domain.moderation import REASON
from riskapp.domain.report import DecisionCondition, Source
from riskapp.services.assessments import NewAssessment, open_assessment
from riskapp.services.candidates import add_candidate
from riskapp.services.contexts import add_context
from riskapp.services.decisions import decide
from riskapp.services.evidence import EvidenceForm, NewEvidence, Upload, add_evidence
from riskapp.services.facts import import_facts
from riskapp.services.moderation import record_dissent
from riskapp.services.rubrics import publish_shipped
from riskapp.services.sheets import SaveDraft, save_draft, submit_sheet
from riskapp.services.users import NewUser, add_user
from riskapp.services.work import Office
from riskapp.storage.rubrics import release_summaries
from riskapp.worked_example.content import FOLDER, Content
from riskapp.worked_example.story_format import (
    AssessmentPart,
    ClaimPart,
    ConditionPart,
    DecisionPart,
    FilePart,
    TeamPart,
)

Step = tuple[timedelta, Callable[[], object]]
"""An act, and how long after the one before it happens."""

AT_ONCE = timedelta()
OVERNIGHT = timedelta(hours=18)
REGISTERING = timedelta(minutes=6)
READING = timedelta(minutes=2)
ANSWERING = timedelta(minutes=4)


@dataclass(slots=True)
class Telling:
    """The story so far: ids of what is stored already, by the names that the content uses."""

    office: Office
    content: Content
    passwords: dict[str, str]
    actors: dict[str, Actor] = field(default_factory=dict)
    candidates: dict[str, str] = field(default_factory=dict)
    contexts: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    release: str = ""

    def steps(self) -> Iterator[Step]:
        """Yield every act of the story in order; each may be taken once the ones before it were."""
        yield AT_ONCE, self._publish_rubrics
        for name in self.content.story.people:
            yield REGISTERING, partial(self._add_person, name)
        yield REGISTERING, self._import_facts
        for name in self.content.candidates:
            yield REGISTERING, partial(self._add_candidate, name)
        for name in self.content.contexts:
            yield REGISTERING, partial(self._add_context, name)
        for part in self.content.story.assessments:
            yield from AssessmentTelling(self, part).steps()

    @property
    def lead(self) -> Actor:
        """Return who opens assessments and keeps the registers."""
        return self.actors[self.content.story.lead]

    def _publish_rubrics(self) -> None:
        publish_shipped(self.office)
        pin = self.content.story.release
        with self.office.reading() as connection:
            releases = release_summaries(connection)
        self.release = next(
            each.id for each in releases if (each.rubric_id, each.version) == (pin.id, pin.version)
        )

    def _add_person(self, name: str) -> None:
        person = self.content.story.people[name]
        new = NewUser(
            sign_in_name=name,
            display_name=person.name,
            roles=person.roles,
            password=self.passwords[name],
        )
        self.actors[name] = Actor(add_user(self.office, None, new), person.name, person.roles)

    def _import_facts(self) -> None:
        facts = self.content.facts
        ids = import_facts(self.office, self.lead, list(facts.values()), source="facts.csv")
        self.facts = dict(zip(facts, ids, strict=True))

    def _add_candidate(self, name: str) -> None:
        self.candidates[name] = add_candidate(self.office, self.lead, self.content.candidates[name])

    def _add_context(self, name: str) -> None:
        self.contexts[name] = add_context(self.office, self.lead, self.content.contexts[name])


@dataclass(slots=True)
class AssessmentTelling:
    """One assessment of the story so far, with the ids of its evidence by the ids in the answers file."""

    told: Telling
    part: AssessmentPart
    assessment_id: str = ""
    evidence: dict[str, str] = field(default_factory=dict)

    def steps(self) -> Iterator[Step]:
        """Yield the acts from opening to where the assessment stands."""
        sheet = self.told.content.sheets[self.part.answers]
        yield OVERNIGHT, self._open
        for source in sheet.sources:
            yield READING, partial(self._add_evidence, source)
        if self.part.file is not None:
            yield READING, partial(self._attach, self.part.file)
        for criterion in self.told.content.rubric.criteria():
            if criterion.id in sheet.answers:
                yield ANSWERING, partial(self._answer, criterion.id, sheet.answers[criterion.id])
            elif criterion.id in self.part.unfinished:
                yield ANSWERING, partial(self._save, criterion.id, self.part.unfinished[criterion.id])
        if self.part.stage is not Stage.IN_PROGRESS:
            yield ANSWERING, partial(self._submit, self.part.assessor)
        if self.part.team is not None:
            yield from self._moderation(self.part.team)
        if self.part.decision is not None:
            yield OVERNIGHT, partial(self._decide, self.part.decision)

    def _moderation(self, team: TeamPart) -> Iterator[Step]:
        """Yield the acts of the second assessor, then those that settle the consensus."""
        lead = self.told.content.story.lead
        for criterion_id, said in team.opinions.items():
            yield ANSWERING, partial(self._opine, team.second, criterion_id, said)
        yield ANSWERING, partial(self._submit, team.second)
        yield OVERNIGHT, partial(self._settle, team)
        yield ANSWERING, partial(self._submit, lead)
        for criterion_id, text in team.dissents.items():
            yield ANSWERING, partial(self._dissent, team.second, criterion_id, text)

    def _opine(self, name: str, criterion_id: str, said: Payload) -> None:
        cited = [self.evidence[each] for each in said.get("evidence", [])]
        self._save(criterion_id, {**said, "evidence": cited}, by=self.told.actors[name])

    def _dissent(self, name: str, criterion_id: str, text: str) -> None:
        record_dissent(self.told.office, self.told.actors[name], self.assessment_id, criterion_id, text)

    def _settle(self, team: TeamPart) -> None:
        sheet = self.told.content.sheets[self.part.answers]
        for criterion_id, answer in sheet.answers.items():
            reason = team.reasons.get(criterion_id)
            payload = self._payload(answer) | ({REASON: reason} if reason else {})
            self._save(criterion_id, payload, by=self.told.lead)

    @property
    def _assessor(self) -> Actor:
        return self.told.actors[self.part.assessor]

    @property
    def _collector(self) -> Actor:
        """Return who adds the evidence: what a lead adds is for all of a team."""
        return self._assessor if self.part.team is None else self.told.lead

    def _open(self) -> None:
        profile = self.told.content.sheets[self.part.answers].profile
        new = NewAssessment(
            candidate_id=self.told.candidates[self.part.candidate],
            context_id=self.told.contexts[self.part.context],
            release_id=self.told.release,
            profile_id=profile or self.told.content.rubric.profiles[0].id,
            assessor_id=self._assessor.id,
            others=() if self.part.team is None else (self.told.actors[self.part.team.second].id,),
        )
        self.assessment_id = open_assessment(self.told.office, self.told.lead, new)

    def _add_evidence(self, source: Source) -> None:
        claim = self.told.content.story.claims.get(source.id)
        new = self._fact(source) if claim is None else self._claim(source, claim)
        self.evidence[source.id] = add_evidence(self.told.office, self._collector, self.assessment_id, new)

    def _fact(self, source: Source) -> NewEvidence:
        return NewEvidence(
            form=EvidenceForm.FACT, source_type="", title="", fact_id=self.told.facts[source.id]
        )

    def _claim(self, source: Source, part: ClaimPart) -> NewEvidence:
        claim = self.told.content.claims[part.claim]
        return NewEvidence(
            form=EvidenceForm.LINK,
            source_type=ClaimType.PRESS,
            title=source.title,
            publisher=source.publisher,
            url=source.url,
            as_of=source.as_of,
            excerpt=source.says,
            compared_with=self.evidence[part.compared_with],
            finding=part.finding,
            finding_note=f"{_sentence(claim.sources_say)} {_sentence(claim.reading)} ({claim.checked_in})",
        )

    def _attach(self, part: FilePart) -> None:
        new = NewEvidence(
            form=EvidenceForm.FILE,
            source_type=part.source_type,
            title=part.title,
            as_of=part.as_of,
            upload=Upload(part.name, (FOLDER / part.name).read_bytes()),
        )
        add_evidence(self.told.office, self._collector, self.assessment_id, new)

    def _answer(self, criterion_id: str, answer: Answer) -> None:
        self._save(criterion_id, self._payload(answer))

    def _payload(self, answer: Answer) -> dict[str, str | list[str]]:
        cited = tuple(self.evidence[each] for each in answer.evidence)
        return payload_of(replace(answer, evidence=cited))

    def _save(self, criterion_id: str, payload: Payload, *, by: Actor | None = None) -> None:
        command = SaveDraft(
            assessment_id=self.assessment_id, criterion_id=criterion_id, payload=payload, expected=0
        )
        save_draft(self.told.office, by or self._assessor, command)

    def _submit(self, name: str) -> None:
        submit_sheet(self.told.office, self.told.actors[name], self.assessment_id)

    def _decide(self, made: DecisionPart) -> None:
        today = self.told.office.now().date()
        days = made.expires_after_days
        command = Decide(
            outcome=made.outcome,
            reason=made.reason,
            conditions=tuple(
                DecisionCondition(
                    text=self._text(each), owner=each.owner, due_on=today + timedelta(each.due_after_days)
                )
                for each in made.conditions
            ),
            expires_on=None if days is None else today + timedelta(days),
        )
        approver = self.told.actors[self.told.content.story.approver]
        decide(self.told.office, approver, self.assessment_id, command)

    def _text(self, condition: ConditionPart) -> str:
        if condition.gate is None:
            return condition.text or ""
        gates = {gate.id: gate for gate in self.told.content.rubric.gates}
        return gates[condition.gate].condition or ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
