"""The figures in what an assessor wrote: where they come from, and whether sums come out."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction

from riskapp.domain.answers import Answer, Measurement, Unknown
from riskapp.domain.rubric import Criterion, IndicatorScale, LevelScale, MeasureScale
from riskapp.worked_example.content import Content
from riskapp.worked_example.story_format import AssessmentPart

NUMBER = r"\d+(?:\.\d+)?"
TIMES = "\N{MULTIPLICATION SIGN}"
SUM = re.compile(rf"({NUMBER}(?: [{TIMES}/+-] {NUMBER})+) = ({NUMBER})")
TERM = re.compile(rf"(?:^|([+-]) )((?:[\d.]+)(?: [{TIMES}/] [\d.]+)*)")
MILLION = 1_000_000


def written(answer: Answer) -> str:
    """Return everything that the assessor wrote under a criterion, thousands without commas."""
    looked = answer.response.reason if isinstance(answer.response, Unknown) else ""
    return re.sub(r"(?<=\d),(?=\d{3})", "", f"{answer.rationale} {looked}")


def numbers(text: str) -> set[Fraction]:
    return {Fraction(each) for each in re.findall(NUMBER, re.sub(r"(?<=\d),(?=\d{3})", "", text))}


def sums(text: str) -> Iterator[tuple[str, str]]:
    """Yield each sum that is written out, as its left and right side."""
    for found in SUM.finditer(text):
        yield found.group(1), found.group(2)


def is_right(left: str, right: str) -> bool:
    """Return whether a sum comes out at the decimals with which its result is given."""
    decimals = len(right.partition(".")[2])
    return abs(value(left) - Fraction(right)) <= Fraction(1, 2 * 10**decimals)


def value(expression: str) -> Fraction:
    """Return what an expression comes to, multiplication and division first."""
    total = Fraction(0)
    for sign, term in TERM.findall(expression):
        total += (-1 if sign == "-" else 1) * _product(term)
    return total


def _product(term: str) -> Fraction:
    first, *rest = term.split(" ")
    result = Fraction(first)
    for sign, factor in zip(rest[::2], rest[1::2], strict=True):
        result = result * Fraction(factor) if sign == TIMES else result / Fraction(factor)
    return result


def sourced(content: Content, part: AssessmentPart, criterion: Criterion, answer: Answer) -> set[Fraction]:
    """Return the figures that an answer may name: of its evidence, the use, the candidate, the criterion."""
    cited = [str(asdict(content.facts[each])) for each in answer.evidence if each in content.facts]
    cited += [
        str(asdict(content.claims[content.story.claims[each].claim]))
        for each in answer.evidence
        if each in content.story.claims
    ]
    context = content.contexts[part.context]
    tokens = {
        Fraction(each, MILLION) for each in (context.input_tokens_per_month, context.output_tokens_per_month)
    }
    texts = " ".join([*cited, str(content.candidates[part.candidate]), str(context), *_texts(criterion)])
    return numbers(texts) | tokens | _own(answer)


def _texts(criterion: Criterion) -> Iterator[str]:
    yield from (criterion.question, criterion.how)
    match criterion.scale:
        case LevelScale(levels=levels):
            yield from (level.state for level in levels)
        case IndicatorScale(indicators=indicators):
            yield from (indicator.statement for indicator in indicators)
        case MeasureScale(unit=unit):
            yield unit


def _own(answer: Answer) -> set[Fraction]:
    match answer.response:
        case Measurement(value=value, low=low, high=high):
            return {value, low, high}
        case _:
            return set()
