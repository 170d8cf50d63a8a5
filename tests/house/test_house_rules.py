"""Rules of the house that no linter knows; each failure says what to do instead."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("riskapp", "migrations", "tests", "benchmarks", "scripts")
MODULE_LINES = 400
FUNCTION_LINES = 40
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "core", "base"}


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / line for line in listing.stdout.splitlines() if (ROOT / line).is_file()]


def modules() -> list[Path]:
    return tracked(*(f"{folder}/**/*.py" for folder in CODE), *(f"{folder}/*.py" for folder in CODE))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_a_module_is_read_in_one_sitting() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if "versions" not in path.parts  # a migration restates whole tables and is never edited again
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MODULE_LINES
    }
    assert not long, f"split these by the nouns they hold, to {MODULE_LINES} lines at most: {long}"


def test_a_function_fits_on_a_screen() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": lines
        for path in modules()
        for node in functions(path)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    }
    assert not long, f"name the steps of these as functions of {FUNCTION_LINES} lines at most: {long}"


def test_a_module_is_named_for_the_noun_it_holds() -> None:
    vague = [str(path.relative_to(ROOT)) for path in modules() if path.stem in VAGUE_NAMES]
    assert not vague, f"name these for what they hold: {vague}"


def test_migrations_stand_alone() -> None:
    linked = [
        str(path.relative_to(ROOT))
        for path in tracked("migrations/*.py", "migrations/**/*.py")
        if re.search(r"^\s*(from|import) riskapp\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert not linked, f"an applied migration never changes, so it restates what it needs: {linked}"


@pytest.mark.parametrize("banned", ["sqlalchemy.orm", "Markup(f", "|safe", "| safe", "autoescape false"])
def test_what_undermines_a_guarantee_stands_nowhere(banned: str) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in tracked("riskapp/*.py", "riskapp/**/*.py", "riskapp/**/*.html", "reports/**/*.html")
        if banned in path.read_text(encoding="utf-8")
    ]
    assert not found, f"{banned!r} is not used here; docs/architecture.md says what is: {found}"


def test_every_page_template_and_report_is_free_of_inline_code() -> None:
    inline = [
        str(path.relative_to(ROOT))
        for path in tracked("riskapp/web/templates/**/*.html", "riskapp/web/templates/*.html")
        if re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", path.read_text(encoding="utf-8"))
    ]
    assert not inline, f"the content security policy refuses inline code and styles: {inline}"


def test_no_machine_and_no_registry_is_named() -> None:
    suspicious = re.compile(r"(?<![\w.])/(?:work|root|farm|home)/[a-z]|pythonhosted|registry\.npm|pypi\.org")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked(".")
        if path.suffix in {".py", ".md", ".toml", ".lock", ".yaml", ".html", ".css", ".sh", ""}
        and path != Path(__file__)
        and suspicious.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert not found, f"name no path of a machine and no registry host: {found}"


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in tracked("docs/decisions/*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_documents_link_to_what_is_there() -> None:
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in tracked("*.md", "docs/*.md", "docs/**/*.md")
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]
    assert not broken, f"mend these links: {broken}"


UNBLINDED = {
    "riskapp.storage.evidence": {"evidence_items", "evidence_item"},
    "riskapp.storage.sheets": {"sheets"},
}
LOOKS_AT_ALL = {
    "riskapp/services/blindness.py": "is the rule",
    "riskapp/services/rounds.py": "closes the round",
    "riskapp/services/evidence.py": "corrects what was looked up through the rule before",
    "riskapp/services/reassessments.py": "copies from a decided assessment",
}
"""Who may read sheets and evidence past `services/blindness.py`, and why."""


def test_pages_and_use_cases_see_sheets_and_evidence_through_the_rule_of_blindness() -> None:
    past_it = {
        str(path.relative_to(ROOT)): sorted(names)
        for path in tracked("riskapp/web/*.py", "riskapp/services/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (names := {each.name for each in node.names} & UNBLINDED.get(node.module or "", set()))
    }
    assert set(past_it) <= set(LOOKS_AT_ALL), f"ask riskapp/services/blindness.py instead: {past_it}"
