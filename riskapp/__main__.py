"""`python -m riskapp` is the command line."""

from riskapp.cli import main

main()
