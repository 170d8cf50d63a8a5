"""Differences between texts: they say everything, and they say it fast."""

from hypothesis import given
from hypothesis import strategies as st

from riskapp.domain.text_changes import MOST_CHANGES, Fate, Piece, text_changes

TEXTS = st.text(alphabet=st.sampled_from("ab .,\n-é"), max_size=60) | st.text(max_size=40)


def side(pieces: tuple[Piece, ...], gone: Fate) -> str:
    return "".join(each.text for each in pieces if each.fate is not gone)


@given(before=TEXTS, after=TEXTS)
def test_both_texts_can_be_read_back_from_their_differences(before: str, after: str) -> None:
    pieces = text_changes(before, after)
    assert side(pieces, Fate.ADDED) == before
    assert side(pieces, Fate.REMOVED) == after
    assert all(each.text for each in pieces)


@given(text=TEXTS)
def test_equal_texts_have_no_differences(text: str) -> None:
    assert all(each.fate is Fate.KEPT for each in text_changes(text, text))


def test_a_changed_word_is_all_that_is_marked() -> None:
    assert text_changes("It runs on our machines.", "It runs on their machines.") == (
        Piece(Fate.KEPT, "It runs on "),
        Piece(Fate.REMOVED, "our"),
        Piece(Fate.ADDED, "their"),
        Piece(Fate.KEPT, " machines."),
    )


def test_words_changed_in_a_row_are_marked_as_one() -> None:
    assert text_changes("one two three", "four five three") == (
        Piece(Fate.REMOVED, "one two"),
        Piece(Fate.ADDED, "four five"),
        Piece(Fate.KEPT, " three"),
    )


def test_texts_with_more_changes_than_are_followed_say_that_the_middle_was_replaced() -> None:
    before = "same " + " ".join(f"a{each}" for each in range(MOST_CHANGES)) + " end"
    after = "same " + " ".join(f"b{each}" for each in range(MOST_CHANGES)) + " end"
    assert [each.fate for each in text_changes(before, after)] == [
        Fate.KEPT,
        Fate.REMOVED,
        Fate.ADDED,
        Fate.KEPT,
    ]
