"""One kept report for all tests of verdicts: rendering it takes longer than judging a hundred copies."""

from pathlib import Path

import pytest

from riskapp.storage.database import Database
from tests.conftest import Clock, office_over
from tests.verifier.kept import Kept, a_kept_report


@pytest.fixture(scope="session")
def kept(sqlite_template: bytes, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder: Path = tmp_path_factory.mktemp("kept")
    path = folder / "riskapp.sqlite"
    path.write_bytes(sqlite_template)
    return a_kept_report(office_over(Database(f"sqlite:///{path}"), folder, Clock()), folder)
