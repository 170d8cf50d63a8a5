"""The keys and checkpoints of the log: adopting and changing the key, sealing by command, files beside."""

from pathlib import Path

from riskapp.domain.signed_note import SignedNote, VerifierKey
from riskapp.services.work import Office
from riskapp.storage.checkpoints import insert_key, latest_checkpoint, publish, verifier_keys


def adopt_key(office: Office) -> VerifierKey:
    """Return the key that signs, after seeing to it that the log names it.

    A key that does not follow from a rotation (the old one was lost) says in its entry which it replaces.
    """
    with office.reading() as connection:
        adopted = verifier_keys(connection)
    office.keyring.settle(str(adopted[-1]) if adopted else None)
    key = office.keyring.signing_key().verifier
    if key in adopted:
        return key
    with office.work(None) as unit:
        adopted = verifier_keys(unit.connection)
        if key in adopted:
            return key
        insert_key(unit.connection, unit.new_id(), str(key), unit.at)
        unit.record(
            "log.key-adopted",
            subject=("log-key", key.key_id.hex()),
            verifier=str(key),
            instead_of=str(adopted[-1]) if adopted else None,
        )
        unit.commit()
    return key


def rotate_key(office: Office) -> VerifierKey:
    """Put a fresh key in the place of the one that signs, and return it.

    The log records both, and the checkpoint over that entry is signed by both. What the old key signed
    stays verifiable; its private half is gone.
    """
    adopt_key(office)
    old, new = office.keyring.signing_key().verifier, office.keyring.prepare_next()
    with office.work(None) as unit:
        insert_key(unit.connection, unit.new_id(), str(new.verifier), unit.at)
        unit.record(
            "log.key-rotated",
            subject=("log-key", new.verifier.key_id.hex()),
            verifier=str(new.verifier),
            instead_of=str(old),
        )
        unit.seal(new)
        unit.commit()
    office.keyring.settle(str(new.verifier))
    return new.verifier


def make_checkpoint(office: Office) -> SignedNote:
    """Sign and keep a checkpoint over the log as it stands now."""
    adopt_key(office)
    with office.work(None) as unit:
        note = unit.seal()
        unit.commit()
    return note


def publish_checkpoint(office: Office, folder: Path) -> bool:
    """Write the newest checkpoint into a file outside the database, and return whether it was not there yet.

    It vouches for everything before it. Raises OSError where the folder cannot be written.
    """
    with office.reading() as connection:
        newest = latest_checkpoint(connection)
    return newest is not None and publish(folder, newest)
