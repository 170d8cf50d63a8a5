"""Rubric releases in the database: publishing what ships, and the parsed rubric behind a release."""

import json
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool

from riskapp import paths
from riskapp.domain.errors import ConflictError
from riskapp.domain.rubric import Rubric
from riskapp.rubric_files.published import Release, published_releases
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.rubrics import (
    ReleaseSummary,
    canonical_release,
    insert_release,
    release_summaries,
    release_summary,
)

if TYPE_CHECKING:
    from riskapp.rubric_files.documents import Document

_parsed: dict[str, Rubric] = {}
"""Releases by digest: content that never changes, so that what was parsed once always holds."""

_digests: WeakKeyDictionary[Pool, dict[str, str]] = WeakKeyDictionary()
"""The digest behind each release that was asked for, by database: a release is never changed."""


def publish_shipped(office: Office) -> None:
    """Publish every release that ships with this version and is not in the database yet.

    Raises ConflictError where the database holds another content under the same id and version, or a
    shipped file is not the one that the register of published releases names.
    """
    from riskapp.rubric_files.loader import load_document

    folder = paths.rubrics()
    with office.work(None) as unit:
        stored = {(each.rubric_id, each.version): each.digest for each in release_summaries(unit.connection)}
        missing = [each for each in published_releases(folder) if _is_missing(each, stored)]
        for release in missing:
            _publish(unit, release, load_document(release.file(folder)))
        if missing:
            unit.commit()


def _is_missing(release: Release, stored: dict[tuple[str, str], str]) -> bool:
    digest = stored.get((release.id, release.version))
    if digest not in {None, release.sha256}:
        message = (
            f"The database holds {release.id} {release.version} with the digest {digest}, and this riskapp "
            f"ships it with {release.sha256}. A published release never changes: install the riskapp that "
            "made the database."
        )
        raise ConflictError(message)
    return digest is None


def _publish(unit: UnitOfWork, release: Release, document: "Document") -> None:
    from riskapp.rubric_files.loader import canonical_rubric, parse_rubric

    rubric = parse_rubric(document.data, source=document.source)
    if rubric.digest != release.sha256:
        message = (
            f"The file of {release.id} {release.version} is not the release that was published "
            f"({rubric.digest}, not {release.sha256}). Install riskapp anew."
        )
        raise ConflictError(message)
    summary = ReleaseSummary(
        id=unit.new_id(),
        rubric_id=rubric.id,
        version=rubric.version,
        digest=rubric.digest,
        title=rubric.title,
        published_at=unit.at,
    )
    insert_release(unit.connection, summary, canonical_rubric(document.data))
    unit.record(
        "rubric.published",
        subject=("rubric-release", summary.id),
        rubric=rubric.id,
        version=rubric.version,
        digest=rubric.digest,
    )


def rubric_of(connection: Connection, release_id: str) -> Rubric:
    """Return the rubric of a release, parsed once per digest in this process; raises NotFoundError."""
    known = _digests.setdefault(connection.engine.pool, {})
    if release_id not in known:
        known[release_id] = release_summary(connection, release_id).digest
    digest = known[release_id]
    rubric = _parsed.get(digest)
    if rubric is None:
        from riskapp.rubric_files.loader import parse_rubric

        text = canonical_release(connection, release_id)
        rubric = _parsed.setdefault(digest, parse_rubric(json.loads(text), source=f"release {release_id}"))
    return rubric
