"""The command line: every command is imported when it is called, so that each starts quickly."""

from importlib import import_module

import click

from riskapp import __version__
from riskapp.domain.errors import ProductError

COMMANDS = {
    "serve": ("riskapp.cli.server:serve", "Serve the pages on this machine."),
    "worker": ("riskapp.cli.worker:worker", "Make reports and batches beside the service."),
    "demo": ("riskapp.cli.demonstration:demo", "Load the worked example."),
    "db": ("riskapp.cli.database:db", "Look after the database."),
    "verify": ("riskapp.cli.verify:verify", "Say whether a report or another document is genuine."),
    "log": ("riskapp.cli.logs:log", "Verify, sign, prove and export the log."),
    "seal": ("riskapp.cli.seals:seal", "Show, hand out and renew the certificate of the seal."),
    "house": ("riskapp.cli.house:house", "Try the look of the organisation's reports."),
    "audit": ("riskapp.cli.audit:audit", "Hand out what is stored, with its proof."),
    "user": ("riskapp.cli.users:user", "Look after the people who sign in."),
    "rubric": ("riskapp.cli.rubrics:rubric", "Check and show rubrics."),
    "score": ("riskapp.cli.score:score", "Score a file of answers by a rubric."),
    "rank": ("riskapp.cli.rankings:rank_files", "Rank candidates, and say how far the order holds."),
    "next": ("riskapp.cli.questions:next_questions", "List what to find out next about a candidate."),
    "agreement": ("riskapp.cli.agreement:agreement", "Measure how far several observers agree."),
    "digest": ("riskapp.cli.digests:digest", "Send the digest of what lapses by e-mail."),
    "portfolio": ("riskapp.cli.portfolio:portfolio", "Make the PDF of everything that is decided."),
    "report": ("riskapp.cli.reports:report", "Make the PDF report on a file of answers."),
    "report batch": ("riskapp.cli.report_batches:batch", "Pack the reports of a period into a ZIP."),
}
"""Each command, of one word or two, with the place of its code and its line in the help."""

USAGE_FAILED = 2


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, or None where there is none of this name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first two words name, or the first, and what comes after."""
        if (name := " ".join(args[:2])) in COMMANDS and len(args) > 1:
            return name, self.get_command(ctx, name), args[2:]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a refusal of the product becomes a message and exit code 2."""
        try:
            return super().invoke(ctx)
        except ProductError as error:
            click.echo(str(error), err=True)
            ctx.exit(USAGE_FAILED)


@click.group(cls=LazyGroup)
@click.version_option(__version__, prog_name="riskapp")
def main() -> None:
    """Assess the risk of language models, decide, and keep the proof of what was decided.

    Every command ends with 0 where it did what it was asked for, and with 2 where it was asked wrongly or
    what it needs cannot be used; the reason is on standard error. A check that finds something ends with 1,
    a score that a gate rejects with 3. `riskapp COMMAND --help` says more.
    """
