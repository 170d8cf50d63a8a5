"""How sourced values compare, and how dates, numbers and addresses read as people write them."""

from datetime import date

import pytest

from riskapp.domain.as_of import as_of_fault, as_of_words, future_fault, last_day
from riskapp.domain.fact import Agreement, Fact, comparison, fact_faults
from riskapp.domain.web_address import is_web_address
from riskapp.domain.whole_number import read_whole_number
from tests.registers import fact


def said(value: str, source: str = "Card", *, as_of: str = "2025", unit: str = "%") -> Fact:
    return fact(value=value, source_title=source, as_of=as_of, unit=unit)


@pytest.mark.parametrize(
    ("facts", "agreement", "words"),
    [
        ([said("65")], Agreement.SINGLE, "1 source"),
        ([said("65.0"), said("65", "Paper")], Agreement.AGREE, "2 sources agree"),
        ([said("65.0"), said("64.9", "Paper")], Agreement.DISAGREE, "2 sources disagree"),
        ([said("1,350"), said("1350", "Paper")], Agreement.AGREE, "2 sources agree"),
        (
            [said("0.14", as_of="2024-12..2025-02"), said("0.27", as_of="2025-02-08")],
            Agreement.CHANGED,
            "1 source, 2 values over time",
        ),
        ([said("1"), said("2")], Agreement.DISAGREE, "1 source contradicts itself"),
        ([said("1"), said("1.0")], Agreement.AGREE, "1 source, the same value twice"),
        (
            [said("eight GPUs", unit="text"), said("four", "Guide", unit="text")],
            Agreement.IN_WORDS,
            "2 sources, not comparable as numbers",
        ),
        ([said("none", unit="text"), said("none", "Guide", unit="text")], Agreement.AGREE, "2 sources agree"),
        (
            [said("5"), said("5", "Paper", unit="USD")],
            Agreement.IN_WORDS,
            "2 sources, not comparable as numbers",
        ),
        ([said("1"), said("2", "B"), said("2", "C")], Agreement.DISAGREE, "3 sources disagree"),
    ],
)
def test_values_of_one_metric_agree_disagree_or_have_changed(
    facts: list[Fact], agreement: Agreement, words: str
) -> None:
    found = comparison(facts)
    assert (found.agreement, found.words) == (agreement, words)


@pytest.mark.parametrize(
    ("text", "words", "last"),
    [
        ("2025-01-22", "22 January 2025", date(2025, 1, 22)),
        ("2024-02", "February 2024", date(2024, 2, 29)),
        ("2026", "2026", date(2026, 12, 31)),
        ("2024-12..2025-02", "December 2024 to February 2025", date(2025, 2, 28)),
        ("2025-01..02", "January 2025 to February 2025", date(2025, 2, 28)),
        ("2024-12-26..2025-02-08", "26 December 2024 to 8 February 2025", date(2025, 2, 8)),
    ],
)
def test_a_source_speaks_as_of_a_day_a_month_a_year_or_a_span(text: str, words: str, last: date) -> None:
    assert as_of_fault(text) is None
    assert (as_of_words(text), last_day(text)) == (words, last)


@pytest.mark.parametrize(
    "text", ["", "soon", "2025-13", "2025-02-30", "0000", "2025..", "..2025", "2025-1-2"]
)
def test_what_is_no_date_is_refused_and_reads_as_it_stands(text: str) -> None:
    assert "is no date" in (as_of_fault(text) or "")
    assert as_of_words(text) == text


def test_a_span_does_not_end_before_it_begins() -> None:
    assert as_of_fault("2025-02..2024-12") == "ends before it begins; exchange the two"


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("0", 0),
        (" 1500000 ", 1_500_000),
        ("1,500,000", 1_500_000),
        ("1 500 000", 1_500_000),
        ("1\N{NO-BREAK SPACE}500", 1_500),
        (str(2**53 - 1), 2**53 - 1),
    ],
)
def test_whole_numbers_may_have_their_thousands_set_apart(raw: str, number: int) -> None:
    assert read_whole_number(raw) == number


@pytest.mark.parametrize(
    "raw", ["", "1.5", "1.500", "-3", "12,34", "1,5000", "2 million", "1e6", "٣", "1, 500"]
)
def test_a_text_that_is_no_whole_number_is_refused_with_advice(raw: str) -> None:
    assert "write digits only" in str(read_whole_number(raw))


def test_a_number_that_json_cannot_carry_is_refused() -> None:
    assert "must lie between 0 and 9,007,199,254,740,991" in str(read_whole_number("9" * 18))


@pytest.mark.parametrize("text", ["https://a.example/x?y=1#z", "http://192.0.2.1:8080/"])
def test_absolute_addresses_of_the_web_may_be_links(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.example",
        "//a.example",
        "https://",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example",
        "https://a.example/ x",
        "java\nscript:x",
        "https://[",
        " https://a.example",
        "https://" + "a" * 2_000,
    ],
)
def test_nothing_else_ever_is_a_link(text: str) -> None:
    assert not is_web_address(text)


@pytest.mark.parametrize("text", ["2026-11-24", "2026-11", "2026", "2025..2026", "2024-12..2026-11", "soon"])
def test_what_has_begun_may_be_spoken_of(text: str) -> None:
    assert future_fault(text, date(2026, 11, 24)) is None


@pytest.mark.parametrize("text", ["2026-11-25", "2026-12", "2027", "2025..2027", "2026-11-20..2026-11-25"])
def test_no_source_speaks_of_the_future(text: str) -> None:
    fault = future_fault(text, date(2026, 11, 24))
    assert (
        fault == "lies in the future; give the day of which the source speaks, 24 November 2026 at the latest"
    )


@pytest.mark.parametrize("value", ["3,5", "-0,25", "1.234,5", "12,34", "1,2345", "\N{MINUS SIGN}3,5"])
def test_a_comma_that_may_be_a_decimal_one_is_asked_about(value: str) -> None:
    assert "can be read in two ways; write 3.5" in fact_faults(fact(value=value))["value"]


@pytest.mark.parametrize("value", ["3.5", "3500", "3,500", "1,234,567.8", "3,5 of 7", "DE, FR"])
def test_plain_numbers_grouped_thousands_and_words_are_values(value: str) -> None:
    assert fact_faults(fact(value=value)) == {}
