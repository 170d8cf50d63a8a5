"""Puts the parts together from settings: the only place that knows which clock and which ids are real."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from riskapp import ambient, paths
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.private_files import make_private
from riskapp.reporting.house import PLAIN, House, read_house
from riskapp.rubric_files.published import published_releases
from riskapp.sealing.keys import FileKey, KeySource, OwnKey
from riskapp.sealing.seal import Seal
from riskapp.sealing.tokens import TokenKey
from riskapp.services.passwords import Passwords
from riskapp.services.work import Office
from riskapp.settings import Settings, read_settings
from riskapp.storage.database import Database
from riskapp.storage.files import FileStore
from riskapp.storage.keyring import Keyring
from riskapp.storage.log import latest_entry
from riskapp.storage.migrations import newest_revision, revision_of, upgrade
from riskapp.storage.rubrics import release_summaries

if TYPE_CHECKING:
    from flask import Flask

    from riskapp.services.watch import Watch


def settings() -> Settings:
    """Return the settings of this process; raises InvalidError naming each bad variable."""
    return read_settings(ambient.environment())


def build_office(settings: Settings) -> Office:
    """Return an office over the database and files that the settings name.

    Raises InvalidError where the folder or the database cannot be used.
    """
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = Database(settings.database_url, threads=settings.threads)
    except OSError as error:
        message = f"{settings.data} cannot be used: {error.strerror}; name a folder that you may write to"
        raise InvalidError({"RISKAPP_DATA": message}) from error
    house = house_of(settings)
    return Office(
        database=database,
        files=FileStore(settings.files),
        keyring=Keyring(settings.data / "log", ambient.new_secret),
        seal=Seal(key_source(settings), stamps_at=settings.timestamp_url),
        passwords=Passwords(),
        now=ambient.now,
        new_id=ambient.new_id,
        new_secret=ambient.new_secret,
        session_length=timedelta(hours=settings.session_hours),
        organisation=house.name or settings.organisation,
        house=house,
    )


def house_of(settings: Settings) -> House:
    """Return the look that reports have; raises InvalidError by file where its folder is wrong."""
    return PLAIN if settings.house is None else read_house(settings.house, paths.reports())


def key_source(settings: Settings) -> KeySource:
    """Return where the key of the seal comes from: the file or token that is set, or the service itself."""
    if settings.seal_file is not None:
        return FileKey(settings.seal_file, settings.seal_password_file)
    token, pin_path = settings.seal_token, settings.seal_password_file
    if token is not None and pin_path is not None:
        return TokenKey(token.module, token.name, label=token.label, pin_path=pin_path)
    return own_key(settings)


def own_key(settings: Settings) -> OwnKey:
    """Return the key of the seal that the service makes for itself, beside the one that signs the log."""
    return OwnKey(settings.data / "log" / "seal.pem", settings.organisation or "riskapp", ambient.now)


@contextmanager
def open_office(settings: Settings) -> Iterator[Office]:
    """Yield the office that `build_office` gives, and close its connections at the end."""
    office = build_office(settings)
    try:
        yield office
    finally:
        office.database.dispose()


@contextmanager
def open_record(settings: Settings) -> Iterator[Office]:
    """Yield the office over what was recorded, as `open_office` does, and make nothing.

    Raises InvalidError where there is no database, or one in which nothing was ever set up.
    """
    nothing = InvalidError(
        {"RISKAPP_DATA": f"{settings.data} holds no database of riskapp; name the folder in which it lies"}
    )
    scheme, _, path = settings.database_url.partition(":///")
    if scheme == "sqlite" and not Path(path).is_file():
        raise nothing
    with open_office(settings) as office:
        if revision_of(office.database) is None:
            raise nothing
        yield office


def prepare_schema(office: Office) -> None:
    """Set up an empty database.

    Raises ConflictError where the schema is not the one that this code needs.
    """
    found = revision_of(office.database)
    needed = newest_revision()
    if found is None:
        upgrade(office.database)
        return
    if found > needed:
        message = (
            f"The database stands at schema {found}, and the newest that this riskapp knows is {needed}. "
            "Install the version that made it, or a later one."
        )
        raise ConflictError(message)
    if found < needed:
        message = (
            f"The database stands at schema {found}, and this version of riskapp needs {needed}. "
            "Make a backup, then run: riskapp db upgrade"
        )
        raise ConflictError(message)


def is_untouched(office: Office) -> bool:
    """Return whether nothing was ever recorded; a first start that was cut short leaves it so."""
    with office.reading() as connection:
        return latest_entry(connection) is None


def publish_rubrics(office: Office) -> None:
    """Bring the rubric releases that ship with this version into the database, where they are not yet."""
    with office.reading() as connection:
        stored = {summary.digest for summary in release_summaries(connection)}
    if all(release.sha256 in stored for release in published_releases(paths.rubrics())):
        return
    from riskapp.services.rubrics import publish_shipped

    publish_shipped(office)


def build_app(settings: Settings, office: Office, watch: "Watch | None" = None) -> "Flask":
    """Return the web application over an office; it shows how the log stands where something watches it."""
    from riskapp.web.app import create_app
    from riskapp.web.product import Product

    return create_app(Product(office, settings, watch), secret_key=_secret_key(settings))


def _secret_key(settings: Settings) -> str:
    """Return the key that signs the page cookie; it is made on the first start, for its owner's eyes only."""
    path = settings.data / "secret-key"
    if not path.exists():
        make_private(path, ambient.new_secret().encode("ascii"))
    return path.read_text(encoding="ascii")
