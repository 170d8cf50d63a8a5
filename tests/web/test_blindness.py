"""While several people score, nobody meets what another entered: every route, walked by every role.

One assessor plants a word in each place where something is entered. Whoever else walks all pages, downloads
and lists must not meet it, until the round is closed.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import Column, Connection, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from riskapp.domain.authority import Actor, Role
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.drafts import Payload
from riskapp.reporting.render import RenderedReport
from riskapp.sealing.seal import Seal
from riskapp.services import renderings
from riskapp.services.audit_package import make_package
from riskapp.services.comments import NewComment, add_comment
from riskapp.services.decisions import send_back
from riskapp.services.evidence import NewEvidence, Upload, add_evidence, replace_evidence
from riskapp.services.progress import fingerprint
from riskapp.services.rounds import close_round
from riskapp.services.sheet_files import ImportAnswers, import_answers
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.log import entries
from riskapp.storage.log_tree import log_size
from riskapp.storage.sheets import drafts
from riskapp.storage.tables import assessment, candidate_revision, context_revision, log_entry
from tests.assessment_builders import FULL, actor_called
from tests.builders import person
from tests.teams import Team, a_team, fill, hand_in, settle
from tests.web.conftest import SignedIn
from tests.web.page_client import PageClient

SECRET = "kestrel"
"""What stands in every place that the assessor fills: answers, rationale, evidence, file, comment."""

NOTE = NewEvidence(form="note", source_type="computed", title=f"Note {SECRET}", excerpt=f"It says {SECRET}.")
FILE = replace(
    NOTE,
    form="file",
    title=f"File {SECRET}",
    upload=Upload(f"{SECRET}.txt", f"The {SECRET} is in the file.".encode()),
)

Known = Mapping[str, Sequence[str]]
"""What stands in an address in the place of each argument of a route."""


@dataclass(frozen=True)
class Planted:
    """An assessment in its round, with what the first assessor added and what addresses can name."""

    team: Team
    evidence: tuple[str, ...]
    actions: tuple[str, ...]
    known: Known


@pytest.fixture(autouse=True)
def papers_that_are_their_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every PDF be its data, without a seal: it says nothing else, and the walks ask for dozens."""

    def data_alone(canonical: bytes, **_options: object) -> RenderedReport:
        return RenderedReport(pdf=canonical, sha256=sha256_hex(canonical), pages=1, toolchain="none")

    monkeypatch.setattr(renderings, "render_pdf", data_alone)
    monkeypatch.setattr(Seal, "apply", lambda _seal, pdf, **_options: pdf)


def secret_payloads(*cited: str) -> dict[str, Payload]:
    payloads: dict[str, Payload] = {
        key: {**payload, "rationale": f"Because of {SECRET}.", "evidence": list(cited)}
        for key, payload in FULL.items()
    }
    return {**payloads, "documents": {"choice": "unknown", "looked": f"In the {SECRET}."}}


def plant(office: Office, ada: Actor, *others: Actor) -> Planted:
    """Let Ada fill in and submit a sheet in which every text says the secret."""
    return planted_in(office, a_team(office, assessors=(ada, *others)))


def planted_in(office: Office, team: Team) -> Planted:
    """Let Ada say the secret wherever she can, in the round of her team that is open, and submit."""
    ada = team.ada
    with office.reading() as connection:
        before_all = log_size(connection)
    note = add_evidence(office, ada, team.id, NOTE)
    file = add_evidence(office, ada, team.id, FILE)
    corrected = replace_evidence(office, ada, note, replace(NOTE, title=f"Corrected {SECRET}"))
    text = f"Look at the {SECRET}, @{team.bo.name.lower()}."
    said = NewComment(assessment_id=team.id, criterion_id="residency", text=text)
    comment = add_comment(office, ada, said)
    with office.reading() as connection:
        state = fingerprint(drafts(connection, team.id, ada.id))
    imported = {"residency": {"rationale": f"Imported {SECRET}."}}
    import_answers(office, ada, ImportAnswers(assessment_id=team.id, payloads=imported, seen=state))
    for key, payload in secret_payloads(corrected, file).items():
        with office.reading() as connection:
            before = drafts(connection, team.id, ada.id).get(key)
        fill(office, team, ada, {key: payload}, expected=before.version if before else 0)
    submit_sheet(office, ada, team.id)
    evidence = (note, file, corrected)
    with office.reading() as connection:
        told = entries(connection, select(log_entry).where(log_entry.c.seq > before_all))
        known = places(connection, team) | {
            "evidence_id": evidence,
            "comment_id": [comment.id],
            "seq": [str(each.seq) for each in told],
        }
    return Planted(team, evidence, tuple(sorted({each.action for each in told})), known)


