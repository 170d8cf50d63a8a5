"""`riskapp log`: what it proves is checked by a program that has nothing but Python."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from riskapp.cli import main
from riskapp.domain.signed_note import parse_checkpoint, parse_note
from riskapp.services.verifier_file import NAME, verifier_file
from riskapp.services.work import Office
from riskapp.storage.keyring import Keyring
from tests.conftest import counting
from tests.tampering import body_of, put_body, rebuild_tree, reword, unguarded

Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, database_url: str, office: Office) -> Run:
    record(office, 20)

    def run(*words: str, code: int = 0) -> Result:
        environment = {"RISKAPP_DATA": str(data), "RISKAPP_DATABASE_URL": database_url}
        done = CliRunner().invoke(main, ["log", *words], env=environment)
        assert done.exit_code == code, done.output
        return done

    return run


def test_where_nothing_was_recorded_there_is_nothing_to_verify(tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    done = CliRunner().invoke(main, ["log", "verify"], env={"RISKAPP_DATA": str(folder)})
    assert done.exit_code == 2
    assert "holds no database of riskapp" in done.output
    assert not folder.exists()


def record(office: Office, count: int) -> None:
    with office.work(None) as unit:
        for number in range(count):
            unit.record("thing.made", subject=("thing", str(number)), words="größer ≥ 1")
        unit.commit()


def forge(office: Office) -> None:
    with unguarded(office.database, "log_entry", "log_node") as connection:
        put_body(connection, 5, reword(body_of(connection, 5), words="as it should have been"))
        rebuild_tree(connection)


def checkpoint_file(data: Path) -> Path:
    return max((data / "log" / "checkpoints").iterdir())


@dataclass(frozen=True)
class Outsider:
    """Somebody with an empty folder and Python."""

    folder: Path

    def ask(self, *words: object, code: int = 0) -> str:
        command = [sys.executable, "-I", NAME, *(str(word) for word in words)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, env={})
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def unpack(self, package: Path) -> None:
        with zipfile.ZipFile(package) as archive:
            archive.extractall(self.folder)

    def read_log(self) -> list[bytes]:
        return (self.folder / "log.jsonl").read_bytes().splitlines(keepends=True)

    def write_log(self, lines: list[bytes]) -> None:
        (self.folder / "log.jsonl").write_bytes(b"".join(lines))


@pytest.fixture
def outsider(tmp_path: Path) -> Outsider:
    folder = tmp_path / "empty"
    folder.mkdir()
    return Outsider(folder)


def test_a_checkpoint_is_signed_kept_and_written_beside_the_database(run: Run, data: Path) -> None:
    note = parse_note(run("checkpoint").output)
    signed = parse_checkpoint(note.text)
    assert signed.size == 21  # the entry that adopts the key is the newest
    assert checkpoint_file(data).read_text() == str(note)
    again = json.loads(run("checkpoint", "--json").output)
    assert (again["size"], again["root"], again["note"]) == (21, signed.root.hex(), str(note))


def test_a_log_is_verified_in_words_and_as_json(run: Run) -> None:
    run("checkpoint")
    assert run("verify").output.endswith("confirmed up to entry 21.\nEverything agrees.\n")
    verdict = json.loads(run("verify", "--json", "--log-only").output)
    assert (verdict["agrees"], verdict["entries"], verdict["confirmed"]) == (True, 21, 21)
    assert verdict["disagreements"] == []


def test_what_disagrees_with_a_checkpoint_in_other_hands_is_said_with_exit_code_one(
    run: Run, office: Office, data: Path, tmp_path: Path
) -> None:
    run("checkpoint")
    witness = tmp_path / "kept-elsewhere"
    shutil.copy(checkpoint_file(data), witness)
    assert run("verify", str(witness)).output.endswith("is genuine says: riskapp verify FILE\n")
    forge(office)
    said = run("verify", str(witness), code=1).output
    assert "Disagrees: the first 21 entries are not those of kept-elsewhere" in said
    assert json.loads(run("verify", "--json", code=1).output)["count"] >= 2
    assert "Disagrees: the first 21 entries" in run("prove", "--since", str(witness), code=1).output


def test_a_file_that_witnesses_nothing_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "words"
    path.write_text("hello")
    assert "give a checkpoint or an issued report" in run("verify", str(path), code=2).output


def test_an_export_is_verified_with_nothing_but_python(run: Run, outsider: Outsider, tmp_path: Path) -> None:
    done = json.loads(run("export", "-o", str(tmp_path / "log.zip"), "--json").output)
    assert done["entries"] == 21
    outsider.unpack(tmp_path / "log.zip")
    said = outsider.ask()
    assert "21 entries, root " in said
    assert said.endswith("Everything agrees.\n")
    assert outsider.ask(tmp_path / "log.zip", "--key", (outsider.folder / "keys.txt").read_text())


def test_an_export_that_was_tampered_with_is_not_verified(
    run: Run, outsider: Outsider, tmp_path: Path
) -> None:
    run("export", "-o", str(tmp_path / "log.zip"))
    outsider.unpack(tmp_path / "log.zip")
    lines = outsider.read_log()
    for changed, says in (
        ([*lines[:4], lines[4].replace(b'"4"', b'"7"'), *lines[5:]], "the first 21 entries are not those of"),
        ([*lines[:4], *lines[5:]], "line 5 holds entry 6: an entry is missing or out of order"),
        (lines[:-1], "the log ends at entry 20"),
        ([*lines[:3], b"words\n", *lines[4:]], "line 4 is no entry of a log"),
        ([lines[1], lines[0], *lines[2:]], "line 1 holds entry 2"),
    ):
        outsider.write_log(changed)
        assert f"DISAGREES: {says}" in outsider.ask(code=1)
    outsider.write_log(lines)
    outsider.ask()


def test_a_package_signed_by_another_key_is_not_believed(
    run: Run, outsider: Outsider, tmp_path: Path
) -> None:
    run("export", "-o", str(tmp_path / "log.zip"))
    outsider.unpack(tmp_path / "log.zip")
    other = Keyring(tmp_path / "other", counting(40)).signing_key().verifier
    said = outsider.ask("--key", other, code=1)
    assert "bears no valid signature of a key that is believed" in said
    (note,) = {*(outsider.folder / "checkpoints").iterdir()}
    note.write_text(note.read_text().replace("\n21\n", "\n20\n"))
    assert "bears no valid signature" in outsider.ask(code=1)


def test_a_proof_of_one_entry_stands_by_itself(run: Run, outsider: Outsider, tmp_path: Path) -> None:
    assert "No checkpoint covers entry 3 yet. Run: riskapp log checkpoint" in run("prove", "3", code=2).output
    run("checkpoint")
    (outsider.folder / NAME).write_bytes(verifier_file())
    proof = run("prove", "3", "--json").output
    path = tmp_path / "proof.json"
    path.write_text(proof)
    assert "Entry 3 is in the log of 21 entries" in outsider.ask("--proof", path)
    path.write_text(proof.replace("thing.made", "thing.sold"))
    assert "NOT VERIFIED: the proof does not lead from entry 3" in outsider.ask("--proof", path, code=1)
    lines = run("prove", "3").output.splitlines()
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 2"]
    assert "There is no log entry '99'" in run("prove", "99", code=2).output


def test_the_growth_since_an_older_checkpoint_is_proven(
    run: Run, office: Office, data: Path, tmp_path: Path
) -> None:
    run("checkpoint")
    older = tmp_path / "older"
    shutil.copy(checkpoint_file(data), older)
    record(office, 5)
    assert "The log of 26 entries begins with the 21 of older." in run("prove", "--since", str(older)).output
    growth = json.loads(run("prove", "--since", str(older), "--json").output)
    assert (growth["holds"], growth["old"]["size"], growth["new"]["size"]) == (True, 21, 26)
    assert "Give either" in run("prove", code=2).output


def test_after_a_rotation_both_keys_are_in_the_export(run: Run, outsider: Outsider, tmp_path: Path) -> None:
    run("checkpoint")
    new = json.loads(run("rotate-key", "--json").output)["key"]
    run("export", "-o", str(tmp_path / "log.zip"))
    outsider.unpack(tmp_path / "log.zip")
    keys = (outsider.folder / "keys.txt").read_text().splitlines()
    assert len(keys) == 2
    assert keys[1] == new
    assert "22 entries" in outsider.ask()


def test_an_export_that_cannot_be_written_says_what_to_do(run: Run, tmp_path: Path) -> None:
    assert (
        "choose another place with -o" in run("export", "-o", str(tmp_path / "no" / "log.zip"), code=2).output
    )
