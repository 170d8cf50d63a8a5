"""The entrance of `verify.pyz`: reads the command line and the clock, nothing else of its surroundings."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from riskapp.verifier.command import main

sys.exit(main(sys.argv[1:], here=Path(sys.argv[0]).resolve().parent, today=datetime.now(UTC).date()))
