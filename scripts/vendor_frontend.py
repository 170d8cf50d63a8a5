"""Write the vendored style sheet from an unpacked `govuk-frontend`: no brand, no unused parts, denser.

Usage: python scripts/vendor_frontend.py PACKAGE_FOLDER

What is taken away: the font and the crest, which only the British government may use; components that
these pages do not have; print styles for type; and the wider spacing from 641 pixels up, which leaves three
quarters of the spacing at every width. Type is set one step smaller (text in 16 pixels for 19). Riskapp's
own look is in theme.css.
"""

import re
import sys
from pathlib import Path

import tinycss2  # type: ignore[import-untyped]  # has no types

TARGET = Path(__file__).resolve().parents[1] / "riskapp/web/static/vendor"
UNUSED = re.compile(
    r"\.govuk-(accordion|cookie-banner|exit-this-page|feedback|footer|frontend-supported|generic-header|header|js-"
    r"|language-navigation|logo|password-input|phase-banner|service-navigation|tabs|file-upload-button)"
)
ENLARGED = {"font-size", "line-height", "gap", "text-indent"}
ROOMY = re.compile(r"(margin|padding)(-(top|right|bottom|left))?$")

SMALLER = {
    "1rem": ".875rem",
    "1.1875rem": "1rem",
    "1.3125rem": "1.1875rem",
    "1.5rem": "1.25rem",
    "1.6875rem": "1.5rem",
    "2rem": "1.75rem",
}
LOOSER = {
    "1.25": "1.4",
    "1.3157894737": "1.45",
    "1.1904761905": "1.35",
    "1.1111111111": "1.25",
    "1.09375": "1.2",
}


def _selectors(prelude: str) -> list[str]:
    return [part.strip() for part in re.split(r",(?![^(]*\))", prelude)]


def _value(name: str, value: str) -> str:
    match name:
        case "font-size":
            return SMALLER.get(value, value)
        case "line-height":
            return LOOSER.get(value, value)
        case _:
            return value


def _stays(name: str, media: str, *, spaced: bool) -> bool:
    if "print" in media:
        return name not in {"font-size", "line-height", "font-family"}
    if "min-width:40.0625" in media.replace(" ", ""):
        return name not in ENLARGED and (spaced or not ROOMY.match(name))
    return True


def _rule(node: tinycss2.ast.QualifiedRule, media: str) -> str:
    kept = [part for part in _selectors(tinycss2.serialize(node.prelude)) if not UNUSED.search(part)]
    if not kept:
        return ""
    spaced = any("width-container" in part or "grid-" in part or "main-wrapper" in part for part in kept)
    declarations = [
        f"{item.name}:{_value(item.name, tinycss2.serialize(item.value).strip())}"
        f"{'!important' if item.important else ''}"
        for item in tinycss2.parse_declaration_list(node.content, skip_comments=True, skip_whitespace=True)
        if item.type == "declaration" and _stays(item.lower_name, media, spaced=spaced)
    ]
    return f"{','.join(kept)}{{{';'.join(declarations)}}}" if declarations else ""


def _sheet(nodes: list[tinycss2.ast.Node], media: str = "") -> str:
    written = []
    for node in nodes:
        if node.type == "qualified-rule":
            written.append(_rule(node, media))
        elif node.type == "at-rule" and node.at_keyword in {"media", "supports"}:
            query = tinycss2.serialize(node.prelude).strip()
            nested = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            inner = _sheet(nested, query if node.at_keyword == "media" else media)
            written.append(f"@{node.at_keyword} {query}{{{inner}}}" if inner else "")
    return "\n".join(part for part in written if part)


def main() -> None:
    """Write riskapp/web/static/vendor/govuk-frontend.css."""
    source = Path(sys.argv[1]) / "dist/govuk/govuk-frontend.min.css"
    nodes = tinycss2.parse_stylesheet(source.read_text("utf-8"), skip_comments=True, skip_whitespace=True)
    css = _sheet(nodes).replace("GDS Transport", '"Public Sans"')
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "govuk-frontend.css").write_text(css + "\n", "utf-8")
    print(f"{source.stat().st_size} bytes became {len(css)}")


if __name__ == "__main__":
    main()
