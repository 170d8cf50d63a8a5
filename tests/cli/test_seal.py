"""`riskapp seal`: which certificate seals, handing it out, and a fresh key."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509

from riskapp.cli import main
from tests.sealing.seals import certificate, p256, packed_key

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, database_url: str) -> Run:
    def run(*words: str, code: int = 0, **settings: str) -> Result:
        environment = {
            "RISKAPP_DATA": str(tmp_path / "data"),
            "RISKAPP_DATABASE_URL": database_url,
            "RISKAPP_ORGANISATION": "Ministry of Examples",
            **settings,
        }
        done = CliRunner().invoke(main, ["seal", *words], env=environment)
        assert done.exit_code == code, done.output
        return done

    return run


def test_an_operator_sees_which_certificate_seals_hands_it_out_and_renews_it(
    run: Run, tmp_path: Path
) -> None:
    says = run("show").output
    assert says.startswith(
        "Documents are sealed with the certificate of CN=Ministry of Examples, which holds"
    )
    assert "It is vouched for by itself only. SHA-256: " in says
    shown = json.loads(run("show", "--json", RISKAPP_TIMESTAMP_URL="https://a:b@stamps.example.org/").output)
    assert shown["sha256"] in says
    assert (shown["subject"], shown["issuer"]) == ("CN=Ministry of Examples",) * 2
    assert (shown["time_stamp_server"], shown["fault"]) == ("stamps.example.org", None)

    file = tmp_path / "seal.pem"
    assert run("certificate", "-o", str(file)).output == f"{file}: 1 certificate\n"
    (handed_out,) = x509.load_pem_x509_certificates(file.read_bytes())
    assert handed_out.not_valid_after_utc.isoformat() == shown["not_after"]
    assert "PRIVATE" not in file.read_text()
    refused = run("certificate", "-o", str(tmp_path / "no" / "seal.pem"), code=2)
    assert "choose another place with -o" in refused.output

    renewed = run("renew").output
    assert shown["sha256"] not in renewed
    assert json.loads(run("show", "--json").output)["sha256"] in renewed


def test_a_seal_of_the_organisation_is_shown_with_who_vouches_for_it_and_not_renewed(
    run: Run, tmp_path: Path
) -> None:
    root, key = p256(), p256()
    file, secret = tmp_path / "seal.p12", tmp_path / "secret"
    vouched = certificate(key, issuer=("Root of Examples", root), holds_for=timedelta(days=36_500))
    file.write_bytes(packed_key(key, vouched))
    settings = {"RISKAPP_SEAL_FILE": str(file), "RISKAPP_SEAL_PASSWORD_FILE": str(secret)}
    refused = run("show", code=2, **settings)
    assert refused.output == (
        f"RISKAPP_SEAL_PASSWORD_FILE: {secret} cannot be read: No such file or directory; name a file that "
        "riskapp may read\n"
    )
    secret.write_text("a password that nobody is to see")
    assert "It is vouched for by CN=Root of Examples." in run("show", **settings).output
    refused = run("renew", code=2, **settings)
    assert refused.output == f"The seal comes from {file}. Put a new file there instead.\n"


def test_a_seal_that_lapsed_is_said_with_what_to_do(run: Run, tmp_path: Path) -> None:
    key, file, secret = p256(), tmp_path / "seal.p12", tmp_path / "secret"
    file.write_bytes(packed_key(key, certificate(key, holds_for=timedelta(days=-9)), password="p"))
    secret.write_text("p")
    said = run("show", code=1, RISKAPP_SEAL_FILE=str(file), RISKAPP_SEAL_PASSWORD_FILE=str(secret)).output
    assert "Nothing can be sealed: the certificate of CN=Seal of Examples lapsed on 15 November 2026." in said
    assert "Put the file with a new one where RISKAPP_SEAL_FILE says" in said
