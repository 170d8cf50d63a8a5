"""Puts the web application together: settings, safety, words, pages."""

from flask import Flask

from riskapp import __version__
from riskapp.web import (
    administration,
    assessments,
    assignments,
    audit,
    audit_differences,
    audit_drafts,
    audit_notes,
    audit_packages,
    audit_samples,
    audit_search,
    candidates,
    comments,
    comparisons,
    conditions,
    conflicts,
    contexts,
    decisions,
    digests,
    evidence,
    facts,
    findings,
    histories,
    moderation,
    name_erasures,
    pages,
    papers,
    portfolio,
    questions,
    reassessments,
    report_batches,
    report_pages,
    reports,
    rescoring,
    rubrics,
    sheet_files,
    sheets,
    sign_in,
    substitutions,
    verification,
    what_if,
)
from riskapp.web.access import guard, open_to_all
from riskapp.web.errors import answer_errors
from riskapp.web.navigation import offer
from riskapp.web.product import Product, close_reading
from riskapp.web.security import configure, csrf, harden, identify, refuse_nul
from riskapp.web.words import teach

BLUEPRINTS = (
    pages.blueprint,
    sign_in.blueprint,
    administration.blueprint,
    assessments.blueprint,
    assignments.blueprint,
    candidates.blueprint,
    contexts.blueprint,
    facts.blueprint,
    rubrics.blueprint,
    comparisons.blueprint,
    what_if.blueprint,
    sheets.blueprint,
    histories.blueprint,
    comments.blueprint,
    sheet_files.blueprint,
    moderation.blueprint,
    evidence.blueprint,
    decisions.blueprint,
    reports.blueprint,
    papers.blueprint,
    report_pages.blueprint,
    report_batches.blueprint,
    questions.blueprint,
    rescoring.blueprint,
    audit.blueprint,
    conditions.blueprint,
    conflicts.blueprint,
    digests.blueprint,
    reassessments.blueprint,
    portfolio.blueprint,
    audit_samples.blueprint,
    substitutions.blueprint,
    audit_notes.blueprint,
    audit_drafts.blueprint,
    audit_search.blueprint,
    audit_packages.blueprint,
    name_erasures.blueprint,
    audit_differences.blueprint,
    findings.blueprint,
    verification.blueprint,
)


def create_app(product: Product, *, secret_key: str) -> Flask:
    """Return the application over a product; the same product always gives the same application."""
    app = Flask("riskapp.web")
    app.extensions["riskapp"] = product
    configure(app, product.settings, secret_key=secret_key)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["version"] = __version__
    teach(app)
    identify(app)
    refuse_nul(app)
    guard(app)
    csrf.init_app(app)
    harden(app)
    offer(app)
    answer_errors(app)
    app.teardown_request(close_reading)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    open_to_all(app.view_functions["static"])
    return app
