"""Reads one YAML 1.2 or JSON file into plain data, and knows on which line each part of it stands."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskapp.domain.errors import ProductError

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_PARTS = 100_000
MOST_DIGITS = 400

Loc = tuple[int | str, ...]
"""Where a part stands: keys and list positions from the top of the file."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file; `line` counts from 1 and is None where it is not known."""

    line: int | None
    field: str
    message: str


class InputFileError(ProductError):
    """A file cannot be used: everything that is wrong with it, in the order of its lines."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        """Keep the problems by line."""
        super().__init__(source)
        self.source = source
        self.problems = sorted(problems, key=lambda problem: problem.line or 0)

    def __str__(self) -> str:
        """Return one line per problem: `file:line: field: what is wrong and what to do`."""
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """Return one message per problem."""
        found = []
        for problem in self.problems:
            place = self.source if problem.line is None else f"{self.source}:{problem.line}"
            field = f"{problem.field}: " if problem.field else ""
            found.append(f"{place}: {field}{problem.message}")
        return found


class Lines:
    """Finds the line of a part of a YAML or JSON text; parses the text only when first asked."""

    def __init__(self, root: "Node | None" = None, text: str = "") -> None:
        """Take the composed node tree, or the text to compose it from."""
        self._root = root
        self._text = text

    def at(self, loc: Loc) -> int | None:
        """Return the line on which the part, or the nearest part that holds it, stands."""
        if self._root is None:
            if not self._text:
                return None
            self._root = _compose(self._text, "")
        node, line = self._root, self._root.start_mark.line
        for step in loc:
            child = _child(node, step)
            if child is not None:
                node, line = child
        return int(line) + 1


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one file, with the means to say where each part stands."""

    source: str
    data: Any
    lines: Lines


def read_document(path: Path) -> Document:
    """Return what a file holds; its name ends in .json for JSON, anything else is read as YAML 1.2.

    Raises InputFileError where the file is missing, not UTF-8, over 1 MB, nested over 40 levels,
    not well formed, holds a key twice, or holds what JSON cannot (NaN, keys that are not text).
    """
    source, text = str(path), read_text(path)
    return _read_json(text, source) if path.suffix == ".json" else _read_yaml(text, source)


