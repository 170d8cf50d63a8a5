"""The auditor's package: everything about some assessments, or all, in one ZIP that verifies itself."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.errors import ProductError
from riskapp.services.log_export import log_lines, proof_files
from riskapp.services.oscal_results import PackedAssessment, assessment_results
from riskapp.services.package_scope import withheld
from riskapp.services.work import Office
from riskapp.storage.assessments import reference_of
from riskapp.storage.blind_rounds import blind_assessments
from riskapp.storage.record_rows import (
    Rows,
    every_assessment,
    every_release,
    rows_of_assessment,
    rows_of_findings,
)
from riskapp.storage.rubrics import canonical_release

FORMAT = "riskapp-package/2"

README = """An audit package of a riskapp service, made {at}

assessments/RA-0001/record.json  every stored row about the assessment, by table; instants in UTC
assessments/RA-0001/*.pdf        issued reports; each carries its data as an attachment
assessments/RA-0001/evidence/    the files of its evidence, by the number of the item
assessments/RA-0001/findings.json  what auditors found about it and what was done; findings.json: about none
assessments/RA-0001/oscal-assessment-results.json  the same as OSCAL 1.2.1, for governance tools
answers.csv                      every submitted answer of these assessments, one a line
rubrics/                         the published rubrics, as canonical JSON (RFC 8785)
log.jsonl, checkpoints/, keys.txt  the whole log with what was signed over it, and the public keys
manifest.json                    SHA-256 of every other file
missing.txt                      what is not here and why: files that the store does not have, blind rounds
verify.pyz                       checks manifest, log and signatures with nothing but Python:
                                 python3 -I verify.pyz

Sheets, decisions, snapshots, reports and files of evidence are named in the log with their digests, and
verify.pyz compares them. Other tables, answers.csv and the OSCAL files repeat these; the manifest holds them.
The hash of an entry is SHA-256 over a zero byte and its line without the line feed; two are joined by
SHA-256 over a one byte, the left and the right (RFC 6962). People are named by ids. What was typed and not
submitted when this package was made, and what belongs to a round of scoring that was blind then, is
withheld: the line says "withheld", the number of the entry and its hash, which is all that the tree needs.
"""

_ANSWER = ("assessment", "sheet", "criterion", "kind", "level", "value", "low", "high", "indicators")
_ANSWER_COLUMNS = (*_ANSWER, "reason", "confidence", "rationale", "evidence")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Packed:
    """What a package holds, and the SHA-256 of its manifest."""

    assessments: int
    files: int
    manifest: str


class _Archive:
    """A ZIP that notes name, size and digest of everything that is put into it."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        self._target = target
        self.files: list[dict[str, object]] = []

    def put(self, name: str, parts: Iterable[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self._target.open(name, "w", force_zip64=True) as stream:
            for part in parts:
                stream.write(part)
                digest.update(part)
                size += len(part)
        self.files.append({"path": name, "size": size, "sha256": digest.hexdigest()})


def make_package(
    office: Office,
    target: IO[bytes],
    numbers: frozenset[int] | None = None,
    *,
    actor: Actor | None = None,
) -> Packed:
    """Write the package on assessments with these numbers, or on all, and record that it was made.

    `actor` is None on the command line. `package_scope.numbers_in` says which numbers there are. Raises
    ForbiddenError for others than auditors.
    """
    if actor is not None:
        require(actor, Role.AUDITOR, act="take a package away")
    at = office.now()
    answers = io.StringIO(newline="")
    table = csv.writer(answers)
    table.writerow(_ANSWER_COLUMNS)
    missing: list[str] = []
    with office.reading() as connection, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        files = _Archive(archive)
        chosen, left_out = _chosen(connection, numbers)
        for assessment_id, number in chosen:
            reference = reference_of(number)
            rows = rows_of_assessment(connection, assessment_id)
            _put_assessment(files, connection, reference, assessment_id=assessment_id, rows=rows)
            missing += _put_files(files, office, reference, rows)
            table.writerows(_answer_lines(reference, rows))
        files.put("answers.csv", [answers.getvalue().encode()])
        _put_common(files, connection, whole=numbers is None)
        files.put("README.txt", [README.format(at=at.isoformat(timespec="seconds")).encode()])
        if missing or left_out:
            files.put("missing.txt", ["".join(f"{each}\n" for each in [*missing, *left_out]).encode()])
        manifest = canonical_bytes({"format": FORMAT, "made_at": at.isoformat(), "files": files.files})
        archive.writestr("manifest.json", manifest)
    packed = Packed(len(chosen), len(files.files), sha256_hex(manifest))
    _record(
        office, actor, packed, [reference_of(number) for _, number in chosen] if numbers is not None else None
    )
    return packed


def _chosen(
    connection: Connection, numbers: frozenset[int] | None
) -> tuple[list[tuple[str, int]], list[str]]:
    """Return id and number of each assessment that is packed, and in words those that are left out."""
    asked = [each for each in every_assessment(connection) if numbers is None or each[1] in numbers]
    blind = blind_assessments(connection)
    left_out = [
        f"{reference_of(number)}: is scored blind at this time, so its record is left out"
        for assessment_id, number in asked
        if assessment_id in blind
    ]
    return [each for each in asked if each[0] not in blind], left_out


def _record(office: Office, actor: Actor | None, packed: Packed, references: list[str] | None) -> None:
    with office.work(actor) as unit:
        unit.record(
            "package.made",
            subject=("package", packed.manifest),
            assessments=packed.assessments,
            references=references,
            files=packed.files,
        )
        unit.commit()


def _put_assessment(
    files: _Archive, connection: Connection, reference: str, *, assessment_id: str, rows: dict[str, Rows]
) -> None:
    """Put the record of an assessment, what auditors found about it, and both as OSCAL."""
    folder = f"assessments/{reference}"
    files.put(f"{folder}/record.json", [_pretty(rows)])
    findings = rows_of_findings(connection, assessment_id)
    _put_findings(files, f"{folder}/findings.json", findings)
    release_id = rows["assessment"][0]["rubric_release_id"]
    packed = PackedAssessment(
        reference=reference,
        rows=rows,
        findings=findings,
        rubric=json.loads(canonical_release(connection, release_id)),
        files={row["id"]: evidence_place("evidence", row) for row in rows["evidence"] if row["file_digest"]},
    )
    files.put(f"{folder}/oscal-assessment-results.json", [_pretty(assessment_results(packed))])


def _put_findings(files: _Archive, name: str, rows: dict[str, Rows]) -> None:
    if rows["audit_finding"]:
        files.put(name, [_pretty(rows)])


def _put_common(files: _Archive, connection: Connection, *, whole: bool) -> None:
    if whole:
        _put_findings(files, "findings.json", rows_of_findings(connection, None))
    for rubric_id, version, canonical in every_release(connection):
        files.put(f"rubrics/{rubric_id}-{version}.json", [canonical.encode()])
    files.put("log.jsonl", log_lines(connection, withheld(connection)))
    for name, content in proof_files(connection):
        files.put(name, [content])


def _named_files(reference: str, rows: dict[str, Rows]) -> Iterator[tuple[str, str]]:
    """Yield name in the package and digest of each file that the rows name."""
    for number, row in enumerate(rows["issued_report"], start=1):
        yield f"assessments/{reference}/report-{number}.pdf", row["pdf_digest"]
    for row in rows["evidence"]:
        if row["file_digest"]:
            yield evidence_place(f"assessments/{reference}/evidence", row), row["file_digest"]


def evidence_place(folder: str, row: dict[str, Any]) -> str:
    """Return the name of a file of evidence in a folder of the package."""
    named = "".join(each if each.isalnum() or each in ".-_" else "_" for each in row["file_name"] or "file")
    return f"{folder}/{row['number']:03d}-{named[-80:]}"


def _put_files(files: _Archive, office: Office, reference: str, rows: dict[str, Rows]) -> list[str]:
    """Put every file that the rows name, and return what is to be said of those that the store has not."""
    missing = []
    for name, digest in _named_files(reference, rows):
        try:
            content = office.files.get(digest)
        except ProductError as error:
            missing.append(f"{name}: {error}")
        else:
            files.put(name, [content])
    return missing


def _answer_lines(reference: str, rows: dict[str, Rows]) -> Iterator[list[str]]:
    ordinals = {row["id"]: row["ordinal"] for row in rows["sheet"]}
    for row in rows["sheet_answer"]:
        told = row | {
            "assessment": reference,
            "sheet": ordinals[row["sheet_id"]],
            "criterion": row["criterion_id"],
        }
        yield [_cell(told[name]) for name in _ANSWER_COLUMNS]


def _cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _pretty(rows: dict[str, Any]) -> bytes:
    return f"{json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()
