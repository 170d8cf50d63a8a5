"""The digest by e-mail: a letter with the table attached, through the organisation's own mail server."""

import smtplib
import ssl
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from riskapp.domain.digest import LONGEST_HORIZON, Digest
from riskapp.domain.digest_files import digest_letter, digest_table
from riskapp.domain.errors import InvalidError, ProductError
from riskapp.domain.shown import day
from riskapp.settings import Smtp

SECONDS_TO_ANSWER = 30


class MailError(ProductError):
    """The mail server did not take the letter; the message says why and what to do."""


def digest_message(digest: Digest, server: Smtp) -> EmailMessage:
    """Return the letter as it is sent."""
    count = len(digest.entries)
    message = EmailMessage()
    message["Subject"] = f"Approvals of language models: {count} {'thing' if count == 1 else 'things'} lapse"
    message["From"] = server.sender
    message["To"] = ", ".join(server.recipients)
    message["Date"] = format_datetime(digest.at)
    message["Message-ID"] = f"<digest-{digest.at:%Y%m%dT%H%M%S%f}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(digest_letter(digest))
    name = f"lapses-{digest.today.isoformat()}.csv"
    message.add_attachment(digest_table(digest).encode(), maintype="text", subtype="csv", filename=name)
    return message


def send_digest(digest: Digest, server: Smtp | None) -> str:
    """Send the digest and return in words what was sent.

    Raises InvalidError where no mail server is set, and MailError where it does not take the letter.
    """
    if server is None:
        message = "is not set; name the mail server, the sender and the recipients (docs/operations.md)"
        raise InvalidError({"RISKAPP_SMTP_HOST": message})
    letter = digest_message(digest, server)
    try:
        with _connected(server) as connection:
            if server.user:
                connection.login(server.user, server.password)
            refused = connection.send_message(letter)
    except (OSError, smtplib.SMTPException) as error:
        reason = f"{server.host}:{server.port} did not take the digest ({type(error).__name__})."
        raise MailError(
            f"{reason} Check RISKAPP_SMTP_* and the server's own log, then send again."
        ) from error
    taken = [each for each in server.recipients if each not in refused]
    last = day(digest.today + timedelta(days=LONGEST_HORIZON))
    return f"{len(digest.entries)} entries up to {last} sent to {', '.join(taken)}"


def _connected(server: Smtp) -> smtplib.SMTP:
    if server.security == "tls":
        trust = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS_TO_ANSWER, context=trust)
    connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS_TO_ANSWER)
    if server.security == "starttls":
        try:
            connection.starttls(context=ssl.create_default_context())
        except BaseException:
            connection.close()
            raise
    return connection
