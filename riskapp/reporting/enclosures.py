"""What a PDF carries beside the data that it prints, and how all of it reaches the process that makes it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from riskapp.reporting.house import PLAIN, House


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file inside a PDF; `relationship` is what it is to the document, by the words of ISO 32000-2."""

    name: str
    media_type: str
    relationship: str
    description: str
    content: bytes


def rubric_enclosure(canonical: bytes) -> Enclosure:
    """Return the rubric release that a report applies, as the bytes whose digest the report names."""
    return Enclosure(
        name="rubric.json",
        media_type="application/json",
        relationship="Data",
        description="The rubric release that was applied, in canonical JSON (RFC 8785)",
        content=canonical,
    )


def log_enclosures(*, entry: bytes, proof: str, keys: str) -> tuple[Enclosure, ...]:
    """Return the log entry that names the data of a report, its proof, and the keys that sign the proof."""
    return (
        Enclosure(
            name="log-entry.json",
            media_type="application/json",
            relationship="Data",
            description="The log entry with the digest of assessment.json, as the bytes that are hashed",
            content=entry,
        ),
        Enclosure(
            name="log-proof.txt",
            media_type="text/plain",
            relationship="Data",
            description="The proof that the log holds that entry, with a signed checkpoint (C2SP tlog-proof)",
            content=proof.encode(),
        ),
        Enclosure(
            name="log-keys.txt",
            media_type="text/plain",
            relationship="Supplement",
            description="The public keys that sign checkpoints of the log, one a line, the oldest first",
            content=keys.encode(),
        ),
    )


def packed(snapshot: bytes, enclosures: Sequence[Enclosure], house: House = PLAIN) -> bytes:
    """Return a snapshot and enclosures as one run of bytes: a line that says what follows, then all of it.

    The line holds the templates and styles of the house too.
    """
    said = [
        {
            "name": each.name,
            "media_type": each.media_type,
            "relationship": each.relationship,
            "description": each.description,
            "size": len(each.content),
        }
        for each in enclosures
    ]
    own = {"templates": dict(house.templates), "styles": house.styles}
    head = json.dumps({"snapshot": len(snapshot), "enclosures": said, "house": own}).encode()
    return b"\n".join((head, b"".join((snapshot, *(each.content for each in enclosures)))))


def unpacked(parcel: bytes) -> tuple[bytes, tuple[Enclosure, ...], House]:
    """Return the snapshot, the enclosures and the house that `packed` has put together."""
    head, _, rest = parcel.partition(b"\n")
    said = json.loads(head)
    snapshot, rest = rest[: said["snapshot"]], rest[said["snapshot"] :]
    found = []
    for each in said["enclosures"]:
        size = each.pop("size")
        found.append(Enclosure(**each, content=rest[:size]))
        rest = rest[size:]
    return snapshot, tuple(found), House(**said["house"])
