"""What every part of the verifier raises where it cannot read, or does not believe, what it was given."""


class Refused(Exception):  # noqa: N818 (a finding, not a fault of the program)
    """Something does not agree, or cannot be read; the message is a phrase that says what."""
