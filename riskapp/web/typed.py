"""What was typed into a form, read field by field, so that one answer says everything that is wrong."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from riskapp.domain.errors import InvalidError
from riskapp.domain.text_rules import even_lines
from riskapp.domain.whole_number import read_whole_number

Choice = TypeVar("Choice", bound=StrEnum)

_BETWEEN_CODES = re.compile(r"[\s,;]+")


class Reading:
    """One form on its way to a value of the domain, with what cannot be read so far.

    Where a field cannot be read a stand-in takes its place; `settle` sees to it that none gets through.
    """

    def __init__(self, typed: Mapping[str, str]) -> None:
        """Take the raw text by the name of the field; the order of the names is that of the page."""
        self._typed = typed
        self._faults: dict[str, str] = {}

    def text(self, name: str) -> str:
        """Return the text without white space around it, line breaks as one character."""
        return even_lines(self._typed.get(name, "")).strip()

    def optional(self, name: str) -> str | None:
        """Return the text, or None where nothing was typed."""
        return self.text(name) or None

    def choice(self, kind: type[Choice], name: str) -> Choice:
        """Return the chosen member."""
        chosen = self.optional_choice(kind, name)
        if chosen is not None:
            return chosen
        self._faults.setdefault(name, "is missing; choose one")
        return next(iter(kind))

    def optional_choice(self, kind: type[Choice], name: str) -> Choice | None:
        """Return the chosen member, or None where none was chosen."""
        raw = self.text(name)
        if not raw:
            return None
        if raw in set(kind):
            return kind(raw)
        self._faults[name] = f"{raw[:40]!r} is not a choice here; choose from the list"
        return None

    def choices(self, kind: type[Choice], name: str, raw: Iterable[str]) -> tuple[Choice, ...]:
        """Return the chosen members, of a group of check boxes."""
        chosen = []
        for each in raw:
            if each in set(kind):
                chosen.append(kind(each))
            else:
                self._faults[name] = f"{each[:40]!r} is not a choice here; choose from the list"
        return tuple(chosen)

    def day(self, name: str) -> date | None:
        """Return the day, or None where none was typed."""
        raw = self.text(name)
        if not raw:
            return None
        try:
            return date.fromisoformat(raw)
        except ValueError:
            self._faults[name] = f"{raw[:40]!r} is not a day; write it like 2026-12-31"
            return None

    def number(self, name: str) -> int:
        """Return the whole number."""
        number = self.optional_number(name)
        if number is None:
            self._faults.setdefault(name, "is missing; enter a whole number, 0 if there are none")
            return 0
        return number

    def optional_number(self, name: str) -> int | None:
        """Return the whole number, or None where none was typed."""
        raw = self.text(name)
        number = read_whole_number(raw) if raw else None
        if isinstance(number, str):
            self._faults[name] = number
            return None
        return number

    def codes(self, name: str) -> tuple[str, ...]:
        """Return codes that commas, semicolons or white space set apart."""
        return tuple(each for each in _BETWEEN_CODES.split(self.text(name)) if each)

    def settle(self, faults: Mapping[str, str]) -> None:
        """Raise InvalidError for what cannot be read and for these faults, in the order of the page."""
        wrong = {**faults, **self._faults}
        if wrong:
            order = [*(name for name in self._typed if name in wrong), *wrong]
            raise InvalidError({name: wrong[name] for name in order})
