"""The comparison page of many candidates: what it takes anew, and with the draws at hand."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from random import Random

from benchmarks.browsing import Browser
from benchmarks.figures import Figure, median_ms, stopwatch
from benchmarks.floors import page_ms
from benchmarks.rankings import random_sheet
from benchmarks.service import READER, Service, add_user_called, signed_in
from riskapp import bootstrap
from riskapp.domain.answers import Answer
from riskapp.domain.authority import Actor, Role
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.life_cycle import Stage
from riskapp.domain.score_json import as_json
from riskapp.domain.sheet_json import sheet_json
from riskapp.services.assessments import NewAssessment, open_assessment
from riskapp.services.dossiers import assessed, dossier
from riskapp.services.work import Office
from riskapp.settings import read_settings
from riskapp.storage.assessments import StageChange, insert_stage
from riskapp.storage.candidates import StoredCandidate, insert_candidate
from riskapp.storage.moderation import put_sheet_forward
from riskapp.storage.sheets import NewSheet, insert_sheet

CANDIDATES = 20
EVERYBODY = frozenset(Role)


def figures(service: Service) -> Iterator[Figure]:
    """Yield the figures of one comparison of twenty candidates, each with forty answers at random."""
    with bootstrap.open_office(read_settings(service.settings)) as office:
        contend(office, service.sheets[0], CANDIDATES)
    with service.served() as (port, _, _):
        reader = signed_in(port, READER)
        reader.ask("GET", "/assessments")
        with stopwatch() as seconds:
            _compare(reader)
        again = median_ms(lambda: _compare(reader), runs=10, warm=2)
    bare_page = page_ms()
    label = f"comparison page of {CANDIDATES} candidates"
    yield Figure(f"{label}, drawn anew", seconds[0], "s", goal="1 or less")
    yield Figure(
        f"{label}, drawn before", again, "ms", floor=bare_page, floor_name="bare page", goal="150 or less"
    )


def _compare(browser: Browser) -> None:
    status, body = browser.ask("GET", "/compare")
    if status != HTTPStatus.OK or f"Candidate {CANDIDATES - 1}".encode() not in body:
        raise LookupError("/compare")


def contend(office: Office, like: str, how_many: int) -> None:
    """Put in as many candidates, each with an assessment like the one named and a submitted sheet."""
    assessor = add_user_called(office, "bench-contender", *EVERYBODY)
    with office.reading() as connection:
        pinned = dossier(connection, like)
    for number in range(how_many):
        with office.work(assessor) as unit:
            content = replace(pinned.candidate.candidate, model=f"Candidate {number}")
            candidate = StoredCandidate(
                revision_id=unit.new_id(),
                candidate_id=unit.new_id(),
                number=1,
                candidate=content,
                recorded_at=unit.at,
                recorded_by=assessor.id,
            )
            insert_candidate(unit.connection, candidate)
            unit.record("candidate.added", subject=("candidate", candidate.candidate_id))
            unit.commit()
        new = NewAssessment(
            candidate_id=candidate.candidate_id,
            context_id=pinned.context.context_id,
            release_id=pinned.release.id,
            profile_id=pinned.profile.id,
            assessor_id=assessor.id,
        )
        opened = open_assessment(office, assessor, new)
        submit(office, assessor, opened, random_sheet(pinned.rubric, Random(number)))


def submit(office: Office, assessor: Actor, assessment_id: str, answers: dict[str, Answer]) -> None:
    """Submit answers that no draft was made of."""
    with office.work(assessor) as unit:
        found = dossier(unit.connection, assessment_id)
        canonical = canonical_bytes(
            sheet_json(
                found.rubric,
                answers,
                profile=found.profile.id,
                assessment=assessment_id,
                assessor=assessor.id,
            )
        )
        sheet = NewSheet(
            id=unit.new_id(),
            assessment_id=assessment_id,
            assessor_id=assessor.id,
            submitted_at=unit.at,
            digest=sha256_hex(canonical),
            canonical=canonical.decode(),
            result=as_json(found.rubric, assessed(found, answers, unit.at.date())),
        )
        insert_sheet(unit.connection, sheet, answers)
        put_sheet_forward(unit.connection, assessment_id, sheet.id, at=unit.at)
        change = StageChange(stage=Stage.IN_REVIEW, at=unit.at, changed_by=assessor.id, reason="")
        insert_stage(unit.connection, assessment_id, change, stage_id=unit.new_id())
        about = ("sheet", sheet.id)
        unit.record("sheet.submitted", subject=about, assessment_id=assessment_id, digest=sheet.digest)
        unit.commit()
