"""A process of its own that does ten units of work, then stands still in the middle of the eleventh.

Usage: python interrupted_writer.py DATABASE_URL before-entry|after-entry
"""

import sys
import time
from pathlib import Path

from sqlalchemy import insert

from riskapp import ambient
from riskapp.sealing.keys import OwnKey
from riskapp.sealing.seal import Seal
from riskapp.services.passwords import Passwords
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.database import Database
from riskapp.storage.files import FileStore
from riskapp.storage.keyring import Keyring
from riskapp.storage.tables import sign_in_failure

WHOLE = 10


def change(unit: UnitOfWork, number: int) -> None:
    unit.connection.execute(insert(sign_in_failure), {"id": str(number), "key": "name:x", "at": unit.at})


def main(url: str, moment: str) -> None:
    office = Office(
        database=Database(url),
        files=FileStore(Path("unused")),
        keyring=Keyring(Path("unused"), ambient.new_secret),
        seal=Seal(OwnKey(Path("unused") / "log" / "seal.pem", "riskapp", ambient.now)),
        passwords=Passwords(),
        now=ambient.now,
        new_id=ambient.new_id,
        new_secret=ambient.new_secret,
    )
    for number in range(WHOLE + 1):
        with office.work(None) as unit:
            change(unit, number)
            if number == WHOLE and moment == "before-entry":
                stand_still()
            unit.record("failure.counted", subject=("failure", str(number)))
            if number == WHOLE:
                stand_still()
            unit.commit()


def stand_still() -> None:
    sys.stdout.write("in the middle\n")
    sys.stdout.flush()
    time.sleep(600)


if __name__ == "__main__":
    main(*sys.argv[1:])
