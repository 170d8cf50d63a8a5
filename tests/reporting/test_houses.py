"""The look of an organisation: read with care, frozen with the document, and never a way out of it."""

import base64
import json
import struct
from pathlib import Path

import pytest
from click.testing import CliRunner

from riskapp import paths
from riskapp.cli import main
from riskapp.domain.errors import InvalidError
from riskapp.reporting.house import House, contrast_with_white
from riskapp.reporting.house import read_house as read_house_over
from riskapp.reporting.page import Link, Screen, screen_html
from riskapp.reporting.papers import paper_of
from riskapp.reporting.render import ReportError, render_pdf
from riskapp.worked_example.sample import sample_papers, sample_snapshot
from tests.papers import pages_of

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>M</title><path d="M0 0h9v9z"/></svg>'
TOML = """
name = "Ministry of Examples"
marking = "Internal, confidential"
accent = "#7a1f3d"
cover = "#4a1226"
sign_off = ["Head of procurement", "Security officer"]
logo = "logo.svg"
"""


def read_house(at: Path) -> House:
    return read_house_over(at, paths.reports())


def folder(at: Path, toml: str = TOML, **files: str) -> Path:
    """Return a folder with settings, a logo and these files; two lines under a name stand for a slash."""
    at.mkdir()
    (at / "house.toml").write_text(toml)
    (at / "logo.svg").write_text(LOGO)
    for name, content in files.items():
        path = at / "templates" / f"{name.replace('__', '/')}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return at


def refused(at: Path, toml: str = TOML, **files: str) -> str:
    with pytest.raises(InvalidError) as refusal:
        read_house(folder(at, toml, **files))
    return "; ".join(f"{name}: {reason}" for name, reason in refusal.value.fields.items())


def test_a_report_bears_the_look_of_its_house(tmp_path: Path) -> None:
    house = read_house(folder(tmp_path / "house", parts__identity='<p id="identity">Ask the registry.</p>'))
    content = sample_snapshot(house)
    pages = pages_of(render_pdf(content, house=house).pdf)

    assert "Ministry of Examples" in pages[0]
    assert all("Internal, confidential" in page for page in pages)
    assert any("Signatures on paper" in page and "Head of procurement" in page for page in pages)
    assert "Ask the registry." in pages[-1]
    frozen = json.loads(content)["house"]
    assert frozen["accent"] == "#7a1f3d"
    assert base64.b64decode(frozen["logo"]["base64"]).decode() == LOGO


