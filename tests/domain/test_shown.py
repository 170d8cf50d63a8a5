"""How numbers read for people, and for programs."""

from fractions import Fraction

import pytest

from riskapp.domain.shown import exact_text, in_tenths, one_decimal, percent


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("62.45", "62.5"),
        ("62.44", "62.4"),
        ("0.05", "0.1"),
        ("99.95", "100.0"),
        ("-12.5", "\N{MINUS SIGN}12.5"),
    ],
)
def test_scores_are_rounded_half_up_to_one_decimal(value: str, text: str) -> None:
    assert one_decimal(Fraction(value)) == text
    assert in_tenths(Fraction(value)) == Fraction(text.replace("\N{MINUS SIGN}", "-"))


def test_programs_read_a_hyphen_as_the_minus() -> None:
    assert one_decimal(Fraction("-0.25"), minus="-") == "-0.2"


@pytest.mark.parametrize(
    ("value", "text"), [("1", "100 %"), ("0.999", "99 %"), ("0.005", "1 %"), ("0", "0 %")]
)
def test_coverage_short_of_everything_is_never_shown_as_everything(value: str, text: str) -> None:
    assert percent(Fraction(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [("62.5", "62.5"), ("200/3", "200/3"), ("-3/8", "-0.375"), ("40", "40")]
)
def test_exact_numbers_stand_as_decimals_where_they_end_and_as_fractions_where_not(
    value: str, text: str
) -> None:
    assert exact_text(Fraction(value)) == text
