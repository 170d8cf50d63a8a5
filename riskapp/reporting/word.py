"""A report as a DOCX for those who must edit: every text whole, charts as tables, and a mark on every page.

The file is a copy and says so; the record is the PDF. Equal content gives equal bytes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from riskapp.reporting.text import legible

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

Part = dict[str, Any]
Row = Sequence[str]

LANGUAGE = "en-GB"
MARK = "Editable copy, not the record"

MOST_LINES = 200
"""Lines of one text that stand as lines; a line end after them is shown as ¶, for each costs kilobytes."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def word_document(content: bytes) -> bytes:
    """Return the report on an assessment as a DOCX; `content` are the canonical bytes of its snapshot."""
    import docx

    report: Part = json.loads(content)
    writer = Writer(docx.Document())
    digest = hashlib.sha256(content).hexdigest()
    marking = report.get("house", {}).get("marking", "")
    mark = f"{marking}. {MARK}" if marking else MARK
    writer.set_up(report, mark, f"The record is {report['reference']}, snapshot {digest}")
    for tell in (_opening, _decision, _summary, _scores, _firmness, _gates, _criteria):
        tell(writer, report)
    for tell in (_contributions, _unknowns, _sources, _people, _identity):
        tell(writer, report)
    return writer.packed()


class Writer:
    """Writes headings, texts and tables into a new document; every text is made fit for XML here."""

    def __init__(self, document: "Document") -> None:
        """Start with an empty document, without the picture of one that the library gives it."""
        self._document = document
        links = document.part.package.rels
        for name in [name for name, each in links.items() if each.reltype.endswith("/thumbnail")]:
            links.pop(name)

    def set_up(self, report: Part, mark: str, record: str) -> None:
        """Set page, language and properties; every page bears the mark above and what the record is below."""
        from docx.shared import Mm, Pt

        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(22)
        style: Any = self._document.styles["Normal"]
        style.font.name, style.font.size = "Arial", Pt(10)
        self._speak(style)
        for part, words in ((section.header, mark), (section.footer, record)):
            line = part.paragraphs[0]
            line.text = legible(words)
            for run in line.runs:
                run.font.size = Pt(8)
        _number_pages(section.footer.add_paragraph("Page "))
        made, said = datetime.fromisoformat(report["made"]["at"]), self._document.core_properties
        said.title, said.subject = legible(report["title"])[:255], legible(report["reference"])[:255]
        said.author = said.last_modified_by = legible(report["organisation"] or "riskapp")[:255]
        said.comments, said.language, said.revision = legible(f"{mark}. {record}")[:255], LANGUAGE, 1
        said.created = said.modified = made.replace(tzinfo=None)

    def _speak(self, style: Any) -> None:  # noqa: ANN401 - python-docx does not say what a style is
        """Say the language of all text, so that it is spelt and read aloud as such."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        language = OxmlElement("w:lang")
        language.set(qn("w:val"), LANGUAGE)
        style.element.get_or_add_rPr().append(language)

    def heading(self, text: str, level: int) -> None:
        """Write a heading; level 0 is the title of the document."""
        self._document.add_heading(_whole(text), level)

    def text(self, text: str, *, label: str = "") -> None:
        """Write a paragraph, nothing for an empty text; a label stands before it in bold."""
        if not text:
            return
        paragraph = self._document.add_paragraph()
        if label:
            paragraph.add_run(f"{_whole(label)}: ").bold = True
        paragraph.add_run(_whole(text))

    def items(self, texts: Iterable[str]) -> None:
        """Write a list with bullets."""
        for each in texts:
            self._document.add_paragraph(_whole(each), style="List Bullet")

    def table(self, caption: str, head: Mapping[str, int], rows: Sequence[Row]) -> None:
        """Write a table under its caption, with the widths of its columns in millimetres.

        The head is repeated on every page that the table reaches.
        """
        from docx.oxml import OxmlElement
        from docx.shared import Mm, Pt

        self._document.add_paragraph(_whole(caption), style="Caption").paragraph_format.keep_with_next = True
        table = self._document.add_table(len(rows) + 1, len(head), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, head.values(), strict=True):
            column.width = Mm(width)
        first = True
        for line, texts in zip(table.rows, (tuple(head), *rows), strict=True):
            for cell, text, width in zip(line.cells, texts, head.values(), strict=True):
                cell.width = Mm(width)
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(2)
                run = paragraph.add_run(_whole(text))
                run.bold, run.font.size = first, Pt(9)
            if first:
                line._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - no other way
            first = False
        self._document.add_paragraph()

    def packed(self) -> bytes:
        """Return the bytes of the file, with the same date on every part of it."""
        stream, packed = BytesIO(), BytesIO()
        self._document.save(stream)
        with ZipFile(stream) as made, ZipFile(packed, "w", ZIP_DEFLATED) as target:
            for name in sorted(made.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
                target.writestr(ZipInfo(name, _EPOCH), made.read(name), ZIP_DEFLATED)
        return packed.getvalue()


def _whole(text: str) -> str:
    """Return a text of any kind and length as XML can hold it."""
    lines = legible(text).split("\n")
    return "\n".join([*lines[:MOST_LINES], *([" ¶ ".join(lines[MOST_LINES:])] if lines[MOST_LINES:] else [])])


def _number_pages(paragraph: "Paragraph") -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no fields


def _said(score: Part) -> str:
    """Return a score in words: its point, or why there is none."""
    return str(score["point"]["shown"] if score["point"] else score["rating"].replace("-", " "))


def _band(score: Part) -> str:
    return str(score["band"]["name"]) if score["band"] else ""


def _range(score: Part) -> str:
    return f"{score['low']['shown']} to {score['high']['shown']}" if score["low"] else "none"


def _opening(write: Writer, report: Part) -> None:
    write.heading(report["title"], 0)
    write.text(report["organisation"])
    write.text(f"{report['reference']}; {report['stage']}; made {report['made']['shown']}")
    write.heading("What was assessed", 2)
    for field in report["candidate"]["fields"]:
        write.text(field["value"], label=field["label"])
    if report["context"]:
        write.heading("The use", 2)
        for field in report["context"]["fields"]:
            write.text(field["value"], label=field["label"])


def _decision(write: Writer, report: Part) -> None:
    write.heading("1 Decision", 1)
    decision = report["decision"]
    if decision is None:
        write.text("No decision has been taken.")
    else:
        until = f", valid until {decision['expires']}" if decision["expires"] else ""
        write.text(f"{decision['words']}. {decision['by']}, {decision['shown']}{until}.")
        if decision["departs"]:
            write.text("This departs from the recommendation of the rules.")
        write.text(decision["reason"], label="Reason given")
        rows = [
            (str(number), each["text"], each["owner"] or "not named", each["due"] or "no date")
            for number, each in enumerate(decision["conditions"], start=1)
        ]
        if rows:
            write.table(
                "Conditions of the decision",
                {"No.": 10, "Condition": 88, "Answered for by": 40, "Due": 28},
                rows,
            )
    if "staleness" in report:
        write.heading(f"What needs another look on {report['made']['shown']}", 2)
        write.items(f"{each['text']} {each['remedy']}" for each in report["staleness"])
    write.heading("What the rules recommend", 2)
    write.text(report["recommendation"]["words"])
    write.items(report["recommendation"]["because"])


def _summary(write: Writer, report: Part) -> None:
    write.heading("2 Summary", 1)
    for paragraph in report["summary"]:
        write.text(paragraph["text"], label=paragraph["heading"])


def _scores(write: Writer, report: Part) -> None:
    write.heading("3 Scores by dimension", 1)
    write.text(
        "Every score runs from 0 to 100, and 100 is best. The range says what it would be if everything that "
        "is not known turned out worst or best."
    )
    scored = [(each["name"], each["score"], each["weight"]["shown"]) for each in report["dimensions"]]
    rows = [
        (
            name,
            _said(score),
            _band(score),
            _range(score),
            (score["coverage"] or {}).get("shown", "none"),
            weight,
        )
        for name, score, weight in (*scored, ("Total", report["total"], "100 %"))
    ]
    head = {"Dimension": 44, "Score": 18, "Band": 32, "Range": 30, "Coverage": 24, "Weight": 18}
    write.table("Total and dimensions", head, rows)


def _firmness(write: Writer, report: Part) -> None:
    said = report.get("stability")
    if said is None:
        return
    write.heading("How firm this is", 2)
    write.text(said["headline"])
    rows = [
        (each["name"], _said(each["total"]), _range(each["total"]), each["recommendation"]["words"])
        for each in said["profiles"]
    ]
    write.table(
        "The total under each profile",
        {"Profile": 60, "Total": 22, "Range": 34, "The rules recommend": 50},
        rows,
    )
    write.items(each["sentence"] for each in said["weights"])


def _gates(write: Writer, report: Part) -> None:
    write.heading("4 Gates", 1)
    rows = [
        (each["words"], "\n".join(filter(None, (each["text"], each["condition"]))), each["because"])
        for each in report["gates"]
    ]
    write.table(
        "Gates of the rubric and what became of them", {"Outcome": 26, "Rule": 80, "Because": 60}, rows
    )


def _criteria(write: Writer, report: Part) -> None:
    write.heading("5 Every criterion", 1)
    for place, dimension in enumerate(report["dimensions"], start=1):
        write.heading(f"5.{place} {dimension['name']}", 2)
        write.text(dimension["question"])
        for criterion in dimension["criteria"]:
            _criterion(write, criterion)


def _criterion(write: Writer, criterion: Part) -> None:
    score, answer = criterion["score"], criterion["answer"]
    write.heading(f"5.{criterion['place']} {criterion['name']}", 3)
    write.text(criterion["question"])
    write.text(f"{answer['label']}. {answer['detail']}".strip(), label="Answer")
    for part in answer["lists"]:
        write.text("; ".join(each.rstrip(".") for each in part["items"]), label=part["label"])
    write.text(criterion["rationale"], label="Rationale")
    confidence = f"; confidence {criterion['confidence']}" if criterion["confidence"] else ""
    write.text(
        f"{' '.join(filter(None, (_said(score), _band(score))))}; range {_range(score)}{confidence}; "
        f"weighs {criterion['weight']['shown']} of the dimension",
        label="Score",
    )
    write.text(", ".join(f"[{number}]" for number in criterion["sources"]), label="Sources")
    said = criterion["opinions"]
    if said:
        write.text(
            "; ".join(f"{each['by']}: {each['label']}" for each in said["answers"]), label="Each assessor"
        )
        write.text(said["reason"] or "", label="Reason of the moderation")
        for each in said["dissents"]:
            write.text(each["text"], label=f"{each['by']} dissents")


def _contributions(write: Writer, report: Part) -> None:
    write.heading("6 What makes up the total", 1)
    said = report["contributions"]
    if not said["rows"]:
        write.text(f"There is no rated total to take apart: it is {_said(report['total'])}.")
        return
    rows = [
        (
            f"5.{each['place']} {each['criterion']}",
            each["score"],
            each["share"]["shown"],
            each["points"]["shown"],
        )
        if each["criterion"]
        else ("Imbalance between the dimensions", "", "", each["points"]["shown"])
        for each in said["rows"]
    ]
    rows.append(("Total", "", "100.0 %", said["total"]))
    write.table(
        "Contribution of each criterion", {"Criterion": 106, "Score": 20, "Share": 20, "Points": 20}, rows
    )


def _unknowns(write: Writer, report: Part) -> None:
    write.heading("7 What is not known", 1)
    if not report["unknowns"]:
        write.text("Every criterion is answered.")
        return
    rows = [
        (
            f"5.{each['place']} {each['name']}",
            f"{each['state']}. {each['reason']}",
            each["how"],
            each["dimension_points"],
            each["total_points"] or "none",
        )
        for each in report["unknowns"]
    ]
    head = {"Criterion": 36, "What stands open": 50, "How to find out": 44, "Dimension": 18, "Total": 18}
    write.table(
        "Open questions, the widest first; the points by which each spreads the dimension and the total",
        head,
        rows,
    )


def _sources(write: Writer, report: Part) -> None:
    write.heading("8 Sources", 1)
    for each in report["sources"]:
        head = (each["publisher"], each["type"], each["as_of"], each["url"])
        write.text("; ".join(filter(None, head)) or "no details", label=f"[{each['number']}] {each['title']}")
        write.text(each["says"])
        write.text(each["note"])
        if each["file"]:
            write.text(f"{each['file']['name']}, {each['file']['size']}, SHA-256 {each['file']['digest']}")
        if each["check"]:
            found = each["check"]
            write.text(f"[{found['number']}] {found['title']} {found['reading']}", label=found["finding"])
    if not report["sources"]:
        write.text("No sources were filed.")


def _people(write: Writer, report: Part) -> None:
    write.heading("9 Who did what, and when", 1)
    write.items(f"{each['name']} ({each['role']})" for each in report["people"])
    rows = [
        (each["shown"], each["who"], each["did"], "none" if each["seq"] is None else str(each["seq"]))
        for each in report["events"]
    ]
    if rows:
        write.table(
            "Acts on this assessment, in UTC", {"When": 44, "Who": 38, "What": 64, "Log entry": 20}, rows
        )


def _identity(write: Writer, report: Part) -> None:
    write.heading("10 Identity", 1)
    write.text("The method in brief and the proof in the log stand in the record, which is the PDF.")
    rubric = report["rubric"]
    write.text(f"{rubric['title']} {rubric['version']}, SHA-256 {rubric['digest']}", label="Rubric release")
    write.text(f"{report['profile']['name']}: {report['profile']['trade']}", label="Profile of weights")
    for each in report["digests"]:
        write.text(each["hex"], label=each["label"])
