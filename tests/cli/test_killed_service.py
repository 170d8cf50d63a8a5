"""Two browsers on one sheet while the service is killed at random moments: no acknowledged value is lost."""

import json
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from riskapp import ambient
from riskapp.domain.authority import Role
from riskapp.services.work import Office
from riskapp.storage.draft_history import SavedVersion, draft_history
from riskapp.storage.sheets import drafts
from tests.assessment_builders import Opened, an_assessment
from tests.builders import PASSWORD, person
from tests.cli.test_serve import command, free_port, started

CRITERIA = ("residency", "documents")
KILLS = 3
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
OTHERS = re.compile(r'value="mine:(\d+)"')


@dataclass
class Typist:
    """A browser in which somebody types; `acknowledged` is what the service said it had saved."""

    address: str
    name: str
    chance: random.Random
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))
    token: str = ""
    versions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CRITERIA, 0))
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    conflicts: int = 0

    def sign_in(self, user: str, sheet: str) -> None:
        self.token = self._token("/sign-in")
        form = {"csrf_token": self.token, "name": user, "password": PASSWORD}
        self.opener.open(f"{self.address}/sign-in", urlencode(form).encode(), timeout=10).read()
        self.token = self._token(sheet)

    def _token(self, page: str) -> str:
        html = self.opener.open(f"{self.address}{page}", timeout=10).read().decode()
        return str(TOKEN.findall(html)[-1])

    def type_on(self, sheet: str, stop: threading.Event) -> None:
        while not stop.is_set():
            criterion = self.chance.choice(CRITERIA)
            text = f"{self.name} {self.chance.getrandbits(60)}"
            try:
                self._save(sheet, criterion, text)
            except (HTTPException, OSError):  # the service is down: a browser tries again
                time.sleep(0.05)

    def _save(self, sheet: str, criterion: str, text: str) -> None:
        form = {f"{criterion}.rationale": text, f"{criterion}.version": self.versions[criterion]}
        headers = {"HX-Request": "true", "X-CSRFToken": self.token}
        request = Request(f"{self.address}{sheet}/{criterion}", urlencode(form).encode(), headers)  # noqa: S310 (own service)
        try:
            with self.opener.open(request, timeout=10) as answer:
                self.versions[criterion] = json.loads(answer.read())["version"]
            self.acknowledged.append((criterion, text))
        except HTTPError as error:
            self.versions[criterion] = int(OTHERS.findall(error.read().decode())[0])
            self.conflicts += 1


@contextmanager
def typing(typists: list[Typist], sheet: str) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=each.type_on, args=(sheet, stop)) for each in typists]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        stop.set()
        for each in threads:
            each.join()


def wait_for_saves(typists: list[Typist], *, more: int) -> None:
    """Wait until each of them has had this many more values acknowledged."""
    deadline = time.monotonic() + 60
    for each in typists:
        wanted = len(each.acknowledged) + more
        while len(each.acknowledged) < wanted and time.monotonic() < deadline:
            time.sleep(0.01)


def history(office: Office, opened: Opened, criterion: str) -> list[SavedVersion]:
    with office.reading() as connection:
        key = (opened.id, opened.assessor.id, criterion)
        return [step.version for step in draft_history(connection, key, size=100_000).items]


def test_every_value_that_was_acknowledged_is_current_or_in_the_history(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    opened = an_assessment(office, assessor=person(office, "ada", Role.ASSESSOR))
    sheet, port = f"/assessments/{opened.id}/sheet/security", free_port()
    environment = {
        **ambient.environment(),
        "RISKAPP_DATA": str(tmp_path / "data"),
        "RISKAPP_DATABASE_URL": database_url,
        "RISKAPP_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    chance = random.Random(11)  # noqa: S311 (a seed that repeats)
    typists = [Typist(f"http://127.0.0.1:{port}", name, random.Random(name)) for name in ("one", "two")]  # noqa: S311
    with started(command("serve"), environment, says="serves at"):
        for each in typists:
            each.sign_in("ada", sheet)
    with typing(typists, sheet):
        for _ in range(KILLS):
            with started(command("serve"), environment, says="serves at"):
                wait_for_saves(typists, more=3)
                time.sleep(chance.random() / 10)
    acknowledged = [each for typist in typists for each in typist.acknowledged]
    assert all(len(each.acknowledged) >= KILLS * 3 for each in typists)
    assert any(each.conflicts for each in typists)
    for criterion in CRITERIA:
        kept = history(office, opened, criterion)
        assert [each.version for each in kept] == list(range(len(kept), 0, -1))
        texts = {each.payload["rationale"] for each in kept}
        assert {text for about, text in acknowledged if about == criterion} <= texts
        with office.reading() as connection:
            now = drafts(connection, opened.id, opened.assessor.id)[criterion]
        assert (now.version, now.payload) == (kept[0].version, kept[0].payload)