def read_text(path: Path) -> str:
    """Return the text of a file; raises InputFileError where it is missing, over 1 MB, or not UTF-8."""
    source = str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise _refusal(source, f"{reason}; check the name of the file and that you may read it") from error
    if len(raw) > MAX_BYTES:
        raise _refusal(
            source, f"is longer than {MAX_BYTES:,} bytes, which is the most that is read; split it"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _refusal(source, "is not UTF-8 text; save it as UTF-8", line) from error
    return text


def _refusal(source: str, message: str, line: int | None = None) -> InputFileError:
    return InputFileError(source, [Problem(line, "", message)])


def _read_json(text: str, source: str) -> Document:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                message = f"the key {key!r} stands twice in one object; keep one of them"
                raise _refusal(source, message, _second_line(_compose(text, source), key))
            found[key] = value
        return found

    try:
        data = json.loads(text, object_pairs_hook=unique, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise _refusal(source, f"is not well-formed JSON: {error.msg}", error.lineno) from error
    except RecursionError as error:
        raise _refusal(source, f"is nested deeper than {MAX_DEPTH} levels; flatten it") from error
    lines = Lines(text=text)
    _refuse_what_json_cannot_hold(data, source, lines)
    return Document(source, data, lines)


def _whole(digits: str) -> int:
    """Return a whole number; one that Python would not read becomes one that is too large all the same."""
    return int(digits[:MOST_DIGITS])


def _second_line(root: "Node", key: str) -> int | None:
    """Return the line on which a key stands for the second time in one mapping."""
    from ruamel.yaml.nodes import MappingNode

    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting.extend(_children(node))
        if isinstance(node, MappingNode):
            lines = [name.start_mark.line + 1 for name, _ in node.value if name.value == key]
            if len(lines) > 1:
                return int(lines[1])
    return None


def _read_yaml(text: str, source: str) -> Document:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    root = _compose(text, source)
    lines = Lines(root)
    _bound(root, source)
    _refuse_second_keys(root, source)
    try:
        data = YAML(typ="safe", pure=True).constructor.construct_document(root)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise _refusal(source, _advised(error.problem or str(error)), line) from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputFileError(source, list(_unreadable(root))) from error
    _refuse_what_json_cannot_hold(data, source, lines)
    return Document(source, data, lines)


_KINDS = {
    "tag:yaml.org,2002:bool": "a yes or no; write true or false",
    "tag:yaml.org,2002:int": "a whole number that can be read; write digits, at most 15",
    "tag:yaml.org,2002:float": "a number that can be read; write digits with a full stop, such as 0.5",
}


def _unreadable(root: "Node") -> Iterator[Problem]:
    """Yield the values of a YAML file that are marked or written as something that they are not."""
    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import ScalarNode

    constructor = YAML(typ="safe", pure=True).constructor
    found = False
    for loc, node in _located_nodes(root):
        if not isinstance(node, ScalarNode):
            continue
        try:
            constructor.construct_object(node)
        except (ValueError, LookupError, TypeError, AttributeError):
            found = True
            kind = _KINDS.get(str(node.tag), "what its tag says; leave the tag out")
            message = f"is “{node.value[:40]}”, which is not {kind}"
            yield Problem(node.start_mark.line + 1, _path(loc), message)
    if not found:
        yield Problem(None, "", "holds a value that cannot be read; leave out tags such as !!int")


def _located_nodes(root: "Node") -> "Iterator[tuple[Loc, Node]]":
    """Yield every node with where it stands; a value by its key, or by its position from 0."""
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    waiting: list[tuple[Loc, Node]] = [((), root)]
    while waiting:
        loc, node = waiting.pop()
        yield loc, node
        if isinstance(node, MappingNode):
            waiting.extend(((*loc, str(key.value)), value) for key, value in node.value)
        elif isinstance(node, SequenceNode):
            waiting.extend(((*loc, position), value) for position, value in enumerate(node.value))


def _path(loc: Loc) -> str:
    """Return where a part of a file stands that cannot be read as data: `criteria[3].weight`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).lstrip(".")


def _refuse_second_keys(root: "Node", source: str) -> None:
    from ruamel.yaml.nodes import MappingNode, ScalarNode

    problems = []
    for loc, node in _located_nodes(root):
        lines: dict[str, int] = {}
        for key, _ in node.value if isinstance(node, MappingNode) else ():
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                continue
            if key.value in lines:
                first = f"the key {key.value[:60]!r} stood on line {lines[key.value]} already"
                problems.append(Problem(line, _path(loc), f"{first}; keep one of them"))
            lines.setdefault(key.value, line)
    if problems:
        raise InputFileError(source, problems)


def _compose(text: str, source: str) -> "Node":
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        root: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"is not well-formed YAML: {_advised(error.problem or str(error))}"
        raise _refusal(source, message, mark.line + 1 if mark else None) from error
    except YAMLError as error:
        raise _refusal(source, f"is not well-formed YAML: {_advised(str(error))}") from error
    except RecursionError as error:
        raise _refusal(source, f"is nested deeper than {MAX_DEPTH} levels; flatten it") from error
    if root is None:
        raise _refusal(source, "is empty; write the fields that the documentation lists")
    return root


_YAML_ADVICE = {
    "mapping values are not allowed here": "; put a text that holds a colon and a space in quotes",
    "found character '\\t' that cannot start any token": "; indent with spaces instead of tabs",
    "could not determine a constructor for the tag": "; leave the tag out",
}


def _advised(text: str) -> str:
    """Return the first line of what the YAML library says, with what to do about it."""
    line = text.strip().splitlines()[0]
    return line + next((advice for start, advice in _YAML_ADVICE.items() if line.startswith(start)), "")


def _children(node: "Node") -> "list[Node]":
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    if isinstance(node, MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def _bound(root: "Node", source: str) -> None:
    """Raise where aliases unfold into too much or anything is nested too deeply; leave dates as text.

    The core schema of YAML 1.2 knows no dates: that they are told apart is a custom of older readers.
    """
    stack, parts = [(root, 1)], 0
    while stack:
        node, depth = stack.pop()
        parts += 1
        line = node.start_mark.line + 1
        if depth > MAX_DEPTH:
            message = f"is nested deeper than {MAX_DEPTH} levels (or an alias holds itself); flatten it"
            raise _refusal(source, message, line)
        if parts > MAX_PARTS:
            message = f"unfolds into more than {MAX_PARTS} parts; write out what the aliases stand for"
            raise _refusal(source, message, line)
        if node.tag == "tag:yaml.org,2002:timestamp":
            node.tag = "tag:yaml.org,2002:str"
        stack.extend((child, depth + 1) for child in _children(node))


def _child(node: "Node", step: int | str) -> "tuple[Node, int] | None":
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: Node = node.value[step]
        return child, child.start_mark.line
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == step:
                return value, key.start_mark.line
    return None


def field_name(data: object, loc: Loc) -> str:
    """Return a path for readers: `dimensions[cost].criteria[run-cost].weight`.

    A part of a list is named by its id where it has one, else by its position from 0. Steps that are
    not in the data (pydantic names the branches of a union) are left out.
    """
    name = ""
    for step in loc:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
            label = data.get("id") if isinstance(data, dict) else None
            name += f"[{label if isinstance(label, str) else step}]"
        elif isinstance(data, dict) and step != "[key]":
            data = data.get(step)
            name += f".{step}" if name else step
    return name


def _refuse_what_json_cannot_hold(data: object, source: str, lines: Lines) -> None:
    problems = [Problem(lines.at(loc), field_name(data, loc), message) for loc, message in _foreign(data)]
    if problems:
        raise InputFileError(source, problems)


def _foreign(value: object, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    if len(loc) > MAX_DEPTH:
        yield loc, f"is nested deeper than {MAX_DEPTH} levels; flatten it"
    elif isinstance(value, dict):
        for key, inner in value.items():
            if advice := isinstance(key, str) and _foreign_scalar(key):
                yield loc, f"the key {key!r} {advice}"
            elif isinstance(key, str):
                yield from _foreign(inner, (*loc, key))
            else:
                yield loc, f"the key {key!r} is not text; put it in quotes"
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _foreign(inner, (*loc, position))
    elif advice := _foreign_scalar(value):
        yield loc, advice


def _foreign_scalar(value: object) -> str | None:
    match value:
        case str() if any("\ud800" <= character <= "\udfff" for character in value):
            return "holds half of a surrogate pair; write the character itself"
        case bool() | str() | None:
            return None
        case int() if abs(value) >= 2**53:
            return "is a whole number beyond 2^53 - 1, which JSON cannot hold; use a smaller one"
        case float() if not isfinite(value):
            return "is not a finite number; give one, or leave the field out"
        case int() | float():
            return None
        case _:
            return f"is read as a {type(value).__name__}, which JSON cannot hold; put it in quotes"
