"""`riskapp digest`: what a timer of the machine runs."""

from pathlib import Path

from click.testing import CliRunner, Result

from riskapp.cli import main


def run(tmp_path: Path, database_url: str, *words: str) -> Result:
    environment = {"RISKAPP_DATA": str(tmp_path / "data"), "RISKAPP_DATABASE_URL": database_url}
    return CliRunner().invoke(main, ["digest", *words], env=environment)


def test_the_digest_is_shown_and_without_a_mail_server_not_sent(tmp_path: Path, database_url: str) -> None:
    shown = run(tmp_path, database_url, "show")
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith("What lapses in the days after ")
    sent = run(tmp_path, database_url, "send")
    assert sent.exit_code == 2
    assert "RISKAPP_SMTP_HOST: is not set; name the mail server" in sent.output