def test_what_was_frozen_looks_the_same_after_the_house_has_changed(tmp_path: Path) -> None:
    content = sample_snapshot(read_house(folder(tmp_path / "house")))
    before, after = render_pdf(content), render_pdf(content, house=House(marking="Public", accent="#003300"))
    assert before.pdf == after.pdf


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            'accent = "#ffcc00"',
            "house.toml, line 2: accent has a contrast of 1.5 with white; choose",
        ),
        ('cover = "#0b5a6f; }"', "house.toml, line 2: cover is no colour; write it as #0b5a6f"),
        ('marking = "one\\ntwo"', "house.toml, line 2: marking holds a line break"),
        ('sign_off = "Head"', "house.toml, line 2: sign_off is no list of roles"),
        ('colour = "#000000"', "house.toml, line 2: colour is not known; choose from accent, cover, logo"),
        ('logo = "../logo.gif"', "../logo.gif: is neither .svg nor .png"),
        ('logo = "missing.png"', "missing.png: cannot be read: No such file or directory"),
        ("accent = ", "is no TOML: Invalid value (at line 2, column 10)"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    assert says in refused(tmp_path / "house", f"\n{line}\n")


@pytest.mark.parametrize(
    ("drawn", "says"),
    [
        ("<script>1</script>", "holds the element script"),
        ("<foreignObject/>", "holds the element foreignObject"),
        ('<image href="file:///etc/passwd"/>', "holds the element image"),
        ('<use href="http://127.0.0.1:9/a.svg#b"/>', "refers to something outside itself"),
        ('<rect fill="url(http://127.0.0.1:9/)"/>', "refers to something outside itself"),
        ('<rect style="fill:u\\72l(x)"/>', "refers to something outside itself"),
        (
            '<rect style="fill:image-set(&quot;https://example.org/x.png&quot; 1x)"/>',
            "refers to something outside",
        ),
        ('<rect onload="x()"/>', "holds the attribute onload"),
        ("<rect>", "is no SVG"),
        ("<!DOCTYPE svg [<!ENTITY a 'b'>]>", "holds a document type"),
        ("<g/>" * 3_000, "elements; 2,000 is the most"),
    ],
)
def test_a_logo_that_could_do_more_than_be_looked_at_is_refused(
    tmp_path: Path, drawn: str, says: str
) -> None:
    at = folder(tmp_path / "house")
    (at / "logo.svg").write_text(LOGO.replace("</svg>", f"{drawn}</svg>"))
    with pytest.raises(InvalidError, match=says):
        read_house(at)


@pytest.mark.parametrize(
    ("drawing", "says"),
    [
        (f"<!DOCTYPE svg>{LOGO}".encode("utf-16"), "is not text in UTF-8"),
        (b"\xef\xbb\xbf" + LOGO.encode("latin-1") + b"\xff", "is not text in UTF-8"),
        (f'<?xml version="1.0"?><?xml-stylesheet href="x"?>{LOGO}'.encode(), "holds a document type"),
        (f"{LOGO}\0".encode(), "holds a document type"),
    ],
)
def test_a_logo_in_another_encoding_cannot_hide_what_it_holds(
    tmp_path: Path, drawing: bytes, says: str
) -> None:
    at = folder(tmp_path / "house")
    (at / "logo.svg").write_bytes(drawing)
    with pytest.raises(InvalidError, match=says):
        read_house(at)


def test_a_logo_may_declare_that_it_is_xml(tmp_path: Path) -> None:
    at = folder(tmp_path / "house")
    (at / "logo.svg").write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- ours -->{LOGO}')
    assert read_house(at).logo


def test_a_bitmap_is_taken_up_to_a_size(tmp_path: Path) -> None:
    at = folder(tmp_path / "house", 'logo = "logo.png"')
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR"
    (at / "logo.png").write_bytes(head + struct.pack(">II", 20_000, 20_000))
    with pytest.raises(InvalidError, match="has 20000 by 20000 pixels; make it smaller"):
        read_house(at)
    (at / "logo.png").write_bytes(head + struct.pack(">II", 20, 20) + bytes(70_000))
    with pytest.raises(InvalidError, match="70,024 bytes; 65,536 is the most"):
        read_house(at)


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ report.nothing_of_the_kind }}", r"templates/parts/cover.html, line 3: .*nothing_of_the_kind"),
        ("{% include '../../etc/passwd' %}", r"templates/parts/cover.html, line 3: "),
        (
            "{{ ''.__class__.__mro__ }}",
            r"templates/parts/cover.html, line 3: access to attribute",
        ),
        ('<img src="file:///etc/passwd" alt="x">', "asked for something outside the report"),
        ('<link rel="stylesheet" href="http://127.0.0.1:9/x.css">', "asked for something outside the report"),
        (
            '<style>p { background: url("http://127.0.0.1:9/") }</style><p>x</p>',
            "asked for something outside",
        ),
        ('<a rel="attachment" href="file:///etc/passwd">x</a>', "asked for something outside the report"),
        ('<p style="no-such-property: 1px">x</p>', "the renderer complained"),
    ],
)
def test_a_wrong_template_is_refused_with_its_line_and_reaches_nothing(
    tmp_path: Path, template: str, says: str
) -> None:
    house = read_house(folder(tmp_path / "house", parts__cover=f"<p>one</p>\n\n{template}"))
    with pytest.raises(ReportError, match=says):
        render_pdf(sample_snapshot(house), house=house)


def test_a_template_that_is_no_jinja_or_stands_for_none_of_ours_is_refused_at_start(tmp_path: Path) -> None:
    said = refused(
        tmp_path / "house",
        portfolio="<p>\n{% if %}",
        portfolios="x",
        parts__method='<p>\n\n<META content="0; url=https://example.org/#<" http-equiv=refresh>',
    )
    assert "templates/parts/method.html, line 3: http-equiv sends readers elsewhere; leave it out" in said
    assert "templates/portfolio.html, line 2: Expected an expression" in said
    assert "portfolios.html: stands for no template of ours" in said


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret")
    at = folder(tmp_path / "house", parts__method="x")
    (at / "templates" / "parts" / "cover.html").symlink_to(tmp_path / "secret.html")
    with pytest.raises(InvalidError, match="is a link that leads out of the folder"):
        read_house(at)


def test_the_command_makes_a_sample_or_says_what_is_wrong(tmp_path: Path) -> None:
    at = folder(tmp_path / "house", parts__cover="{% if %}")
    done = CliRunner().invoke(main, ["house", "check", str(at), "-o", str(tmp_path / "sample.pdf")])
    assert done.exit_code == 2
    assert "templates/parts/cover.html, line 1: Expected an expression" in done.output
    assert not (tmp_path / "sample.pdf").exists()


def test_the_command_tries_papers_beside_the_report(tmp_path: Path) -> None:
    at = folder(tmp_path / "house", one_page="{{ report.nothing_of_the_kind }}")
    (at / "templates" / "one_page.html").rename(at / "templates" / "one-page.html")
    done = CliRunner().invoke(main, ["house", "check", str(at), "-o", str(tmp_path / "sample.pdf")])
    assert done.exit_code == 2
    assert "Decision on one page: " in done.output
    assert "templates/one-page.html, line 1: " in done.output


def test_there_is_a_sample_of_every_kind_of_paper() -> None:
    house = House(marking="Internal")
    screen = Screen(files="/papers/", icon="/icon.svg", back=Link("/", "Back"))
    papers = sample_papers(house)
    kinds = {paper_of(json.loads(content)).template for content in papers.values()}
    assert kinds == {path.name for path in paths.reports().glob("*.html")}
    for content in papers.values():
        assert "Internal" in screen_html(content, paths.reports(), screen=screen)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)
