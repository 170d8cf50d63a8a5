"""The key that signs checkpoints of the log: a file for its owner's eyes only, outside the database.

Whoever can change the database cannot sign with it unless they can read this folder too. `cryptography` is
imported when something is signed or checked, never at start.
"""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from riskapp.domain.errors import InvalidError
from riskapp.domain.signed_note import Signature, SignedNote, VerifierKey, signatures_by
from riskapp.private_files import make_private

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_CURRENT = "signing-key"
_NEXT = "signing-key.next"
_SEED_SIZE = 32


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key with its public half; it is never shown."""

    verifier: VerifierKey
    seed: bytes

    def sign(self, text: str) -> Signature:
        """Return the signature of this key under a text."""
        raw = _private(self.seed).sign(text.encode())
        return Signature(self.verifier.name, self.verifier.key_id, raw)


class Keyring:
    """The signing key of one log in a folder of its own; it is made when it is first asked for."""

    def __init__(self, folder: Path, new_secret: Callable[[], str]) -> None:
        """Use this folder; `new_secret` gives fresh random text for the name of a new log."""
        self._folder = folder
        self._new_secret = new_secret
        self._known: SigningKey | None = None

    def signing_key(self) -> SigningKey:
        """Return the present key.

        Raises InvalidError where the folder cannot be used or the file holds no key.
        """
        if self._known is None:
            path = self._folder / _CURRENT
            if not path.exists():
                name = "riskapp-log/" + "".join(each for each in self._new_secret() if each.isalnum())[:16]
                self._write(path, name)
            self._known = _read(path)
        return self._known

    def prepare_next(self) -> SigningKey:
        """Make the key that will follow, or return the one that was made by a rotation cut short."""
        path = self._folder / _NEXT
        if not path.exists():
            self._write(path, self.signing_key().verifier.name)
        return _read(path)

    def settle(self, adopted: str | None) -> None:
        """Put the next key in place where the log has adopted it; the old private key is gone then."""
        path = self._folder / _NEXT
        if adopted is not None and path.exists() and str(_read(path).verifier) == adopted:
            path.replace(self._folder / _CURRENT)
            self._known = None

    def _write(self, path: Path, name: str) -> None:
        """Make a key durably; of several processes that try, the first one's stays."""
        try:
            make_private(path, f"{name} {base64.b64encode(_new_seed()).decode('ascii')}\n".encode())
        except OSError as error:
            message = f"{path} cannot be made: {error.strerror}; the log's checkpoints need a key"
            raise InvalidError({"RISKAPP_DATA": message}) from error


def valid_signatures(note: SignedNote, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return the keys out of these that have signed the note; a wrong signature counts as none."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    found = []
    for key, signature in signatures_by(note, keys):
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature.signature, note.text.encode())
        except InvalidSignature:
            continue
        found.append(key)
    return tuple(found)


def _read(path: Path) -> SigningKey:
    try:
        name, encoded = path.read_text(encoding="ascii").split()
        seed = base64.b64decode(encoded, validate=True)
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read as a key of the log; restore it from a backup"
        raise InvalidError({"RISKAPP_DATA": message}) from error
    if len(seed) != _SEED_SIZE:
        raise InvalidError({"RISKAPP_DATA": f"{path} holds no key of 32 bytes; restore it from a backup"})
    public = _private(seed).public_key().public_bytes_raw()
    return SigningKey(VerifierKey(name, public), seed)


def _private(seed: bytes) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed)


def _new_seed() -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()
