"""A process of its own that begins to load the worked example and stands still in the middle of it.

Usage: python interrupted_load.py DATABASE_URL FOLDER
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from riskapp import ambient
from riskapp.sealing.keys import OwnKey
from riskapp.sealing.seal import Seal
from riskapp.services.passwords import Passwords
from riskapp.services.work import Office
from riskapp.storage.database import Database
from riskapp.storage.files import FileStore
from riskapp.storage.keyring import Keyring
from riskapp.worked_example import load

IDS_UNTIL_THEN = 800


def standing_still(after: int) -> Callable[[], str]:
    left = iter(range(after))

    def new_id() -> str:
        if next(left, None) is None:
            sys.stdout.write("in the middle\n")
            sys.stdout.flush()
            time.sleep(600)
        return ambient.new_id()

    return new_id


def main(url: str, folder: str) -> None:
    office = Office(
        database=Database(url),
        files=FileStore(Path(folder)),
        keyring=Keyring(Path(folder) / "log", ambient.new_secret),
        seal=Seal(OwnKey(Path(folder) / "log" / "seal.pem", "riskapp", ambient.now)),
        passwords=Passwords(memory_kib=8, passes=1),
        now=ambient.now,
        new_id=standing_still(IDS_UNTIL_THEN),
        new_secret=ambient.new_secret,
    )
    load(office, new_secret=ambient.new_secret)


if __name__ == "__main__":
    main(*sys.argv[1:])
