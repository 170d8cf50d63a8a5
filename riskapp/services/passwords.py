"""Password hashes: Argon2id with the least parameters that OWASP's Password Storage Cheat Sheet names."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
AT_ONCE = 4

SHORTEST = 12
LONGEST = 200
TELLING_NAME = 4


class Passwords:
    """Hashes and checks passwords, a few at once, so that a flood of sign-ins cannot take all memory."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        """Use these costs; each hash takes `memory_kib` of memory while it is made."""
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        self._turns = threading.Semaphore(AT_ONCE)
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={passes},p={LANES}${'A' * 22}${'A' * 43}"

    def hash(self, password: str) -> str:
        """Return the hash of a password, with its salt and parameters."""
        with self._turns:
            return self._hasher.hash(password)

    def fits(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password is the one of the hash; without one the same work is done."""
        with self._turns:
            try:
                self._hasher.verify(password_hash or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
            return password_hash is not None

    def is_dated(self, password_hash: str) -> bool:
        """Return whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)


def problem_with(password: str, sign_in_name: str) -> str | None:
    """Return what is wrong with a new password, or None."""
    if len(password) < SHORTEST:
        return f"is {len(password)} characters long; use {SHORTEST} or more, such as four words"
    if len(password) > LONGEST:
        return f"is longer than {LONGEST} characters; use a shorter one"
    if len(sign_in_name) >= TELLING_NAME and sign_in_name.casefold() in password.casefold():
        return "contains the sign-in name; use one that does not"
    if len(set(password)) < SHORTEST // 3:
        return "repeats the same few characters; use more different ones"
    return None
