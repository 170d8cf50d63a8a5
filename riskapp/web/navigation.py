"""The main navigation: each visitor sees the places that the access policy opens to them."""

from dataclasses import dataclass
from typing import Literal

from flask import Flask, g, request, url_for

from riskapp.domain.authority import Role
from riskapp.web import product
from riskapp.web.access import may_open


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation: a view, and the blueprints whose pages count as being there."""

    endpoint: str
    text: str
    blueprints: frozenset[str]


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as shown; `here` says whether it is the present page or the section that holds it."""

    text: str
    address: str
    here: Literal["page", "true"] | None


PLACES = (
    Place("pages.home", "Home", frozenset()),
    Place(
        "assessments.index",
        "Assessments",
        frozenset(
            {
                "assessments",
                "sheets",
                "moderation",
                "comments",
                "assignments",
                "evidence",
                "decisions",
                "reports",
                "report_batches",
                "questions",
                "rescoring",
                "conditions",
                "reassessments",
                "histories",
                "sheet_files",
            }
        ),
    ),
    Place("candidates.index", "Candidates", frozenset({"candidates"})),
    Place("contexts.index", "Contexts", frozenset({"contexts"})),
    Place("facts.index", "Facts", frozenset({"facts"})),
    Place("rubrics.index", "Rubrics", frozenset({"rubrics"})),
    Place("comparisons.index", "Compare", frozenset({"comparisons", "what_if"})),
    Place("verification.form", "Verify", frozenset({"verification"})),
    Place(
        "audit.index",
        "Audit",
        frozenset(
            {
                "audit",
                "audit_samples",
                "audit_notes",
                "audit_packages",
                "audit_differences",
                "audit_search",
                "audit_drafts",
                "findings",
            }
        ),
    ),
    Place("administration.index", "Users", frozenset({"administration", "name_erasures"})),
)


def open_places() -> list[Item]:
    """Return the entries that the visitor may open, in their order, the present one marked."""
    return [
        Item(place.text, url_for(place.endpoint), _here(place))
        for place in PLACES
        if may_open(place.endpoint)
    ]


def _here(place: Place) -> Literal["page", "true"] | None:
    if request.endpoint == place.endpoint:
        return "page"
    return "true" if request.blueprint in place.blueprints else None


def offer(app: Flask) -> None:
    """Give every page the navigation and the visitor."""

    @app.context_processor
    def navigation() -> dict[str, object]:
        viewer = g.get("actor")
        told = viewer is not None and (viewer.holds(Role.AUDITOR) or viewer.holds(Role.ADMINISTRATOR))
        return {
            "viewer": viewer,
            "navigation": open_places() if viewer else [],
            "log_standing": product.log_standing() if told else None,
        }
