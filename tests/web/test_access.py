"""The whole access policy, as one table; and a walk of every route by every role that shows it is kept."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from riskapp.domain.authority import Role
from riskapp.web.access import Access, access_of
from tests.web.conftest import SignedIn
from tests.web.page_client import PageClient

EVERYBODY = "everybody"
SIGNED_IN = "signed in"
ADMINISTRATORS = {Role.ADMINISTRATOR}
APPROVERS = {Role.APPROVER}
AUDITORS = {Role.AUDITOR}
LEADS = {Role.LEAD_ASSESSOR}
CONDITION_CLOSERS = {Role.APPROVER, Role.LEAD_ASSESSOR, Role.PROCUREMENT}
DIGEST_READERS = {*CONDITION_CLOSERS, Role.AUDITOR, Role.ADMINISTRATOR}
BATCH_READERS = {Role.APPROVER, Role.LEAD_ASSESSOR, Role.PROCUREMENT, Role.AUDITOR}
SHEET_FILLERS = {Role.LEAD_ASSESSOR, Role.ASSESSOR}
FACT_KEEPERS = {Role.LEAD_ASSESSOR, Role.ASSESSOR}

POLICY: dict[str, str | set[Role]] = {
    "static": EVERYBODY,
    "pages.home": SIGNED_IN,
    "pages.health": EVERYBODY,
    "sign_in.form": EVERYBODY,
    "sign_in.enter": EVERYBODY,
    "sign_in.leave": EVERYBODY,
    "sign_in.account": SIGNED_IN,
    "sign_in.change_password": SIGNED_IN,
    "assessments.index": SIGNED_IN,
    "assessments.new": LEADS,
    "assessments.add": LEADS,
    "assessments.show": SIGNED_IN,
    "assessments.confirm_withdrawal": LEADS,
    "assessments.withdraw": LEADS,
    "comparisons.index": {Role.LEAD_ASSESSOR, Role.APPROVER, Role.PROCUREMENT, Role.AUDITOR},
    "comparisons.paper": {Role.LEAD_ASSESSOR, Role.APPROVER, Role.PROCUREMENT, Role.AUDITOR},
    "comparisons.on_page": {Role.LEAD_ASSESSOR, Role.APPROVER, Role.PROCUREMENT, Role.AUDITOR},
    "what_if.show": {Role.LEAD_ASSESSOR, Role.APPROVER, Role.PROCUREMENT, Role.AUDITOR},
    "administration.index": ADMINISTRATORS,
    "administration.seal_certificates": ADMINISTRATORS,
    "administration.new": ADMINISTRATORS,
    "administration.add": ADMINISTRATORS,
    "administration.person": ADMINISTRATORS,
    "administration.roles": ADMINISTRATORS,
    "administration.name": ADMINISTRATORS,
    "administration.password": ADMINISTRATORS,
    "administration.confirm_deactivation": ADMINISTRATORS,
    "administration.deactivate": ADMINISTRATORS,
    "name_erasures.form": ADMINISTRATORS,
    "name_erasures.erase": ADMINISTRATORS,
    "decisions.form": APPROVERS,
    "decisions.decide": APPROVERS,
    "decisions.send_back": APPROVERS,
    "sheets.start": SHEET_FILLERS,
    "sheets.dimension": SHEET_FILLERS,
    "sheets.standing": SHEET_FILLERS,
    "sheets.save": SHEET_FILLERS,
    "sheets.save_all": SHEET_FILLERS,
    "sheets.review": SHEET_FILLERS,
    "sheets.submit": SHEET_FILLERS,
    "moderation.team": LEADS,
    "moderation.change_team": LEADS,
    "moderation.confirm_close": LEADS,
    "moderation.close": LEADS,
    "moderation.show": SIGNED_IN,
    "moderation.dissent": {Role.ASSESSOR},
    "histories.show": SIGNED_IN,
    "histories.use_again": SHEET_FILLERS,
    "sheet_files.show": SHEET_FILLERS,
    "sheet_files.export": SHEET_FILLERS,
    "sheet_files.preview": SHEET_FILLERS,
    "sheet_files.take_over": SHEET_FILLERS,
    "assignments.form": LEADS,
    "assignments.assign": LEADS,
    "comments.show": SIGNED_IN,
    "comments.add": SIGNED_IN,
    "comments.open_mentioned": SIGNED_IN,
    "evidence.index": SIGNED_IN,
    "evidence.show": SIGNED_IN,
    "evidence.download": SIGNED_IN,
    "evidence.new": FACT_KEEPERS,
    "evidence.add": FACT_KEEPERS,
    "evidence.correction": FACT_KEEPERS,
    "evidence.correct": FACT_KEEPERS,
    "reports.issued": SIGNED_IN,
    "reports.make": {Role.APPROVER, Role.LEAD_ASSESSOR, Role.PROCUREMENT},
    "reports.making": SIGNED_IN,
    "reports.draft": SIGNED_IN,
    "papers.file": EVERYBODY,
    "report_pages.report": SIGNED_IN,
    "report_pages.draft": SIGNED_IN,
    "report_pages.one_page": SIGNED_IN,
    "report_pages.one_page_paper": SIGNED_IN,
    "report_pages.editable": SIGNED_IN,
    "report_batches.index": BATCH_READERS,
    "report_batches.make": BATCH_READERS,
    "report_batches.show": BATCH_READERS,
    "report_batches.download": BATCH_READERS,
    "questions.show": SIGNED_IN,
    "rescoring.show": SIGNED_IN,
    "questions.table": SIGNED_IN,
    "questions.paper": SIGNED_IN,
    "questions.on_page": SIGNED_IN,
    "audit.index": AUDITORS,
    "audit.assessment": AUDITORS,
    "audit.differences": AUDITORS,
    "audit_samples.index": AUDITORS,
    "audit_samples.draw": AUDITORS,
    "audit_samples.show": AUDITORS,
    "audit_drafts.show": AUDITORS,
    "audit_drafts.reveal": AUDITORS,
    "audit_search.index": AUDITORS,
    "verification.form": SIGNED_IN,
    "verification.check": SIGNED_IN,
    "audit_packages.form": AUDITORS,
    "audit_packages.make": AUDITORS,
    "audit_differences.moments": AUDITORS,
    "audit_differences.pairs": AUDITORS,
    "audit_notes.index": AUDITORS,
    "audit_notes.new": AUDITORS,
    "audit_notes.add": AUDITORS,
    "findings.index": SIGNED_IN,
    "findings.table": SIGNED_IN,
    "findings.new": AUDITORS,
    "findings.add": AUDITORS,
    "findings.show": SIGNED_IN,
    "findings.act": SIGNED_IN,
    "audit.log": AUDITORS,
    "audit.entry": AUDITORS,
    "candidates.index": SIGNED_IN,
    "candidates.show": SIGNED_IN,
    "candidates.new": LEADS,
    "candidates.add": LEADS,
    "candidates.edit": LEADS,
    "candidates.revise": LEADS,
    "contexts.index": SIGNED_IN,
    "contexts.show": SIGNED_IN,
    "contexts.new": LEADS,
    "contexts.add": LEADS,
    "contexts.edit": LEADS,
    "contexts.revise": LEADS,
    "facts.index": SIGNED_IN,
    "facts.show": SIGNED_IN,
    "facts.new": FACT_KEEPERS,
    "facts.add": FACT_KEEPERS,
    "facts.correction": FACT_KEEPERS,
    "facts.correct": FACT_KEEPERS,
    "substitutions.index": SIGNED_IN,
    "substitutions.name": {Role.APPROVER, Role.LEAD_ASSESSOR},
    "substitutions.end": SIGNED_IN,
    "rubrics.index": SIGNED_IN,
    "rubrics.show": SIGNED_IN,
    "conditions.index": DIGEST_READERS,
    "conditions.show": DIGEST_READERS,
    "conditions.act": CONDITION_CLOSERS,
    "digests.index": DIGEST_READERS,
    "digests.table": DIGEST_READERS,
    "digests.letter": DIGEST_READERS,
    "digests.open_calendar": DIGEST_READERS,
    "digests.close_calendar": DIGEST_READERS,
    "digests.calendar": EVERYBODY,
    "reassessments.form": LEADS,
    "reassessments.start": LEADS,
    "portfolio.index": DIGEST_READERS,
    "portfolio.on_page": DIGEST_READERS,
    "portfolio.paper": DIGEST_READERS,
    "conflicts.index": SIGNED_IN,
    "conflicts.declare": SIGNED_IN,
}


def declared(app: Flask) -> dict[str, str | set[Role]]:
    return {rule.endpoint: in_words(access_of(app, rule.endpoint)) for rule in app.url_map.iter_rules()}


def in_words(access: Access | None) -> str | set[Role]:
    if access is None:
        return "nobody"
    if not access.signed_in:
        return EVERYBODY
    return set(access.roles) or SIGNED_IN


def closed_to(app: Flask, role: Role | None) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        assert access, f"{rule.endpoint} declares no access"
        if access.signed_in and (role is None or (access.roles and role not in access.roles)):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, rule


def address(rule: Rule) -> str:
    return re.sub(r"<(?:(int)[^>]*|[^>]*)>", lambda found: "1" if found[1] else "x", rule.rule)


def test_the_policy_is_this_table_and_nothing_else(app: Flask) -> None:
    assert declared(app) == POLICY


@pytest.mark.parametrize("role", Role)
def test_what_is_closed_to_a_role_answers_403(app: Flask, signed_in: SignedIn, role: Role) -> None:
    client = signed_in(role)
    for method, rule in closed_to(app, role):
        if method == "GET":
            client.get(address(rule), status=403)
        else:
            client.post(address(rule), status=403)


def test_whoever_is_not_signed_in_gets_nothing_but_the_way_to_sign_in(
    app: Flask, visitor: PageClient
) -> None:
    visitor.get("/sign-in")
    for method, rule in closed_to(app, None):
        if method == "GET":
            assert visitor.get(address(rule), status=302).location.startswith("/sign-in?next=/")
        else:
            assert visitor.post(address(rule), status=401).heading == "You are signed out"
