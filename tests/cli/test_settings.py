from pathlib import Path

import pytest

from riskapp.domain.errors import InvalidError
from riskapp.settings import read_settings


def test_without_any_setting_everything_lies_in_one_folder_and_listens_on_this_machine_only() -> None:
    settings = read_settings({"RISKAPP_PORT": "", "UNRELATED": "1"})
    assert settings.data == Path("var").resolve()
    assert settings.database_url == f"sqlite:///{settings.data / 'riskapp.sqlite'}"
    assert settings.files == settings.data / "files"
    assert settings.checkpoints == settings.data / "log" / "checkpoints"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert not settings.secure_cookies
    assert settings.trusted_proxy is None


def test_every_setting_can_be_set() -> None:
    settings = read_settings(
        {
            "RISKAPP_DATA": "/srv/risk",
            "RISKAPP_DATABASE_URL": "postgresql://risk@db/risk",
            "RISKAPP_HOST": "0.0.0.0",  # noqa: S104 (a setting that is only read here)
            "RISKAPP_PORT": "80",
            "RISKAPP_THREADS": "2",
            "RISKAPP_SECURE_COOKIES": "yes",
            "RISKAPP_TRUSTED_PROXY": "192.0.2.1",
            "RISKAPP_UPLOAD_LIMIT": "1000",
            "RISKAPP_SESSION_HOURS": "8",
            "RISKAPP_ORGANISATION": "Ministry of Examples",
            "RISKAPP_CHECKPOINTS": "/mnt/worm",
            "RISKAPP_SEAL_FILE": "/etc/riskapp/seal.p12",
            "RISKAPP_SEAL_PASSWORD_FILE": "/run/secrets/seal",
            "RISKAPP_TIMESTAMP_URL": "https://user:secret@stamps.example.org/tsr",
        }
    )
    assert settings.database_url == "postgresql://risk@db/risk"
    assert (settings.port, settings.threads, settings.upload_limit, settings.session_hours) == (
        80,
        2,
        1000,
        8,
    )
    assert settings.checkpoints == Path("/mnt/worm")
    assert settings.secure_cookies
    assert settings.organisation == "Ministry of Examples"
    assert settings.trusted_proxy == "192.0.2.1"
    assert settings.seal_file == Path("/etc/riskapp/seal.p12")
    assert settings.seal_password_file == Path("/run/secrets/seal")
    assert settings.timestamp_url == "https://user:secret@stamps.example.org/tsr"
    assert "secret@" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"SEAL_MODULE": "/hsm.so"}, {"SEAL_TOKEN", "SEAL_LABEL", "SEAL_PASSWORD_FILE"}),
        ({"SEAL_MODULE": "/hsm.so", "SEAL_TOKEN": "t", "SEAL_LABEL": "l"}, {"SEAL_PASSWORD_FILE"}),
        (
            {"SEAL_MODULE": "/h", "SEAL_TOKEN": "t", "SEAL_LABEL": "l", "SEAL_FILE": "/f"},
            {"SEAL_MODULE"},
        ),
        ({"SEAL_PASSWORD_FILE": "/secret"}, {"SEAL_PASSWORD_FILE"}),
    ],
)
def test_settings_of_the_seal_that_do_not_go_together_are_named(
    given: dict[str, str], wrong: set[str]
) -> None:
    with pytest.raises(InvalidError) as refusal:
        read_settings({f"RISKAPP_{name}": value for name, value in given.items()})
    assert set(refusal.value.fields) == {f"RISKAPP_{name}" for name in wrong}


def test_every_setting_that_does_not_fit_is_named_at_once() -> None:
    wrong = {
        "RISKAPP_PORT": "65536",
        "RISKAPP_THREADS": "0",
        "RISKAPP_UPLOAD_LIMIT": "20 MB",
        "RISKAPP_SESSION_HOURS": "-1",
        "RISKAPP_SECURE_COOKIES": "maybe",
        "RISKAPP_ORGANISATION": "Ministry\nof Examples",
        "RISKAPP_SEAL_PASSWORD_FILE": "/run/secrets/seal",
        "RISKAPP_TIMESTAMP_URL": "stamps.example.org",
    }
    with pytest.raises(InvalidError) as refusal:
        read_settings(wrong)
    assert set(refusal.value.fields) == set(wrong)
    assert refusal.value.fields["RISKAPP_PORT"] == "is '65536'; give a whole number from 1 to 65535"
    assert refusal.value.fields["RISKAPP_SECURE_COOKIES"] == "is 'maybe'; give yes or no"


MAIL = {
    "RISKAPP_SMTP_HOST": "mail.example.org",
    "RISKAPP_SMTP_FROM": "riskapp@example.org",
    "RISKAPP_SMTP_TO": "buyers@example.org, lead@example.org",
}


def test_a_mail_server_is_used_where_it_is_named_and_its_password_is_not_shown() -> None:
    assert read_settings({}).smtp is None
    smtp = read_settings(MAIL | {"RISKAPP_SMTP_PASSWORD": "only in tests"}).smtp
    assert smtp
    assert (smtp.port, smtp.security, smtp.recipients) == (
        587,
        "starttls",
        ("buyers@example.org", "lead@example.org"),
    )
    assert "only in tests" not in repr(smtp)
    assert getattr(read_settings(MAIL | {"RISKAPP_SMTP_SECURITY": "tls"}).smtp, "port", None) == 465


def test_a_mail_server_without_people_to_write_to_is_refused() -> None:
    wrong = {"RISKAPP_SMTP_FROM": "", "RISKAPP_SMTP_TO": "buyers", "RISKAPP_SMTP_SECURITY": "some"}
    with pytest.raises(InvalidError) as refusal:
        read_settings(MAIL | wrong)
    assert set(refusal.value.fields) == set(wrong)
