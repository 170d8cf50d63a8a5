"""The service verifies its own log, all the time and a little at a time, and is loud where it disagrees."""

import logging
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from riskapp.domain.errors import ProductError
from riskapp.domain.log_check import Disagreement, Fault, LogCheck
from riskapp.domain.signed_note import NoteError
from riskapp.services.log_keys import publish_checkpoint
from riskapp.services.log_verification import (
    Held,
    check_guards,
    known_keys,
    outside_claims,
    published,
    say_all,
    stored_claims,
    take_batch,
)
from riskapp.services.work import Office
from riskapp.storage.checkpoints import CheckpointFile, checkpoint_files
from riskapp.storage.log_scan import raw_entries
from riskapp.storage.log_tree import log_size
from riskapp.storage.record_check import told_records, untold_records
from riskapp.storage.role_check import RoleCheck
from riskapp.storage.row_check import RowCheck

STEP = 500
"""How many entries a tick looks at: some tens of milliseconds."""

ROUND_EVERY = timedelta(hours=6)
"""When the whole log is read anew, from its first entry; new entries are read as they come."""

SECONDS_BEHIND, SECONDS_ABREAST = 0.25, 2.0

_logger = logging.getLogger("riskapp.watch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the log stands: verified up to which entry, since when whole, when looked at last, what disagrees.

    `whole_since` is the instant at which the first complete reading without disagreement ended, None
    before that and in an alarm. `hindrance` says why nothing could be read or written at the last tick.
    """

    verified: int = 0
    complete: bool = False
    whole_since: datetime | None = None
    looked_at: datetime | None = None
    disagreements: tuple[Disagreement, ...] = ()
    hindrance: str = ""

    @property
    def alarm(self) -> bool:
        """Return whether something disagrees."""
        return bool(self.disagreements)


class Watch:
    """Reads the log step by step; one thread ticks, any thread may ask how the log stands."""

    def __init__(self, office: Office, checkpoint_folder: Path, *, step: int = STEP) -> None:
        """Watch the log of an office, and keep its checkpoints in files in a folder."""
        self._office = office
        self._folder = checkpoint_folder
        self._step = step
        self._check, self._rows, self._roles = LogCheck(), RowCheck(), RoleCheck()
        self._round_begun: datetime | None = None
        self.standing = Standing()

    def run(self, stopping: threading.Event) -> None:
        """Tick until told to stop."""
        while not stopping.wait(SECONDS_ABREAST if self.standing.complete else SECONDS_BEHIND):
            self.tick()

    def tick(self) -> None:
        """Look at the next entries; what hinders it is noted and tried again at the next tick."""
        now = self._office.now()
        if self._round_begun is None or now - self._round_begun >= ROUND_EVERY:
            self._check, self._rows, self._roles = LogCheck(), RowCheck(), RoleCheck()
            self._round_begun = now
        hindrance = self._publish()
        try:
            complete = self._step_on()
        except (SQLAlchemyError, ProductError, OSError) as error:
            _logger.warning("The log could not be verified just now: %s", error)
            complete, hindrance = self.standing.complete, f"the log could not be read: {error}"
            self._round_begun = None
        except Exception as fault:  # noqa: BLE001 (an alarm says it)
            self._say_unforeseen(fault)
            complete, self._round_begun = self.standing.complete, None
        self._note(now, complete=complete, hindrance=hindrance)

    def _publish(self) -> str:
        try:
            publish_checkpoint(self._office, self._folder)
        except (OSError, SQLAlchemyError, ProductError) as error:
            _logger.warning("The checkpoints could not be written to %s: %s", self._folder, error)
            return f"checkpoints could not be written to files: {error}"
        except Exception as fault:  # noqa: BLE001 (an alarm says it)
            self._say_unforeseen(fault)
        return ""

    def _say_unforeseen(self, fault: Exception) -> None:
        """Call what nobody foresaw in the record an alarm: it is how a hand from outside would show."""
        _logger.critical("ALARM: the log could not be verified", exc_info=fault)
        self._check.say(Fault.RECORD, None, f"what is kept cannot be read ({type(fault).__name__})")

    def _step_on(self) -> bool:
        """Check the next entries with all that is claimed of them; return whether these were the last."""
        check = self._check
        low = check.seq
        files = [each for each in checkpoint_files(self._folder) if each.size > low]
        with self._office.reading() as connection:
            keys = known_keys(self._office, connection)
            if (size := log_size(connection)) < low:
                words = f"the log ends at entry {size}, and held {low} before: the newest entries were erased"
                check.say(Fault.ERASED, size + 1, words)
            batch = raw_entries(connection, after=low, limit=self._step)
            at_end = len(batch) < self._step
            up_to = None if at_end else batch[-1].seq
            held = self._held([each for each in files if up_to is None or each.size <= up_to])
            claims = chain(
                stored_claims(check, connection, keys, after=low, up_to=up_to),
                outside_claims(check, held, keys),
            )
            left = deque(sorted(claims, key=lambda each: each.size))
            take_batch(check, batch, left)
            self._roles.take(batch)
            say_all(check, told_records(connection, batch))
            say_all(check, self._rows.take(connection, batch))
            if at_end and (batch or not self.standing.complete):
                check_guards(check, connection)
                say_all(check, untold_records(connection))
                say_all(check, self._rows.end(connection))
                say_all(check, self._roles.end(connection))
        if at_end:
            check.end(left)
        return at_end

    def _held(self, files: Iterable[CheckpointFile]) -> list[Held]:
        try:
            return published(files)
        except NoteError as error:
            self._check.say(Fault.SIGNATURE, None, f"a checkpoint file in {self._folder} {error}")
            return []

    def _note(self, now: datetime, *, complete: bool, hindrance: str) -> None:
        """Publish how the log stands; a disagreement stays until the service is started again."""
        before = self.standing
        known = set(before.disagreements)
        fresh = [each for each in dict.fromkeys(self._check.found) if each not in known]
        for each in fresh:
            _logger.critical("ALARM: the log disagrees: %s. Run: riskapp log verify", each.words)
        disagreements = (*before.disagreements, *fresh)[:100]
        whole_since = before.whole_since
        if disagreements:
            whole_since = None
        elif complete and whole_since is None:
            whole_since = now
        self.standing = Standing(
            verified=self._check.seq,
            complete=complete,
            whole_since=whole_since,
            looked_at=now,
            disagreements=disagreements,
            hindrance=hindrance,
        )
