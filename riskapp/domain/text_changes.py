"""How one text became another, word by word: what stayed, what went and what came.

The method is the greedy one of E. W. Myers, "An O(ND) difference algorithm and its variations" (1986), over
words, white space and marks. It gives up after `MOST_CHANGES` and then says that the middle was replaced, so
that no pair of texts keeps a reader waiting.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

MOST_CHANGES = 400

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


class Fate(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with one fate."""

    fate: Fate
    text: str


def text_changes(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of both texts in reading order, what was removed ahead of what was added.

    The kept and removed pieces joined are `before`, the kept and added ones are `after`.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    script = [
        *(Piece(Fate.KEPT, each) for each in old[:head]),
        *_script(old_middle, new_middle),
        *(Piece(Fate.KEPT, each) for each in old[len(old) - tail :]),
    ]
    return _joined(script)


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    for place, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return place
    return min(len(old), len(new))


def _script(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    reached = {1: 0}
    trace: list[dict[int, int]] = []
    for changes in range(min(len(old) + len(new), MOST_CHANGES) + 1):
        trace.append(dict(reached))
        for diagonal in range(-changes, changes + 1, 2):
            x = _step(reached, diagonal, changes)
            while x < len(old) and 0 <= x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            reached[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _walked_back(trace, old, new)
    return [*(Piece(Fate.REMOVED, each) for each in old), *(Piece(Fate.ADDED, each) for each in new)]


def _step(reached: dict[int, int], diagonal: int, changes: int) -> int:
    """Return how far the best path on a diagonal is before it runs along equal words."""
    if _comes_down(reached, diagonal, changes):
        return reached[diagonal + 1]
    return reached[diagonal - 1] + 1


def _comes_down(reached: dict[int, int], diagonal: int, changes: int) -> bool:
    """Return whether the best path onto a diagonal adds a word; otherwise it removes one."""
    if diagonal in (-changes, changes):
        return diagonal == -changes
    return reached[diagonal - 1] < reached[diagonal + 1]


def _walked_back(trace: list[dict[int, int]], old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    pieces: list[Piece] = []
    x, y = len(old), len(new)
    for changes in range(len(trace) - 1, -1, -1):
        reached, diagonal = trace[changes], x - y
        down = _comes_down(reached, diagonal, changes)
        came_from = diagonal + 1 if down else diagonal - 1
        before_x = reached[came_from]
        before_y = before_x - came_from
        while x > max(before_x, 0) and y > max(before_y, 0):
            x, y = x - 1, y - 1
            pieces.append(Piece(Fate.KEPT, old[x]))
        if changes:
            pieces.append(Piece(Fate.ADDED, new[before_y]) if down else Piece(Fate.REMOVED, old[before_x]))
            x, y = before_x, before_y
    return pieces[::-1]


def _joined(script: Sequence[Piece]) -> tuple[Piece, ...]:
    """Join runs; white space alone between two changes counts as changed, which reads more calmly."""
    joined: list[Piece] = []
    removed: list[str] = []
    added: list[str] = []
    runs = [(fate, "".join(each.text for each in run)) for fate, run in groupby(script, lambda it: it.fate)]
    for place, (fate, text) in enumerate(runs):
        between = 0 < place < len(runs) - 1 and not text.strip()
        if fate is not Fate.ADDED and (fate is Fate.REMOVED or between):
            removed.append(text)
        if fate is not Fate.REMOVED and (fate is Fate.ADDED or between):
            added.append(text)
        if fate is Fate.KEPT and not between:
            joined += [*_changed(removed, added), Piece(Fate.KEPT, text)]
            removed, added = [], []
    return (*joined, *_changed(removed, added))


def _changed(removed: list[str], added: list[str]) -> list[Piece]:
    gone, come = "".join(removed), "".join(added)
    return [Piece(fate, text) for fate, text in ((Fate.REMOVED, gone), (Fate.ADDED, come)) if text]
