"""The executive summary: sentences that follow from the content of a snapshot, word for word reproducible."""

from typing import Any

from riskapp.domain.shown import listing

Part = dict[str, Any]

_NAMED_UNKNOWNS = 3
_NAMED_GATES = 3


def summary(snapshot: Part) -> list[Part]:
    """Return the paragraphs of the summary, each with a short heading."""
    paragraphs = (
        ("What was assessed", _subject(snapshot)),
        ("Score", _total(snapshot)),
        ("Strongest and weakest", _extremes(snapshot)),
        ("Gates", _gates(snapshot["gates"])),
        ("What is not known", _unknowns(snapshot)),
        ("Recommendation", _recommendation(snapshot["recommendation"])),
        ("Decision", _decision(snapshot)),
    )
    return [{"heading": heading, "text": text} for heading, text in paragraphs if text]


def _subject(snapshot: Part) -> str:
    rubric, context, profile = snapshot["rubric"], snapshot["context"], snapshot["profile"]
    use = f" for the use “{context['title']}”" if context else ", without a declared use"
    return (
        f"{snapshot['candidate']['name']}{use}, by the {rubric['criteria']} criteria of the rubric "
        f"“{rubric['title']}” {rubric['version']} with the weights of the profile “{profile['name']}”."
    )


def _total(snapshot: Part) -> str:
    total = snapshot["total"]
    match total["rating"]:
        case "rated":
            band = f" ({total['band']['name']})" if total["band"] else ""
            return (
                f"The total is {total['point']['shown']} of 100{band}, where 100 is best. With every open "
                f"question at its worst it would be {total['low']['shown']}, at its best "
                f"{total['high']['shown']}. "
                f"The answers cover {total['coverage']['shown']} of the weight that applies."
            )
        case "not-rated":
            missing = [
                each["name"] for each in snapshot["dimensions"] if each["score"]["rating"] == "not-rated"
            ]
            why = f" {listing(missing)} {_has(missing)} too few answers to be rated." if missing else ""
            return (
                f"The total is not rated.{why} With every open question at its worst it would be "
                f"{total['low']['shown']} of 100, at its best {total['high']['shown']}."
            )
        case _:
            return "No criterion applies to this candidate in this use, so there is no total."


def _has(words: list[str]) -> str:
    return "has" if len(words) == 1 else "have"


def _extremes(snapshot: Part) -> str:
    rated = [each for each in snapshot["dimensions"] if each["score"]["rating"] == "rated"]
    if len(rated) <= 1:
        return ""
    by_low = sorted(rated, key=lambda each: float(each["score"]["point"]["shown"]))
    worst, best = by_low[0], by_low[-1]
    return f"{best['name']} scores highest {_point(best)}, {worst['name']} lowest {_point(worst)}."


def _point(dimension: Part) -> str:
    score = dimension["score"]
    return f"({score['point']['shown']}, range {score['low']['shown']} to {score['high']['shown']})"


def _gates(gates: list[Part]) -> str:
    if not gates:
        return ""
    applied = [gate for gate in gates if gate["state"] != "not-in-context"]
    tripped = [gate for gate in applied if gate["state"] == "tripped"]
    undecided = [gate for gate in applied if gate["state"] == "undecided"]
    if not tripped and not undecided:
        return f"{_count(len(applied), 'gate applies', 'gates apply')} to this use and none is tripped."
    words = f"{_count(len(applied), 'gate applies', 'gates apply')} to this use."
    if tripped:
        words += f" {_count(len(tripped), 'is', 'are')} tripped: {_quoted(tripped)}."
    if undecided:
        words += (
            f" {_count(len(undecided), 'cannot', 'cannot')} be decided for want of an answer: "
            f"{_quoted(undecided)}. An undecided gate is not a pass."
        )
    return words


def _quoted(gates: list[Part]) -> str:
    named = [f"“{gate['text'].rstrip('.')}”" for gate in gates[:_NAMED_GATES]]
    rest = len(gates) - len(named)
    return listing([*named, f"{rest} more"] if rest else named)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _unknowns(snapshot: Part) -> str:
    unknowns, criteria = snapshot["unknowns"], snapshot["rubric"]["criteria"]
    if not unknowns:
        return f"All {criteria} criteria are answered."
    widest = listing([f"“{each['name']}”" for each in unknowns[:_NAMED_UNKNOWNS]])
    several = "Finding out about" if len(unknowns) > 1 else "It is"
    most = " would narrow the range most." if len(unknowns) > 1 else "."
    return (
        f"{_count(len(unknowns), 'criterion', 'criteria')} of {criteria} {_is(len(unknowns))} open in whole "
        f"or in part. {several} {widest}{most}"
    )


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _recommendation(recommendation: Part) -> str:
    return f"The rules lead to: {recommendation['words'].lower()}, for the reasons given in section 1."


def _decision(snapshot: Part) -> str:
    decision = snapshot["decision"]
    if decision is None:
        return "No decision has been taken."
    conditions = len(decision["conditions"])
    words = f"{decision['by']} decided on {decision['shown']}: {decision['words'].lower()}"
    if conditions:
        words += f", with {_count(conditions, 'condition', 'conditions')}"
    if decision["expires"]:
        words += f", until {decision['expires']}"
    departs = " This departs from the recommendation; the reason is given with the decision."
    return f"{words}.{departs if decision['departs'] else ''}"
