"""The clock of the worked example: acts happen some time apart, in the days before it is loaded."""

from datetime import UTC, datetime, time, timedelta

from riskapp.worked_example.story_format import Story


class StoryClock:
    """Stands still at an instant until it is told to advance.

    The story lasts as long as planned and ends at `now`. Where it cannot begin early enough for that, because
    its facts were collected later or the log goes on until later, acts follow in quicker succession.
    """

    def __init__(
        self, story: Story, *, planned: timedelta, now: datetime, not_before: datetime | None
    ) -> None:
        """Begin at the latest of what the facts, the log and the plan allow, and never after `now`."""
        collected = datetime.combine(story.facts_collected_on, time.min, UTC)
        bounds = [now - planned, *(each for each in (collected, not_before) if each and each <= now)]
        self._now = now
        self._at = max(bounds)
        self._pace = min(1.0, (now - self._at) / planned)

    def __call__(self) -> datetime:
        """Return the instant at which the clock stands."""
        return self._at

    def advance(self, planned: timedelta) -> None:
        """Let as much time pass as was planned, or as there is for it."""
        self._at = min(self._now, self._at + planned * self._pace)
