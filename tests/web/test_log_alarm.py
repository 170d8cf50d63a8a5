"""How the log stands is open to see: for machines at /healthz, for auditors and administrators on pages."""

from pathlib import Path

import pytest
from flask import Flask

from riskapp.domain.authority import Role
from riskapp.services.log_keys import adopt_key
from riskapp.services.watch import Watch
from riskapp.services.work import Office
from riskapp.settings import Settings
from riskapp.web.app import create_app
from riskapp.web.product import Product
from tests.services.test_log_verification import record
from tests.services.ways_of_tampering import rewrite
from tests.web.conftest import SignedIn
from tests.web.page_client import PageClient, words_in


@pytest.fixture
def watch(office: Office, tmp_path: Path) -> Watch:
    adopt_key(office)
    record(office, 10)
    return Watch(office, tmp_path / "elsewhere")


@pytest.fixture
def app(office: Office, tmp_path: Path, watch: Watch) -> Flask:
    settings = Settings(data=tmp_path, database_url="set by the office")
    return create_app(Product(office, settings, watch), secret_key="a key for tests")


def test_health_says_how_far_the_log_was_verified_and_since_when_it_is_whole(
    visitor: PageClient, watch: Watch
) -> None:
    before = visitor.get("/healthz").response.get_json()
    assert before["log"]["state"] == "being read"
    watch.tick()
    report = visitor.get("/healthz").response.get_json()
    assert report["status"] == "ok"
    assert report["log"]["state"] == "agrees"
    assert report["log"]["verified_entries"] == 11
    assert report["log"]["whole_since"].startswith("2026-11-24T09:00")


def test_a_log_that_disagrees_fails_the_health_check(
    visitor: PageClient, watch: Watch, office: Office
) -> None:
    rewrite(office.database)
    watch.tick()
    report = visitor.get("/healthz", status=503).response.get_json()
    assert (report["status"], report["log"]["state"]) == ("failing", "disagrees")
    assert "entry 5" not in str(report)


def alarms(client: PageClient) -> list[str]:
    return [words_in(each) for each in client.get("/").all("div", role="alert")]


@pytest.mark.parametrize(
    ("role", "told"), [(Role.AUDITOR, True), (Role.ADMINISTRATOR, True), (Role.APPROVER, False)]
)
def test_the_alarm_stands_on_every_page_of_those_who_must_act(
    signed_in: SignedIn, watch: Watch, office: Office, role: Role, *, told: bool
) -> None:
    client = signed_in(role)
    assert alarms(client) == []
    rewrite(office.database)
    watch.tick()
    said = "The log does not agree. Entry 5 does not have the bytes that were appended"
    assert [each.startswith(said) for each in alarms(client)] == ([True] if told else [])


def test_an_auditor_reads_since_when_the_log_is_whole(signed_in: SignedIn, watch: Watch) -> None:
    client = signed_in(Role.AUDITOR)
    assert "verifies the log by itself" not in client.get("/audit/log").words
    watch.tick()
    assert "has found it whole since 24 November 2026" in client.get("/audit/log").words
