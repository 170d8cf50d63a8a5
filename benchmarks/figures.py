"""How a figure is taken and printed."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure beside its floor of the same run and, where there is one, its goal."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    floor_name: str = ""
    goal: str = ""

    def line(self) -> str:
        """Return the figure as one line of the table."""
        ratio = f"{self.value / self.floor:5.1f} x {self.floor_name} ({self.floor:.2f})" if self.floor else ""
        return f"{self.name:<58} {self.value:>9.2f} {self.unit:<8} {self.goal:<14} {ratio}"


def median_ms(act: Callable[[], object], *, runs: int = 60, warm: int = 8) -> float:
    """Return the median wall time of an act in milliseconds, after some runs that do not count."""
    for _ in range(warm):
        act()
    taken = []
    for _ in range(runs):
        begin = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """Yield a list that holds the seconds taken once the block has ended."""
    seconds: list[float] = []
    begin = time.perf_counter()
    try:
        yield seconds
    finally:
        seconds.append(time.perf_counter() - begin)
