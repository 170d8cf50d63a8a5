"""A comparison on paper: however many candidates there are, no picture runs over the foot of a page."""

import re
from datetime import UTC, date, datetime
from fractions import Fraction

from riskapp import paths
from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.sensitivity.comparison_record import Contender, Setting, comparison_record
from riskapp.domain.sensitivity.ranking import FEWEST_DRAWS, rank
from riskapp.domain.sensitivity.robustness import Reading
from riskapp.domain.sensitivity.robustness_json import robustness_json
from riskapp.reporting.page import report_html
from tests.domain.comparisons import one_to_one

TALLEST = 960
"""The height of a picture, in its units of 680 to the width of the text, that fits on a page of A4."""


def comparison_of(count: int) -> bytes:
    """Return the canonical bytes of a comparison of this many candidates."""
    comparison = one_to_one(
        {f"m{each:02}": (each, 100 - 2 * each + Fraction(each * each, 50)) for each in range(count)}
    )
    names = {each: f"Model {each}" for each in comparison.order}
    setting = Setting(
        rubric=comparison.rubric,
        profile=comparison.profile,
        context="Letters",
        context_number=1,
        made_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        made_by="Dana Okafor",
    )
    contenders = [
        Contender(
            name=names[each],
            reference=each,
            version="1",
            host="Example",
            submitted_on=date(2026, 11, 24),
            sheet_digest="0" * 64,
            standing="In review",
            assessed=comparison.candidates[each],
        )
        for each in comparison.order
    ]
    drawn = [rank(comparison, each, draws=FEWEST_DRAWS) for each in Reading]
    return canonical_bytes(comparison_record(setting, contenders, robustness_json(comparison, drawn, names)))


def paper(count: int) -> str:
    return report_html(comparison_of(count), paths.reports(), has_glyph=str.isascii)


def test_pictures_of_fifty_candidates_are_cut_into_pages() -> None:
    html = paper(50)
    heights = [int(each) for each in re.findall(r'viewBox="0 0 680 (\d+)"', html)]
    assert len(heights) == 3 * 3 + 2
    assert max(heights) <= TALLEST
    scales = re.findall(r"tallest bar [^)]*", html)
    assert len(scales) == 6
    assert len(set(scales)) <= 2


def test_two_candidates_need_one_picture_each() -> None:
    assert len(re.findall("<svg", paper(2))) == 1 + 2 + 2
