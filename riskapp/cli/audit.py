"""`riskapp audit`: what an auditor takes away."""

import json
import re
from datetime import datetime
from pathlib import Path

import click

from riskapp import bootstrap
from riskapp.cli.audit_past import as_of, diff
from riskapp.cli.written import fresh_file
from riskapp.domain.audit_sample import share_that_may_be_missed
from riskapp.domain.errors import InvalidError
from riskapp.services import log_keys
from riskapp.services.audit_package import make_package
from riskapp.services.package_scope import Scope, numbers_in
from riskapp.services.samples import DrawSample, Sample, draw_sample, drawn_again
from riskapp.services.samples import sample as kept_sample
from riskapp.storage.assessments import references

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_REFERENCE = re.compile(r"(?:RA-)?0*([0-9]{1,9})", re.IGNORECASE)


@click.group()
def audit() -> None:
    """Hand out what is stored, with its proof."""


audit.add_command(as_of)
audit.add_command(diff)


@audit.command()
@click.argument("references", nargs=-1)
@click.option(
    "-o", "--output", "output_file", type=click.Path(path_type=Path), required=True, help="The ZIP to write."
)
@click.option("--sample", type=click.IntRange(1), metavar="ENTRY", help="The assessments of this sample.")
@click.option("--since", type=_DAY, help="Those whose stage changed on this day or later, in UTC.")
@click.option("--until", type=_DAY, help="Those whose stage changed on this day or earlier, in UTC.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def package(
    references: tuple[str, ...],
    output_file: Path,
    *,
    sample: int | None,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Write records, reports, evidence, rubrics and log of assessments such as RA-0007, or of all.

    The ZIP verifies itself with nothing but Python.
    """
    scope = Scope(
        numbers=frozenset(_number(each) for each in references),
        sample=sample,
        since=since.date() if since else None,
        until=until.date() if until else None,
    )
    settings = bootstrap.settings()
    with bootstrap.open_record(settings) as office:
        bootstrap.prepare_schema(office)
        log_keys.make_checkpoint(office)
        log_keys.publish_checkpoint(office, settings.checkpoints)
        with office.reading() as connection:
            numbers = numbers_in(connection, scope)
        with fresh_file(output_file) as stream:
            packed = make_package(office, stream, numbers)
    if as_json:
        values = {"assessments": packed.assessments, "files": packed.files, "manifest": packed.manifest}
        click.echo(json.dumps({"file": str(output_file), **values}))
    else:
        click.echo(
            f"{output_file}: {packed.files} files, assessments: {packed.assessments}, "
            f"SHA-256 of the manifest {packed.manifest}"
        )


@audit.command()
@click.option("--size", default="25", show_default=True, help="How many to draw.")
@click.option("--reason", default="", help="Why this many; it stands in the log.")
@click.option("--seed", default="", help="Anything that was not chosen for its result; made up if left out.")
@click.option(
    "--again", type=click.IntRange(1), metavar="ENTRY", help="Draw the sample of this log entry again."
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def sample(*, size: str, reason: str, seed: str, again: int | None, as_json: bool) -> None:
    """Draw assessments at random from every stage and outcome, and record it; or draw a sample again.

    Exit code 1 means that drawing again gives another sample: what is stored of that time has changed.
    """
    with bootstrap.open_record(bootstrap.settings()) as office:
        bootstrap.prepare_schema(office)
        seq = draw_sample(office, None, DrawSample(size, reason, seed)) if again is None else again
        with office.reading() as connection:
            found = kept_sample(connection, seq)
            called = references(connection, [each for ids in found.drawn.values() for each in ids])
            same = again is None or drawn_again(connection, found)
    click.echo(
        json.dumps(_sample_json(found, called, same=same)) if as_json else _sample_words(found, called)
    )
    if not same:
        click.echo("Drawn again it gives another sample: have the log verified.", err=True)
        raise click.exceptions.Exit(1)


def _sample_json(found: Sample, called: dict[str, str], *, same: bool) -> dict[str, object]:
    return {
        "entry": found.entry.seq,
        "seed": found.seed,
        "size": found.size,
        "reason": found.reason,
        "at": found.at.isoformat(),
        "population": found.population,
        "drawn": {name: [called.get(each, each) for each in ids] for name, ids in found.drawn.items()},
        "share_that_may_be_missed": round(share_that_may_be_missed(found.count), 6),
        "same_when_drawn_again": same,
    }


def _sample_words(found: Sample, called: dict[str, str]) -> str:
    total = sum(found.population.values())
    lines = [f"Sample of log entry {found.entry.seq}, seed {found.seed}: {found.count} drawn of {total}."]
    for name, ids in found.drawn.items():
        drawn = ", ".join(called.get(each, each) for each in ids)
        lines.append(f"  {name.replace('-', ' ')} ({len(ids)} of {found.population[name]}): {drawn}")
    missed = share_that_may_be_missed(found.count)
    lines.append(f"If none deviates, at most {missed:.1%} of a large population do, at 95 % confidence.")
    return "\n".join(lines)


def _number(reference: str) -> int:
    found = _REFERENCE.fullmatch(reference.strip())
    if not found:
        raise InvalidError({"REFERENCES": f"“{reference}” is no assessment; write it like RA-0007"})
    return int(found[1])
