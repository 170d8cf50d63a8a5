"""`riskapp log`: verify it, sign it, prove entries of it, hand it out, change its key."""

import json
from pathlib import Path

import click

from riskapp import ambient, bootstrap
from riskapp.cli.written import fresh_file
from riskapp.domain.errors import InvalidError
from riskapp.domain.ledger import extends
from riskapp.domain.signed_note import NoteError, parse_checkpoint
from riskapp.services import log_keys
from riskapp.services.log_export import Growth, export_log, prove_entry, prove_growth
from riskapp.services.log_verification import Held, Verdict, published, verify_log
from riskapp.services.witnesses import witness_in
from riskapp.storage.checkpoints import checkpoint_files

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


@click.group()
def log() -> None:
    """Prove what the log says."""


@log.command()
@click.argument("documents", nargs=-1, type=_FILE)
@click.option("--log-only", is_flag=True, help="Leave out what the log tells of: sheets, reports, files.")
@_AS_JSON
def verify(documents: tuple[Path, ...], *, log_only: bool, as_json: bool) -> None:
    """Verify the log against itself, every checkpoint, and DOCUMENTS that witness it.

    A document is a checkpoint file, or a report as PDF or as data. Exit code 1 means that something
    disagrees.
    """
    settings = bootstrap.settings()
    with bootstrap.open_record(settings) as office:
        held = _held(documents)
        try:
            held += published(checkpoint_files(settings.checkpoints))
        except (NoteError, OSError) as error:
            raise InvalidError({str(settings.checkpoints): f"a checkpoint file {error}"}) from error
        verdict = verify_log(office, held=held, records=not log_only)
    click.echo(json.dumps(_verdict_json(verdict)) if as_json else _verdict_words(verdict))
    if documents and not as_json:
        click.echo(
            "Of each file only its checkpoint was compared. Whether it is genuine says: riskapp verify FILE"
        )
    if not verdict.agrees:
        raise click.exceptions.Exit(1)


def _held(documents: tuple[Path, ...]) -> list[Held]:
    found = []
    for path in documents:
        try:
            note = witness_in(path.read_bytes())
            parse_checkpoint(note.text)
        except NoteError as error:
            raise InvalidError({str(path): f"{error}; give a checkpoint or an issued report"}) from error
        found.append(Held(note, path.name))
    return found


def _verdict_json(verdict: Verdict) -> dict[str, object]:
    return {
        "agrees": verdict.agrees,
        "entries": verdict.entries,
        "root": verdict.root.hex(),
        "checkpoints": verdict.checkpoints,
        "confirmed": verdict.confirmed,
        "count": verdict.count,
        "disagreements": [
            {"fault": each.fault.value, "seq": each.seq, "words": each.words}
            for each in verdict.disagreements
        ],
    }


def _verdict_words(verdict: Verdict) -> str:
    lines = [f"Disagrees: {each.words}." for each in verdict.disagreements]
    if verdict.count > len(lines):
        lines.append(f"And {verdict.count - len(lines)} more.")
    lines.append(
        f"{verdict.entries} entries, root {verdict.root.hex()}; {verdict.checkpoints} checkpoints were "
        f"compared, and the log is confirmed up to entry {verdict.confirmed}."
    )
    if verdict.agrees:
        lines.append("Everything agrees.")
    return "\n".join(lines)


@log.command()
@_AS_JSON
def checkpoint(*, as_json: bool) -> None:
    """Sign the log as it stands, keep the checkpoint and write its file."""
    settings = bootstrap.settings()
    with bootstrap.open_record(settings) as office:
        bootstrap.prepare_schema(office)
        note = log_keys.make_checkpoint(office)
        log_keys.publish_checkpoint(office, settings.checkpoints)
    signed = parse_checkpoint(note.text)
    if as_json:
        values = {"size": signed.size, "root": signed.root.hex(), "note": str(note)}
        click.echo(json.dumps(values))
    else:
        click.echo(str(note), nl=False)


@log.command()
@click.argument("seq", type=click.IntRange(1), required=False)
@click.option("--since", type=_FILE, help="Prove that the log begins as this checkpoint or report has it.")
@_AS_JSON
def prove(seq: int | None, since: Path | None, *, as_json: bool) -> None:
    """Prove that entry SEQ is in the log of the newest checkpoint, or that the log only grew.

    The proof of an entry is a C2SP tlog-proof; with --json it holds the entry too, for verify.pyz.
    """
    if (seq is None) == (since is None):
        raise click.UsageError("Give either the number of an entry, or --since with a checkpoint or report.")
    with bootstrap.open_record(bootstrap.settings()) as office:
        if seq is not None:
            proven = prove_entry(office, seq)
            click.echo(json.dumps(proven.as_json()) if as_json else proven.tlog_proof(), nl=as_json)
            return
        (held,) = _held((since,) if since else ())
        growth = prove_growth(office, parse_checkpoint(held.note.text))
    holds = _holds(growth)
    click.echo(
        json.dumps(_growth_json(growth, holds=holds)) if as_json else _growth_words(growth, held, holds)
    )
    if not holds:
        raise click.exceptions.Exit(1)


def _holds(growth: Growth) -> bool:
    return extends(
        old=growth.old.size,
        old_root=growth.old.root,
        new=growth.new_size,
        new_root=growth.new_root,
        proof=growth.proof,
    )


def _growth_json(growth: Growth, *, holds: bool) -> dict[str, object]:
    return {
        "holds": holds,
        "old": {"size": growth.old.size, "root": growth.old.root.hex()},
        "new": {"size": growth.new_size, "root": growth.new_root.hex()},
        "proof": [each.hex() for each in growth.proof],
    }


def _growth_words(growth: Growth, held: Held, holds: bool) -> str:  # noqa: FBT001 (a plain word of the sentence)
    if holds:
        return f"The log of {growth.new_size} entries begins with the {growth.old.size} of {held.source}."
    return f"Disagrees: the first {growth.old.size} entries are not those of {held.source}."


@log.command()
@click.option(
    "-o", "--output", "output_file", type=click.Path(path_type=Path), required=True, help="The ZIP to write."
)
@_AS_JSON
def export(output_file: Path, *, as_json: bool) -> None:
    """Write the whole log as a ZIP that verifies itself with nothing but Python."""
    settings = bootstrap.settings()
    with bootstrap.open_record(settings) as office:
        bootstrap.prepare_schema(office)
        log_keys.make_checkpoint(office)
        log_keys.publish_checkpoint(office, settings.checkpoints)
        with fresh_file(output_file) as stream:
            done = export_log(office, stream, at=ambient.now())
    if as_json:
        values = {"file": str(output_file), "entries": done.entries, "checkpoints": done.checkpoints}
        click.echo(json.dumps(values))
    else:
        click.echo(f"{output_file}: {done.entries} entries, {done.checkpoints} checkpoints")


@log.command("rotate-key")
@_AS_JSON
def rotate_key(*, as_json: bool) -> None:
    """Put a fresh signing key in place of the present one; stop the service first."""
    settings = bootstrap.settings()
    with bootstrap.open_record(settings) as office:
        bootstrap.prepare_schema(office)
        key = log_keys.rotate_key(office)
        log_keys.publish_checkpoint(office, settings.checkpoints)
    click.echo(json.dumps({"key": str(key)}) if as_json else f"The log is signed by {key} from now on.")
