"""Public keys that are believed, and the checkpoints that they signed."""

from collections.abc import Iterable

from riskapp.domain.signed_note import (
    Checkpoint,
    NoteError,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    parse_verifier_key,
    signatures_by,
)
from riskapp.verifier import ed25519
from riskapp.verifier.refusal import Refused


class Keys:
    """The public keys of a log."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Read keys of the form name+id+key; raises Refused for what is none."""
        self.known: list[VerifierKey] = []
        for text in texts:
            try:
                self.known.append(parse_verifier_key(text))
            except (NoteError, ValueError) as error:
                raise Refused(f"{text[:200]!r} {error}") from error

    def opened(self, note: str, source: str) -> Checkpoint:
        """Return the checkpoint in a note that one of the keys has signed; raises Refused."""
        try:
            read = parse_note(note)
            found = parse_checkpoint(read.text)
            text = read.text.encode()
        except ValueError as error:
            raise Refused(f"{source} is no signed checkpoint") from error
        for key, each in signatures_by(read, self.known):
            if ed25519.is_signed(key.public, text, each.signature):
                return found
        raise Refused(f"{source} bears no valid signature of a key that is believed")

    def __str__(self) -> str:
        """Return the ids of the keys in words."""
        return ", ".join(f"{key.name} {key.key_id.hex()}" for key in self.known) or "none"
