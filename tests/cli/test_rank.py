"""`riskapp rank` as a pipeline calls it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from riskapp.cli import main
from tests.rubric_files.files import DATA, SMALL, changed, write

ANSWERS = (DATA / "answers.yaml").read_text(encoding="utf-8")
FEW = ("--draws", "10000")


def files(folder: Path) -> dict[str, Path]:
    """Three candidates: one dear and safe, one cheap and open, one of which little is known."""
    texts = {
        "safe": ANSWERS,
        "cheap": changed(
            ANSWERS, ("value: 75, low: 60, high: 80", "value: 50"), ("level: inside", "level: mixed")
        ),
        "dark": "answers:\n  residency: {unknown: No reply.}\n",
    }
    return {name: write(folder, text, f"{name}.yaml") for name, text in texts.items()}


def rank(*arguments: str | Path) -> Result:
    given = [
        word for each in arguments for word in (["--answers", each] if isinstance(each, Path) else [each])
    ]
    return CliRunner().invoke(main, ["rank", "--rubric", str(SMALL), *map(str, given)])


def result(*arguments: str | Path) -> dict[str, Any]:
    found = rank(*arguments, *FEW, "--json")
    assert found.exit_code == 0, found.output
    read: dict[str, Any] = json.loads(found.stdout)
    return read


def test_the_result_is_json_with_candidates_flip_points_seed_and_draws(tmp_path: Path) -> None:
    found = result(*files(tmp_path).values(), "--context", str(DATA / "context.yaml"))
    assert {"candidates", "flip_points", "seed", "draws", "pairwise", "first_place", "weights"} <= set(found)
    assert [each["id"] for each in found["candidates"]] == ["safe", "cheap", "dark"]
    safe = found["candidates"][0]
    assert safe["point"] == pytest.approx(87.5)
    assert {"low", "high", "acceptability", "central_weights", "confidence_factor"} <= set(safe)
    assert (len(found["seed"]), found["draws"], found["weights"]) == (64, 10_000, "profile")
    for place in range(3):
        assert sum(each["acceptability"][place] for each in found["candidates"]) == pytest.approx(1)
    assert sum(safe["central_weights"].values()) == pytest.approx(1)
    assert 0 < safe["standard_errors"]["acceptability"][0] <= 0.005
    assert found["pairwise"]["safe"]["cheap"] == 1
    assert [each["recommendation"] for each in found["candidates"]] == ["approve", "reject", "escalate"]


def test_flip_points_are_numbers_and_sentences(tmp_path: Path) -> None:
    given = files(tmp_path)
    found = result(given["safe"], given["cheap"])["flip_points"]
    assert found[0] == {
        "dimension": "cost",
        "first": "safe",
        "second": "cheap",
        "weight": 0.25,
        "outcome": "flips",
        "at": pytest.approx(9 / 14),
        "direction": "above",
        "words": "safe and cheap change places if the weight of Cost rises above 0.643 (it is 0.25).",
    }


def test_the_same_files_in_any_order_give_the_same_figures(tmp_path: Path) -> None:
    given = list(files(tmp_path).values())
    assert result(*given) == result(*given[::-1])


def test_weights_of_any_size_are_drawn_when_asked_for(tmp_path: Path) -> None:
    given = files(tmp_path)
    near, any_size = (
        {each["id"]: each for each in result(given["safe"], given["cheap"], *more)["candidates"]}
        for more in ((), ("--weights", "uniform"))
    )
    assert near["cheap"]["acceptability"][0] == 0
    assert any_size["cheap"]["acceptability"][0] > 0.2
    assert near["cheap"]["central_weights"] is None
    assert near["cheap"]["confidence_factor"] is None


def test_without_json_a_person_can_read_it(tmp_path: Path) -> None:
    given = files(tmp_path)
    worse = write(
        tmp_path,
        changed(ANSWERS, ("level: inside", "level: foreign"), ("value: 75", "value: 80")),
        "worse.yaml",
    )
    lines = rank(given["safe"], given["cheap"], worse, *FEW).stdout.splitlines()
    assert lines[0] == "A small rubric (small 1.0.0), General"
    assert lines[1].startswith("10,000 draws, weights within a quarter of the profile's, seed ")
    assert lines[4].split()[:2] == ["safe", "87.5"]
    assert "never first" in lines[5]
    assert "No weight of Security changes the order" not in lines
    assert any("change places if the weight of Cost rises above 0.643" in line for line in lines)


def test_who_is_not_rated_and_who_is_dominated_is_named(tmp_path: Path) -> None:
    given = files(tmp_path)
    foreign = changed(
        ANSWERS, ("level: inside", "level: foreign"), ("value: 75, low: 60", "value: 78, low: 60")
    )
    worse = write(tmp_path, foreign, "worse.yaml")
    lines = rank(given["safe"], given["dark"], worse, *FEW).stdout.splitlines()
    on_points = "never better, whatever the weights, as long as the scores hold."
    assert f"worse is dominated on points by safe: {on_points}" in lines
    assert "Not rated, so without a place by points and without flip points: dark." in lines
    assert lines[-2:] == ["No weight of Cost changes the order.", "No weight of Security changes the order."]
    alone = rank(given["safe"], given["dark"], *FEW).stdout.splitlines()
    assert alone[-1] == "Not rated, so without a place by points and without flip points: dark."


def test_who_cannot_win_whatever_is_found_out_is_named(tmp_path: Path) -> None:
    poor = changed(
        ANSWERS,
        ("value: 75, low: 60, high: 80", "value: 150"),
        ("met: [soc2, pentest], not_met: [bounty]", "met: [], not_met: [soc2, pentest, bounty]"),
    )
    lines = rank(files(tmp_path)["safe"], write(tmp_path, poor, "poor.yaml"), *FEW).stdout.splitlines()
    assert "poor is dominated by safe: never better, whatever the weights." in lines


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--draws", "9999"], "draws: is 9999; give 10000 to 5000000"),
        (["--profile", "nobody"], "has no 'nobody'; use one of general, security-only"),
        (["--context", "nowhere.yaml"], "nowhere.yaml: no such file or directory"),
    ],
)
def test_wrong_options_end_with_2_and_say_what_to_do(
    tmp_path: Path, options: list[str], message: str
) -> None:
    found = rank(*files(tmp_path).values(), *options)
    assert (found.exit_code, found.stdout) == (2, "")
    assert message in found.stderr


def test_one_candidate_and_two_of_one_name_are_refused(tmp_path: Path) -> None:
    given, folder = files(tmp_path), tmp_path / "more"
    folder.mkdir()
    alone, twice = rank(given["safe"]), rank(given["safe"], write(folder, ANSWERS, "safe.yaml"))
    assert (alone.exit_code, twice.exit_code) == (2, 2)
    assert "1 given; compare 2 to 50" in alone.stderr
    assert "two files are called safe; their names name the candidates, so rename one" in twice.stderr


def test_files_that_name_different_profiles_need_one_to_be_chosen(tmp_path: Path) -> None:
    given = files(tmp_path)
    other = write(tmp_path, f"profile: security-only\n{ANSWERS}", "other.yaml")
    general = write(tmp_path, f"profile: general\n{ANSWERS}", "general.yaml")
    assert result(given["safe"], other)["profile"] == "security-only"
    refused = rank(general, other)
    assert refused.exit_code == 2
    assert (
        "the files name general and security-only; candidates compare under one, so choose it"
        in refused.stderr
    )
    assert result(general, other, "--profile", "general")["profile"] == "general"


def test_errors_in_a_file_end_with_2_and_name_file_and_line(tmp_path: Path) -> None:
    wrong = write(tmp_path, changed(ANSWERS, ("level: inside", "level: outside")), "wrong.yaml")
    found = rank(files(tmp_path)["safe"], wrong)
    assert found.exit_code == 2
    assert f"{wrong}:6: answers.residency.level: 'outside' is not a level here" in found.stderr
