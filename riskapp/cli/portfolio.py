"""`riskapp portfolio`: everything that is decided and holds, as the PDF that the page offers."""

from pathlib import Path

import click

from riskapp import bootstrap
from riskapp.cli.written import write_paper
from riskapp.domain.authority import Actor, Role
from riskapp.reporting.render import render_pdf
from riskapp.services.portfolio import portfolio as content_of
from riskapp.services.seals import in_house

_OPERATOR = Actor("", "riskapp portfolio", frozenset({Role.AUDITOR}))
"""Whoever may read the database may read what is decided."""


@click.command()
@click.option(
    "-o", "--output", "output_file", type=click.Path(path_type=Path), required=True, help="The PDF to write."
)
def portfolio(output_file: Path) -> None:
    """Make the PDF of the portfolio: scores, conditions, what lapses, what needs another look.

    Its data are attached as portfolio.json. It bears no seal: the one from the page does.
    """
    with bootstrap.open_record(bootstrap.settings()) as office:
        bootstrap.prepare_schema(office)
        with office.reading() as connection:
            content = content_of(connection, _OPERATOR, at=office.now(), organisation=office.organisation)
        made = render_pdf(in_house(office, content), house=office.house)
    write_paper(output_file, made)
