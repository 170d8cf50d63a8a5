"""Comments: what becomes a link, who is meant by a mention, and who reads what while the scoring lasts."""

from dataclasses import replace

import pytest

from riskapp.domain.authority import Actor, Role
from riskapp.domain.comments import (
    LONGEST_COMMENT,
    MOST_MENTIONS,
    CommentPart,
    comment_fault,
    comment_parts,
    mentions_in,
)
from riskapp.domain.discretion import may_read_comment
from riskapp.domain.life_cycle import Stage, Standing

ADA = Actor("ada", "Ada", frozenset({Role.ASSESSOR}))
BERT = Actor("bert", "Bert", frozenset({Role.ASSESSOR}))
LEAD = Actor("lena", "Lena", frozenset({Role.LEAD_ASSESSOR}))
APPROVER = Actor("omar", "Omar", frozenset({Role.APPROVER}))


def standing(stage: Stage, *scorers: str) -> Standing:
    assessors = frozenset({"ada", "bert"})
    return Standing(stage=stage, opened_by="lena", assessors=assessors, scorers=frozenset(scorers))


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See https://example.org/a?b=1.", ["https://example.org/a?b=1"]),
        ("(http://example.org)", ["http://example.org"]),
        ("javascript:alert(1) ftp://example.org data:text/html,x", []),
        ('<a href="https://example.org">x</a>', ["https://example.org"]),
        ("https://", []),
    ],
)
def test_only_web_addresses_become_links(text: str, addresses: list[str]) -> None:
    parts = comment_parts(text)
    assert [each.address for each in parts if each.address] == addresses
    assert "".join(each.text for each in parts) == text


def test_a_comment_without_an_address_is_one_text() -> None:
    assert comment_parts("Nothing to see.") == (CommentPart("Nothing to see."),)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@ada, look", [("ada",)]),
        ("Ask @Ada.", [("ada.", "ada")]),
        ("(@ada and @ada)", [("ada",)]),
        ("@ada@example.org", [("ada@example.org",)]),
        ("write to ada@example.org", []),
        ("@ nobody, @", []),
    ],
)
def test_a_mention_is_an_at_sign_before_a_sign_in_name(text: str, meant: list[tuple[str, ...]]) -> None:
    assert list(mentions_in(text)) == meant


def test_a_comment_has_an_end_and_says_something() -> None:
    assert comment_fault("x" * LONGEST_COMMENT) is None
    assert "shorten it" in str(comment_fault("x" * (LONGEST_COMMENT + 1)))
    assert "is missing" in str(comment_fault(" \n "))
    assert "control character" in str(comment_fault("a\x07b"))
    crowd = " ".join(f"@user{each}" for each in range(MOST_MENTIONS + 1))
    assert "more than 20 people" in str(comment_fault(crowd))


def test_what_an_assessor_writes_while_the_scoring_lasts_is_theirs_alone() -> None:
    now = standing(Stage.IN_PROGRESS)
    readers = (ADA, BERT, LEAD)
    assert [may_read_comment(each, now, author_id="ada", in_round=True) for each in readers] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("stage", [Stage.IN_REVIEW, Stage.DECIDED])
def test_it_opens_to_all_who_may_see_the_assessment_afterwards(stage: Stage) -> None:
    now = standing(stage, "ada", "bert")
    for reader in (ADA, BERT, LEAD, APPROVER):
        assert may_read_comment(reader, now, author_id="ada", in_round=False)


def test_what_others_write_is_open_at_once_to_those_who_may_see_the_assessment() -> None:
    now = standing(Stage.IN_PROGRESS)
    assert may_read_comment(ADA, now, author_id="lena", in_round=True)
    assert not may_read_comment(APPROVER, now, author_id="lena", in_round=True)


def test_an_only_assessor_has_nobody_to_be_blind_to() -> None:
    alone = Standing(stage=Stage.IN_PROGRESS, opened_by="lena", assessors=frozenset({"ada"}))
    assert may_read_comment(LEAD, alone, author_id="ada", in_round=True)


def test_a_round_of_several_stays_blind_when_only_one_is_left_in_it() -> None:
    left = Standing(
        stage=Stage.IN_PROGRESS,
        opened_by="lena",
        assessors=frozenset({"ada"}),
        released=frozenset({"bert"}),
    )
    assert left.is_blind
    for author in ("ada", "bert"):
        assert not may_read_comment(LEAD, left, author_id=author, in_round=True)
    sent_back = replace(left, stage=Stage.SENT_BACK)
    assert not sent_back.is_blind
