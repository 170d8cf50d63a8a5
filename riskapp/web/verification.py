"""Whether a document in other hands is genuine: a report as PDF or data, another paper, a checkpoint."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from riskapp.services.renderings import own_turn
from riskapp.services.verdicts import told_to, verdict_by_record
from riskapp.verifier.verdict import Verdict, Word
from riskapp.web import product
from riskapp.web.access import signed_in

blueprint = Blueprint("verification", __name__, url_prefix="/verify")

TONES = {
    Word.CURRENT: "good",
    Word.GENUINE: "good",
    Word.LAPSED: "open",
    Word.ALTERED: "bad",
    Word.UNKNOWN: "open",
}
"""How each verdict is coloured; the words carry the meaning."""


@blueprint.get("")
@signed_in
def form() -> ResponseReturnValue:
    """Ask for the document."""
    return _page(None, "", {})


def _page(found: Verdict | None, name: str, errors: dict[str, str]) -> str:
    tone = TONES[found.word] if found else ""
    return render_template("verify.html", found=found, name=name, tone=tone, errors=errors)


@blueprint.post("")
@signed_in
def check() -> ResponseReturnValue:
    """Say what is to be said of the document; nothing is kept of it."""
    given = request.files.get("document")
    if given is None or not given.filename:
        return _page(None, "", {"document": "Choose the document"}), 422
    content = given.read()
    if not content:
        return _page(None, "", {"document": "The document is empty. Choose another one"}), 422
    with own_turn(product.actor()):
        found = verdict_by_record(product.office(), product.reading(), content)
    return _page(told_to(product.reading(), product.actor(), found), given.filename[:100], {})
