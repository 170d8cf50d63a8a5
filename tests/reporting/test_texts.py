"""Words from elsewhere, made fit for paper."""

import pytest

from riskapp.reporting.text import anchor, breakable, capped, safe_link, visible

BREAK = "\N{ZERO WIDTH SPACE}"


def latin(character: str) -> bool:
    return ord(character) < 0x250


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("plain words", "plain words"),
        ("two\r\nlines", "two\nlines"),
        ("a\tb", "a b"),
        ("bell\x07", "bell[U+0007]"),
        ("turned\u202eround", "turned[U+202E]round"),
        ("天", "[U+5929]"),
        ("天安门", "[U+5929 U+5B89 U+95E8]"),
        ("天" * 40, "[U+5929 and 39 more characters without a glyph]"),
        ("e\N{COMBINING ACUTE ACCENT}", "é"),
        ("\ue000", "[U+E000]"),
        ("天a" * 40, "[U+5929]a" * 12 + "[?]a" * 28),
    ],
)
def test_what_cannot_be_printed_is_named_by_its_code(written: str, printed: str) -> None:
    assert visible(written, latin) == printed


def test_a_long_word_may_break_every_sixteen_letters() -> None:
    pieces = str(breakable("x" * 200)).split(BREAK)

    assert "".join(pieces) == "x" * 200
    assert max(map(len, pieces)) == 16


def test_a_word_beyond_240_letters_is_cut_and_says_by_how_much() -> None:
    printed = str(breakable("x" * 5000)).replace(BREAK, "")

    assert printed == "x" * 240 + "[…4,760 more]"


def test_an_address_breaks_after_its_punctuation() -> None:
    assert str(breakable("https://example.org/a/long/path")) == BREAK.join(
        ("https://example.", "org/a/long/", "path")
    )


def test_markup_in_words_is_escaped_even_inside_long_words() -> None:
    assert "<script" not in str(breakable("<script>alert(1)</script>" * 20))


def test_what_is_cut_says_so_and_where_the_rest_is() -> None:
    assert capped("a" * 12, 10) == "aaaaaaaaaa … [cut here: 2 more characters stand in the attached data]"


def test_a_line_end_counts_for_a_good_part_of_a_line() -> None:
    printed = capped("x\n" * 1_000, 600)

    assert printed.count("\n") < 600 / 40
    assert "more characters stand in the attached data" in printed


def test_empty_lines_in_a_row_become_one() -> None:
    assert capped("first\r\n\n\n \t\n\nlast") == "first\n\nlast"


def test_line_ends_after_the_last_word_are_no_loss_to_speak_of() -> None:
    assert capped("all of it" + "\n" * 10_000, 30) == "all of it"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//host/path",
        "/relative",
        "data:text/html,x",
        "https://",
        "https://a b",
        "https://[",
        "https://example.org/" + "x" * 3000,
    ],
)
def test_only_http_and_https_addresses_become_links(address: str) -> None:
    assert safe_link(address) is None


def test_an_https_address_becomes_a_link() -> None:
    assert safe_link("https://example.org/a?b=1#c") == "https://example.org/a?b=1#c"


def test_element_ids_hold_letters_digits_and_hyphens_only() -> None:
    assert anchor('cost-1" onload="x') == "cost-1_22_20onload_3d_22x"
