"""The floor for pages: the same framework and server, one template of a list, no database."""

import sys

from flask import Flask, render_template_string
from waitress import serve

PAGE = """<!doctype html><html lang="en"><title>Floor</title><h1>Floor</h1><table>
{% for row in rows %}<tr><td>{{ row }}</td><td>{{ row * 3 }}</td></tr>{% endfor %}</table></html>"""


def application() -> Flask:
    """Return an application with one page of 25 rows."""
    app = Flask(__name__)

    @app.get("/")
    def page() -> str:
        return render_template_string(PAGE, rows=range(25))

    return app


if __name__ == "__main__":
    serve(application(), host="127.0.0.1", port=int(sys.argv[1]), threads=8, _quiet=True)
