"""The key of the seal in a hardware token (PKCS#11): it signs there and never comes out.

Needs the extra `pkcs11`; its libraries are imported when a token is used, never at start.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from riskapp.domain.errors import InvalidError
from riskapp.sealing.certificates import Certificate, certificate_of
from riskapp.sealing.keys import PASSWORD, SealKey, Token, secret_in

if TYPE_CHECKING:
    from pkcs11 import Session

MODULE, NAME, LABEL = "RISKAPP_SEAL_MODULE", "RISKAPP_SEAL_TOKEN", "RISKAPP_SEAL_LABEL"

_TURN = threading.Lock()
"""A process is signed in to a token once at a time."""


class TokenKey:
    """A key in a token, beside its certificate, both under one label; the PIN of the token lies in a file."""

    renewal = f"Put a new certificate beside its key under the label in {LABEL}, and start the service again."

    def __init__(self, module: Path, name: str, *, label: str, pin_path: Path) -> None:
        """Use the token with this name, reached through the library of its maker."""
        self._module = module
        self._name = name
        self._label = label
        self._pin_path = pin_path

    def load(self) -> SealKey:
        """Return where the key is, with the certificates that lie beside it."""
        if find_spec("pkcs11") is None:
            raise InvalidError({MODULE: "needs python-pkcs11, which is not installed: riskapp[pkcs11]"})
        if not self._module.is_file():
            raise InvalidError({MODULE: f"{self._module} is no file; name the library of the token's maker"})
        pin = secret_in(PASSWORD, self._pin_path).decode(errors="replace")
        token = Token(module=self._module, name=self._name, label=self._label, pin=pin)
        with opened(token) as session:
            _see_to_key(session, self._label)
            own, others = _certificates(session, self._label)
        if own is None:
            message = f"is {self._label!r}, and no certificate in the token {self._name} has that label"
            raise InvalidError({LABEL: message})
        return SealKey(certificate=own, private=token, chain=tuple(_vouching(own, others)))


@contextmanager
def opened(token: Token) -> Iterator["Session"]:
    """Yield a session with a token; raises InvalidError by setting for whatever goes wrong in it."""
    import pkcs11
    from pkcs11.exceptions import NoSuchKey, PinIncorrect, PinLocked, PKCS11Error

    with _TURN:
        try:
            found = pkcs11.lib(str(token.module)).get_token(token_label=token.name)
            with found.open(user_pin=token.pin) as session:
                yield session
        except PinIncorrect:
            raise InvalidError({PASSWORD: f"holds another PIN than that of the token {token.name}"}) from None
        except PinLocked:
            raise InvalidError(
                {PASSWORD: f"the token {token.name} is locked after wrong PINs; have it reset"}
            ) from None
        except NoSuchKey as error:
            message = f"is {token.label!r}, and no key in the token {token.name} has that label"
            raise InvalidError({LABEL: message}) from error
        except (PKCS11Error, RuntimeError) as error:
            said = str(error) or type(error).__name__
            message = f"the token {token.name} cannot be used ({said}); see that it is there"
            raise InvalidError({NAME: message}) from error


def _see_to_key(session: "Session", label: str) -> None:
    from pkcs11 import ObjectClass

    session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)


def _certificates(session: "Session", label: str) -> tuple[Certificate | None, list[Certificate]]:
    """Return the certificate with a label, and all others that the token holds."""
    from pkcs11 import Attribute, ObjectClass

    own, others = None, []
    for each in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
        found = certificate_of(bytes(each[Attribute.VALUE]))
        if each[Attribute.LABEL] == label:
            own = found
        else:
            others.append(found)
    return own, others


def _vouching(own: Certificate, others: list[Certificate]) -> Iterator[bytes]:
    """Yield the certificates that vouch for one another, from the issuer of the first upwards."""
    left, current = list(others), own
    while not current.self_signed:
        found = next((each for each in left if each.subject == current.issuer), None)
        if found is None:
            return
        left.remove(found)
        yield found.der
        current = found
