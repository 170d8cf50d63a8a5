"""The wheel installs into an empty environment and carries everything that the service needs."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an environment with the wheel; its dependencies are borrowed from this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    packages = next(folder.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    borrowed = next(Path(sys.prefix).glob("lib/python*/site-packages"))
    (packages / "borrowed.pth").write_text(f"{borrowed}\n", encoding="utf-8")
    return folder


def ask(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(installed / "bin" / "python"), "-m", "riskapp", *arguments]
    environment = {"RISKAPP_DATA": str(folder / "data"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_wheel_carries_rubrics_report_templates_and_migrations(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in ("rubrics/model-risk/1.0.0.yaml", "rubrics/published.json", "migrations/env.py"):
        assert f"riskapp/_data/{wanted}" in names
    assert any(name.startswith("riskapp/_data/reports/") and name.endswith(".html") for name in names)
    assert any(name.startswith("riskapp/_data/reports/fonts/") for name in names)


def test_an_installed_wheel_sets_up_a_database(installed: Path, tmp_path: Path) -> None:
    outcome = ask(installed, tmp_path, "db", "upgrade")
    assert outcome.returncode == 0, outcome.stderr
    assert (tmp_path / "data" / "riskapp.sqlite").is_file()


def test_an_installed_wheel_loads_the_worked_example(installed: Path, tmp_path: Path) -> None:
    outcome = ask(installed, tmp_path, "demo")
    assert outcome.returncode == 0, outcome.stderr
    assert "The worked example is loaded" in outcome.stdout


def test_an_installed_wheel_knows_its_rubrics(installed: Path, tmp_path: Path) -> None:
    outcome = ask(installed, tmp_path, "rubric", "show", "model-risk", "1.0.0", "--json")
    assert outcome.returncode == 0, outcome.stderr
    assert '"model-risk"' in outcome.stdout
