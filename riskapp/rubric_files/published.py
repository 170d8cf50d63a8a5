"""The register of published rubric releases: what is published never changes."""

import json
from dataclasses import dataclass
from pathlib import Path

REGISTER = "published.json"
"""The file of a folder of rubrics that lists what is published."""


@dataclass(frozen=True, slots=True)
class Release:
    """A published release, identified by the digest of its canonical JSON."""

    id: str
    version: str
    sha256: str

    def file(self, folder: Path) -> Path:
        """Return where the release lies in the folder of rubrics."""
        return folder / self.id / f"{self.version}.yaml"


def published_releases(folder: Path) -> tuple[Release, ...]:
    """Return the releases that the folder's register `published.json` lists, in its order."""
    register = json.loads((folder / REGISTER).read_text(encoding="utf-8"))
    return tuple(Release(each["id"], each["version"], each["sha256"]) for each in register)


def published_digest(folder: Path, rubric_id: str, version: str) -> str | None:
    """Return the digest under which a version is published, or None where it is not."""
    for release in published_releases(folder):
        if (release.id, release.version) == (rubric_id, version):
            return release.sha256
    return None
