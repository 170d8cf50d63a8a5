"""Searching what people wrote: answers, evidence, decisions and reasons, by words and filters."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.findings import SubjectKind
from riskapp.services.audit_subjects import place_of
from riskapp.storage.search import SearchFilters, search
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.desk_filters import assessment_asked, day_asked, people_options
from riskapp.web.requests import number_asked, text_asked
from riskapp.web.subjects import address_of

blueprint = Blueprint("audit_search", __name__, url_prefix="/audit/search")

FIELDS = ("words", "kind", "person", "assessment", "candidate", "since", "until")
KINDS = {
    "": "Everything",
    SubjectKind.ANSWER.value: "Answers",
    SubjectKind.EVIDENCE.value: "Evidence",
    SubjectKind.DECISION.value: "Decisions and conditions",
    SubjectKind.ASSESSMENT.value: "Reasons for a stage",
}


@blueprint.get("")
@for_roles(Role.AUDITOR)
def index() -> ResponseReturnValue:
    """Show the newest texts that hold all the words."""
    connection, errors = product.reading(), dict[str, str]()
    asked = {name: text_asked(name) for name in FIELDS}
    filters = SearchFilters(
        words=asked["words"],
        kind=asked["kind"],
        person_id=asked["person"],
        assessment_id=assessment_asked(asked["assessment"], errors),
        candidate=asked["candidate"],
        since=day_asked(asked["since"], "since", errors),
        until=day_asked(asked["until"], "until", errors),
    )
    window = search(
        connection,
        filters,
        viewer_id=product.actor().id,
        before=number_asked("before"),
        after=number_asked("after"),
    )
    return render_template(
        "audit/search.html",
        window=window,
        asked=asked,
        kept={name: value for name, value in asked.items() if value},
        errors=errors,
        has_words=bool(filters.tokens),
        kinds=list(KINDS.items()),
        people=people_options(connection),
        places={each.number: place_of(connection, each.subject) for each in window.items},
        addresses={each.number: address_of(each.subject, each.assessment_id) for each in window.items},
        names=user_names(connection, {each.person_id for each in window.items}),
    )