def places(connection: Connection, team: Team) -> dict[str, Sequence[str]]:
    """Return what stands in addresses for everything but what the secret was planted in."""

    def ids(column: Column[str]) -> Sequence[str]:
        return connection.execute(select(column)).scalars().all()

    return {
        "assessment_id": [team.id],
        "dimension_id": ["cost", "security"],
        "criterion_id": ["residency"],
        "user_id": [team.ada.id],
        "candidate_id": ids(candidate_revision.c.candidate_id),
        "context_id": ids(context_revision.c.context_id),
        "release_id": ids(assessment.c.rubric_release_id),
        "number": ["1"],
        "fact_id": ["no-fact"],
        "token": ["no-token"],
        "name": ["report.css"],
        "batch_id": ["no-batch"],
    }


def addresses(app: Flask, planted: Planted) -> Iterator[str]:
    """Yield the address of every page about the assessment, its parts and the log, and of every list."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield from filled(rule, planted.known)
    base = f"/assessments/{planted.team.id}"
    yield f"/assessments?text={SECRET}"
    yield f"{base}/sheet/security?check"
    yield from (f"{base}/questions{end}?compare=1" for end in ("", "/table.csv", "/paper"))
    yield f"/audit{base}/differences?from=1&to=1"
    yield from (f"/audit{base}?entry={seq}" for seq in planted.known["seq"][-1:])
    yield from (f"/audit/log?assessment=RA-0001&action={action}" for action in planted.actions)
    yield f"/audit/log?person={planted.team.ada.id}"
    yield from (f"/{page}={SECRET}" for page in ("audit/search?words", "audit/log?text", "findings?text"))
    yield f"/audit{base}/changes?since=1"


def filled(rule: Rule, known: Known) -> Iterator[str]:
    """Yield the addresses of a rule; a new kind of argument has to be named in `Planted.known` first."""
    found = [rule.rule]
    for name in rule.arguments:
        converter = next(part for part in rule.rule.split("<") if part.split(">")[0].endswith(name))
        mark = f"<{converter.split('>')[0]}>"
        found = [each.replace(mark, value) for each in found for value in known[name]]
    yield from found


def seen(client: PageClient, address: str) -> str:
    """Return everything that an answer says, what is packed into a spreadsheet included."""
    return said_in(client.client.get(address, buffered=True))


def said_in(answer: TestResponse) -> str:
    """Return everything that an answer says, what it packs included."""
    if answer.data.startswith(b"PK"):
        return packed(BytesIO(answer.data))
    return answer.get_data(as_text=True)


def met(app: Flask, client: PageClient, planted: Planted) -> list[str]:
    """Return the addresses at which the visitor meets the secret, but for the word they searched for."""
    asked = re.compile(rf'value="{SECRET}"|[?&;](text|words)={SECRET}')
    found = [address for address in addresses(app, planted) if SECRET in asked.sub("", seen(client, address))]
    base = f"/assessments/{planted.team.id}"
    client.get("/account")
    for address in (f"{base}/questions/paper.pdf", "/compare/comparison.pdf", "/portfolio/portfolio.pdf"):
        answer = client.client.post(address, data={"csrf_token": client.token}, buffered=True)
        found += [address] if SECRET in said_in(answer) else []
    return found


def test_no_route_tells_anybody_what_another_assessor_entered(
    app: Flask, office: Office, signed_in: SignedIn
) -> None:
    own = signed_in(Role.ASSESSOR, name="ada")
    visitors = {"bo": signed_in(Role.ASSESSOR, name="bo")}
    ada, bo = actor_called(office, "ada"), actor_called(office, "bo")
    both_roles = signed_in(*Role, name="everything")
    planted = plant(office, ada, bo, actor_called(office, "everything"))
    visitors |= {role.value: signed_in(role, name=f"a-{role.value}") for role in Role}
    visitors["everything"] = both_roles
    visitors["all roles, outside the team"] = signed_in(*Role, name="outsider")
    leaks = {who: found for who, client in visitors.items() if (found := met(app, client, planted))}
    assert not leaks
    base = f"/assessments/{planted.team.id}"
    own_finds = set(met(app, own, planted))
    assert {
        f"{base}/evidence",
        f"{base}/criteria/residency/comments",
        f"{base}/sheet/security/residency/history",
        *(f"/evidence/{each}" for each in planted.evidence),
    } <= own_finds, "the walk finds what is there to be found"


def test_a_package_made_in_a_round_leaves_out_what_is_blind(office: Office) -> None:
    team = a_team(office)
    planted_in(office, team)
    during, after = BytesIO(), BytesIO()
    make_package(office, during)
    for actor in team.assessors[1:]:
        hand_in(office, team, actor)
    make_package(office, after)
    told = packed(during)
    assert SECRET not in told
    assert "RA-0001: is scored blind at this time" in told
    assert SECRET in packed(after)


def packed(target: BytesIO) -> str:
    """Return everything that a package says."""
    with zipfile.ZipFile(target) as archive:
        return " ".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def test_a_second_round_is_as_blind_as_the_first(app: Flask, office: Office, signed_in: SignedIn) -> None:
    visitors = {name: signed_in(Role.ASSESSOR, name=name) for name in ("ada", "bo")}
    team = a_team(office, assessors=[actor_called(office, name) for name in visitors])
    for actor in team.assessors:
        hand_in(office, team, actor)
    settle(office, team)
    send_back(office, person(office, "omar", Role.APPROVER), team.id, "Look at the residency again.")
    planted = planted_in(office, team)
    visitors |= {
        role.value: signed_in(role, name=f"a-{role.value}") for role in (Role.AUDITOR, Role.APPROVER)
    }
    assert met(app, visitors.pop("ada"), planted), "the walk finds what is there to be found"
    assert not {who: found for who, client in visitors.items() if (found := met(app, client, planted))}


def test_progress_is_no_more_than_how_many_have_submitted(office: Office, signed_in: SignedIn) -> None:
    signed_in(Role.ASSESSOR, name="ada")
    planted = plant(office, actor_called(office, "ada"), person(office, "bo", Role.ASSESSOR))
    lead = signed_in(Role.LEAD_ASSESSOR, name="lena")
    page = lead.get(f"/assessments/{planted.team.id}")
    assert "1 of 2 assessors have submitted" in page.words
    assert "criteria have been begun" not in page.words
    auditor = signed_in(Role.AUDITOR)
    assert "No draft answer has been saved" in auditor.get(f"/audit/assessments/{planted.team.id}").words
    assert "sheet.handed-in" not in auditor.get("/audit/log").words.partition("Entries")[2]


def test_once_the_round_is_closed_everything_is_laid_open(
    app: Flask, office: Office, signed_in: SignedIn
) -> None:
    signed_in(Role.ASSESSOR, name="ada")
    planted = plant(office, actor_called(office, "ada"), person(office, "bo", Role.ASSESSOR))
    close_round(office, planted.team.lead, planted.team.id, "Bo is ill.")
    auditor = signed_in(Role.AUDITOR)
    open_to = met(app, auditor, planted)
    note, file, corrected = planted.evidence
    assert {f"/evidence/{note}", f"/evidence/{file}/file", f"/audit/assessments/{planted.team.id}"} <= {
        *open_to
    }
    assert any(each.startswith("/audit/log/") for each in open_to)
    assert f"/evidence/{corrected}" in open_to
