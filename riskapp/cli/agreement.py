"""`riskapp agreement`: Krippendorff's alpha over a file of what several observers said."""

import json
from pathlib import Path
from typing import Any

import click

from riskapp.domain.agreement import Agreement, Level, Reliance, measure_agreement, reliance
from riskapp.domain.canonical import json_number
from riskapp.rubric_files.observations import Observations, read_observations

PLACES = 6

_MEANING = {
    Reliance.RELY: "from 0.800 up: rely on it",
    Reliance.TENTATIVE: "between 0.667 and 0.800: tentative conclusions only",
    Reliance.DISCUSS: "below 0.667: discuss first",
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option(
    "--level",
    type=click.Choice([each.value for each in Level]),
    default=Level.ORDINAL.value,
    show_default=True,
    help="What may be said of two values.",
)
@click.option("--json", "wants_json", is_flag=True, help="Write JSON, for other programs.")
def agreement(*, file: Path, level: str, wants_json: bool) -> None:
    """Measure how far several observers agree, as Krippendorff's alpha.

    Rows are observers, columns units, an empty cell is missing; there is no header. Ends with 2 where the
    file is wrong.
    """
    measured = Level(level)
    observations = read_observations(file, measured)
    found = measure_agreement(observations.units, measured)
    if wants_json:
        result = _as_json(found, observations, measured)
        click.echo(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        click.echo(_words(found, observations, measured))


def _as_json(found: Agreement, observations: Observations, level: Level) -> dict[str, Any]:
    return {
        "alpha": None if found.alpha is None else json_number(found.alpha),
        "low": None if found.low is None else json_number(round(found.low, PLACES)),
        "high": None if found.high is None else json_number(round(found.high, PLACES)),
        "units": found.units,
        "pairable": found.pairable,
        "observers": observations.observers,
        "level": level.value,
        "reliance": None if found.alpha is None else reliance(found.alpha).value,
        "resamples": found.resamples,
        "seed": found.seed,
    }


def _words(found: Agreement, observations: Observations, level: Level) -> str:
    counts = f"{observations.observers} observers, {found.units} units, {found.pairable} pairable values"
    counted = f"{counts}, {level.value}"
    if found.alpha is None:
        why = "no unit has two values" if found.pairable == 0 else "all pairable values are alike"
        return f"alpha is undefined: {why}\n{counted}"
    spread = (
        ""
        if found.low is None or found.high is None
        else f" ({float(found.low):.3f} to {float(found.high):.3f})"
    )
    return f"alpha {float(found.alpha):.3f}{spread}, {_MEANING[reliance(found.alpha)]}\n{counted}"
