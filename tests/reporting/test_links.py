"""Links inside a report: each leads to something that is printed, for else the document cannot be made."""

import re
from dataclasses import replace

from riskapp import paths
from riskapp.domain.snapshot import snapshot_bytes
from riskapp.reporting.page import report_html
from tests.reporting.builders import report_input
from tests.reporting.rubrics import answers, rubric


def test_a_source_beyond_those_that_are_printed_is_named_without_a_link() -> None:
    release = rubric()
    given = answers(release)
    first = next(iter(given))
    given[first] = replace(given[first], evidence=("e-2", "e-305"))
    html = report_html(
        snapshot_bytes(report_input(of=release, given=given, evidence=305)),
        paths.reports(),
        has_glyph=str.isascii,
    )
    targets = set(re.findall(r'id="([^"]+)"', html))
    leads_to = set(re.findall(r'href="#([^"]+)"', html))
    assert leads_to <= targets
    assert "source-2" in leads_to
    assert "[305]" in html
