"""Papers on screen: from the same templates, with every character and every text, and safe to open."""

import html
import re
from collections import Counter

import html5lib
import pytest

from riskapp import paths
from riskapp.domain.snapshot import snapshot_bytes
from riskapp.reporting.page import Link, Screen, screen_html
from riskapp.reporting.papers import screen_files
from tests.reporting.builders import (
    draft_input,
    fullest,
    holding,
    hostile,
    one_page_of,
    portfolio_of,
    sample,
    widest,
)
from tests.reporting.rubrics import rubric
from tests.reporting.test_comparison_papers import comparison_of
from tests.reporting.test_conformance import HOSTILE, questions

SCREEN = Screen(
    files="/papers/",
    icon="/static/icon.svg",
    back=Link("/assessments/a", "Back to RA-0007"),
    papers=(Link("/assessments/a/report.pdf", "Download the PDF"),),
)


def page(content: bytes) -> str:
    return screen_html(content, paths.reports(), screen=SCREEN)


KINDS = {
    "report": sample(),
    "draft": snapshot_bytes(draft_input()),
    "hostile": hostile(HOSTILE),
    "one page": one_page_of(sample()),
    "hostile page": one_page_of(widest(HOSTILE)),
    "portfolio": portfolio_of(holding(1, of=rubric(8)), holding(2, of=rubric(8), text=HOSTILE)),
    "empty portfolio": portfolio_of(),
    "comparison": comparison_of(3),
    "questions": questions(figures=True),
    "letter": questions(figures=False),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_well_made_page_that_a_strict_policy_lets_in(kind: str) -> None:
    told = page(KINDS[kind])
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(told)
    ids = Counter(each.get("id") for each in tree.iter() if each.get("id"))
    named = [each.get("aria-label") for each in tree.iter() if each.get("role") == "region"]

    assert len(list(tree.iter("h1"))) == 1
    assert max(ids.values()) == 1
    assert len(named) == len(set(named)), "landmarks are told apart by their names"
    assert not [each for each in tree.iter() if each.get("style") or each.tag in {"style", "script"}]
    assert {each.get("href") for each in tree.iter("link")} >= {"/papers/report.css", "/papers/screen.css"}
    assert {each[1:] for each in re.findall(r'href="(#[^"]+)"', told)} <= set(ids)


def test_every_style_sheet_and_font_that_a_page_asks_for_is_served_by_exact_name() -> None:
    files = screen_files(paths.reports())
    asked = {
        name for content in KINDS.values() for name in re.findall(r'href="/papers/([^"]+)"', page(content))
    }
    for style in asked:
        css = files[style].read_text(encoding="utf-8")
        asked = asked | set(re.findall(r'url\("([^"]+)"\)', css))

    assert asked <= set(files)
    assert not [each for each in files if each.endswith((".html", ".conf"))]


def test_on_screen_characters_stay_what_they_are_and_what_turns_the_text_is_named() -> None:
    told = html.unescape(page(hostile("شارع 天安门 \U0001f469\u200d\U0001f52c \u202ex\x07")))

    assert "شارع 天安门 \U0001f469\u200d\U0001f52c [U+202E]x[U+0007]" in told
    assert "U+5929" not in told


def test_on_screen_no_text_is_cut() -> None:
    told = page(fullest("word and "))

    assert "cut here" not in told
    assert "word and " * 1_500 in told


def test_nothing_is_said_to_be_attached_to_a_page() -> None:
    assert not [kind for kind, content in KINDS.items() if "attached" in page(content).partition("<main")[2]]
