"""What is said of a document in the end: one of five words, where it was altered, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """The verdicts. Plain `genuine` is said of what cannot lapse, or where no log says whether it did."""

    CURRENT = "genuine and current"
    LAPSED = "genuine, superseded or lapsed since"
    GENUINE = "genuine"
    ALTERED = "altered"
    UNKNOWN = "unknown"


class Place(StrEnum):
    """Where something does not agree."""

    FILE = "the file"
    DATA = "the data"
    PROOF = "the proof"
    SEAL = "the seal"
    LOG = "the log"


EXIT_CODES: Mapping[Word, int] = {
    Word.CURRENT: 0,
    Word.GENUINE: 0,
    Word.ALTERED: 1,
    Word.UNKNOWN: 2,
    Word.LAPSED: 3,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not agree, in a sentence without its full stop."""

    place: Place
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of a document.

    `reasons` say in sentences why; `checked` what was looked at; `open` what cannot be known here.
    `assessment` is the id of the one that it is about, `reference` how that is called, where they are known.
    """

    word: Word
    kind: str
    digest: str
    where: tuple[Place, ...] = ()
    reasons: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    assessment: str | None = None
    reference: str | None = None
    superseded_by: int | None = None

    def as_json(self) -> Mapping[str, object]:
        """Return it as JSON values."""
        return {
            "verdict": self.word.value,
            "where": [each.value for each in self.where],
            "kind": self.kind,
            "sha256": self.digest,
            "reference": self.reference,
            "superseded_by_entry": self.superseded_by,
            "reasons": list(self.reasons),
            "checked": list(self.checked),
            "not_known": list(self.open),
        }

    @property
    def checked_words(self) -> str:
        """Return what heads the list of what was checked: in an altered document it is what still agrees."""
        return "Agrees all the same" if self.word is Word.ALTERED else "Checked"

    def sentence(self) -> str:
        """Return word and place in one line."""
        if self.word is not Word.ALTERED:
            return self.word.value[0].upper() + self.word.value[1:]
        return f"Altered: {', '.join(each.value for each in self.where)}"

    def __str__(self) -> str:
        """Return all of it in lines."""
        about = f" on {self.reference}" if self.reference else ""
        lines = [f"{self.sentence()}.", *self.reasons]
        lines += [f"It is: {self.kind}{about}." if self.kind else "", f"SHA-256: {self.digest}"]
        lines += [f"{self.checked_words}: {each}" for each in self.checked]
        lines += [f"Not known: {each}" for each in self.open]
        return "\n".join(filter(None, lines))
