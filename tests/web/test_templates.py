from pathlib import Path

from flask import Flask
from jinja2 import TemplateSyntaxError

TEMPLATES = Path(__file__).resolve().parents[2] / "riskapp/web/templates"


def problem_of(app: Flask, name: str) -> str | None:
    try:
        app.jinja_env.get_template(name)
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {error.message}"
    return None


def test_every_template_compiles(app: Flask) -> None:
    names = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
    broken = {name: problem for name in names if (problem := problem_of(app, name))}
    assert names
    assert not broken
