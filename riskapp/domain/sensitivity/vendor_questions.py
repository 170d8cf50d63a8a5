"""A question as it is put to a vendor: what is asked for, in those words of the rubric that fit.

How to find out is told to assessors ("Tick what stands in the contract"). Of that, a vendor reads what is
marked there as to be asked: `Ask: "..."` and `Ask for ...`. The rest follows from the scale.
"""

import re
from typing import Any

from riskapp.domain.rubric import Criterion, IndicatorScale, LevelScale, MeasureScale

Part = dict[str, Any]

_ASKED = re.compile(r"\bAsk: [\"“]([^\"”]+)[\"”]")
_ASKED_FOR = re.compile(r"\bAsk for ([^.:;,]+)\.")


def vendor_question(criterion: Criterion) -> Part:
    """Return what a vendor is asked about a criterion: further questions, what to send, what to state.

    `states` has its `kind`: `figure` with the unit, `levels` with descriptions of which one fits, or
    `statements` of which each holds or not. No score stands beside any of them.
    """
    return {
        "asks": _ASKED.findall(criterion.how),
        "sends": [*_ASKED_FOR.findall(criterion.how), *criterion.evidence],
        "states": _states(criterion),
    }


def _states(criterion: Criterion) -> Part:
    match criterion.scale:
        case MeasureScale(unit=unit):
            return {"kind": "figure", "unit": unit, "texts": []}
        case LevelScale(levels=levels):
            return {"kind": "levels", "unit": "", "texts": [each.state for each in levels]}
        case IndicatorScale(indicators=indicators):
            return {"kind": "statements", "unit": "", "texts": [each.statement for each in indicators]}
