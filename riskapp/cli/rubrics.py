"""`riskapp rubric`: check rubric files, show published releases, print the schema for editors."""

import json
import re
from pathlib import Path

import click

from riskapp import paths
from riskapp.domain.rubric import Rubric
from riskapp.rubric_files.loader import RubricFileError, load_document, load_rubric
from riskapp.rubric_files.published import REGISTER, published_digest, published_releases
from riskapp.rubric_files.schemas import FORMATS, json_schema

FOUND_ERRORS = 1
_VERSION = re.compile(r"[0-9]+(\.[0-9]+){2}")


@click.group()
def rubric() -> None:
    """Check and show rubrics."""


@rubric.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.pass_context
def lint(ctx: click.Context, *, files: tuple[Path, ...]) -> None:
    """Check rubric files; ends with 1 where one has errors, each named by file, line and field."""
    failed = False
    for file in files:
        try:
            found = load_rubric(file)
        except RubricFileError as error:
            click.echo(str(error))
            failed = True
            continue
        if misplaced := _misplaced(file, found):
            click.echo(f"{file}: {misplaced}")
            failed = True
            continue
        click.echo(f"{file}: {found.id} {found.version} is in order, SHA-256 {found.digest}")
        _warn_if_it_differs(file, found)
    if failed:
        ctx.exit(FOUND_ERRORS)


def _misplaced(file: Path, found: Rubric) -> str | None:
    """Return what is wrong with where a rubric lies in a folder with a register, or None.

    Releases are looked up there as `ID/VERSION.yaml`; a draft has any name that is no version.
    """
    place = file.resolve()
    if not (place.parent.parent / REGISTER).is_file():
        return None
    named = place.stem if _VERSION.fullmatch(place.stem) else found.version
    if (place.parent.name, named) == (found.id, found.version):
        return None
    return (
        f"id and version: the file says {found.id} {found.version}; "
        f"move it to {found.id}/{found.version}.yaml, or correct what it says"
    )


def _warn_if_it_differs(file: Path, found: Rubric) -> None:
    published = published_digest(paths.rubrics(), found.id, found.version)
    if published not in {None, found.digest}:
        message = f"{found.id} {found.version} is published with the digest {published}"
        click.echo(f"{file}: warning: {message}; give your changes a new version", err=True)


@rubric.command()
@click.argument("rubric_id", metavar="ID")
@click.argument("version", metavar="VERSION")
@click.option("--json", "wants_json", is_flag=True, help="Write the release as JSON, for other programs.")
def show(*, rubric_id: str, version: str, wants_json: bool) -> None:
    """Show a published release, with its digest."""
    file = paths.rubrics() / rubric_id / f"{version}.yaml"
    if published_digest(paths.rubrics(), rubric_id, version) is None:
        known = ", ".join(f"{each.id} {each.version}" for each in published_releases(paths.rubrics()))
        message = f"There is no published rubric '{rubric_id} {version}'; published are {known}."
        raise click.UsageError(message)
    found = load_rubric(file)
    if wants_json:
        release = {**load_document(file).data, "digest": found.digest}
        click.echo(json.dumps(release, indent=2, ensure_ascii=False))
        return
    click.echo(f"{found.title} ({found.id} {found.version})\nSHA-256 {found.digest}\n\n{found.description}")
    for dimension in found.dimensions:
        click.echo(f"\n{dimension.name}: {dimension.question}")
        for criterion in dimension.criteria:
            click.echo(f"  {criterion.id}: {criterion.question}")


@rubric.command()
@click.option(
    "--of", "subject", type=click.Choice(list(FORMATS)), default="rubric", help="Which file format."
)
def schema(*, subject: str) -> None:
    """Print the JSON Schema of rubric files, or of another file format, for editors."""
    click.echo(json.dumps(json_schema(FORMATS[subject]), indent=2, ensure_ascii=False))
