"""A report that somebody kept, with the log that it is verified against, and what a forger makes of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from riskapp.sealing.seal import Seal
from riskapp.services.log_export import export_log
from riskapp.services.log_keys import adopt_key, make_checkpoint
from riskapp.services.reports import issue_report
from riskapp.services.verdicts import verdict_by_record
from riskapp.services.work import Office
from riskapp.storage.reports import IssuedReport, issued_reports
from riskapp.verifier.command import verdict_on
from riskapp.verifier.verdict import Place, Verdict, Word
from tests.conftest import START
from tests.sealing.seals import AT, own_seal
from tests.services.test_reports import a_decided_assessment

TODAY = START.date()

Outcome = tuple[Word, tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Kept:
    """An issued report, the office that issued it, its exported log, and the seal of somebody else."""

    office: Office
    report: IssuedReport
    pdf: bytes
    export: Path
    checkpoint: str
    forger: Seal

    @property
    def unsealed(self) -> bytes:
        return self.pdf[: self.report.unsealed_size]

    @property
    def files(self) -> dict[str, bytes]:
        return {name: data[0] for name, data in PdfReader(BytesIO(self.pdf)).attachments.items()}

    @property
    def certificate(self) -> str:
        return self.office.seal.certificate().fingerprint

    def by_export(self, content: bytes, on: date = TODAY) -> Verdict:
        return verdict_on(content, self.export, keys=(), certificates=(), today=on)

    def by_seal(self, content: bytes, on: date = TODAY) -> Verdict:
        return verdict_on(content, None, keys=(), certificates=(self.certificate,), today=on)

    def by_record(self, content: bytes) -> Verdict:
        with self.office.reading() as connection:
            return verdict_by_record(self.office, connection, content)

    def forged(self, changed: Mapping[str, bytes | None] | None = None, seal: Seal | None = None) -> bytes:
        """Return another PDF with the enclosures, some of them changed, or left out where None stands."""
        files = {**self.files, **(changed or {})}
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        for name, content in files.items():
            if content is not None:
                writer.add_attachment(name, content)
        written = BytesIO()
        writer.write(written)
        return (seal or self.forger).apply(written.getvalue(), at=AT)

    def reworded(self, **changed: object) -> bytes:
        """Return the data with other values in it."""
        values = json.loads(self.files["assessment.json"]) | changed
        return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def a_kept_report(office: Office, folder: Path) -> Kept:
    """Have a report issued, and the log exported after it."""
    adopt_key(office)
    opened, approver = a_decided_assessment(office)
    issue_report(office, approver, opened.id)
    note = make_checkpoint(office)
    export = folder / "log-export.zip"
    with export.open("wb") as stream:
        export_log(office, stream, at=office.now())
    with office.reading() as connection:
        (report,) = issued_reports(connection, opened.id)
    (folder / "elsewhere").mkdir()
    return Kept(
        office=office,
        report=report,
        pdf=office.files.get(report.pdf_digest),
        export=export,
        checkpoint=str(note),
        forger=own_seal(folder / "elsewhere", name="riskapp"),
    )


def outcome(verdict: Verdict) -> Outcome:
    """Return the verdict without its sentences."""
    return verdict.word, verdict.where
