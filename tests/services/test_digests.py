"""The digest gathers what lapses, leaves through a mail server, and is read through a feed of its own."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlalchemy import select

from riskapp.domain.authority import Role
from riskapp.domain.digest import Lapse
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from riskapp.services.candidates import revise_candidate
from riskapp.services.conditions import act_on_condition
from riskapp.services.digest_mail import MailError, send_digest
from riskapp.services.digests import coming, digest
from riskapp.services.dossiers import dossier
from riskapp.services.feeds import create_feed, reader_of_feed, revoke_feed
from riskapp.services.users import change_roles
from riskapp.services.work import Office
from riskapp.settings import Smtp
from riskapp.storage.tables import metadata
from tests.assessment_builders import CANDIDATE
from tests.builders import person
from tests.conftest import Clock
from tests.lapse_builders import TODAY, an_approval
from tests.services.test_conditions import closing


def lapses(office: Office) -> list[tuple[str, Lapse]]:
    with office.reading() as connection:
        found = digest(connection, office.now())
    assert not found.is_cut
    return [(each.on.isoformat(), each.kind) for each in found.entries]


def test_the_digest_holds_what_lapses_in_the_coming_90_days(office: Office, clock: Clock) -> None:
    approved = an_approval(office, expires_in=80)
    with office.reading() as connection:
        candidate_id = dossier(connection, approved.id).candidate.candidate_id
    retiring = replace(CANDIDATE, retires_on=TODAY + timedelta(days=70))
    revise_candidate(office, None, candidate_id, retiring, seen=1)
    an_approval(office, expires_in=120, conditions=())
    expected = [
        ("2026-12-24", Lapse.CONDITION_DUE),
        ("2027-01-30", Lapse.ANSWERS_EXPIRE),
        ("2027-01-30", Lapse.ANSWERS_EXPIRE),
        ("2027-02-02", Lapse.VERSION_RETIRES),
        ("2027-02-12", Lapse.APPROVAL_EXPIRES),
    ]
    assert lapses(office) == expected
    with office.reading() as connection:
        first = coming(connection, office.now(), most=2)
    assert [each.kind for each in first] == [Lapse.CONDITION_DUE, Lapse.VERSION_RETIRES]
    act_on_condition(office, approved.opened.lead, closing(approved))
    assert lapses(office) == expected[1:]
    clock.advance(days=85)
    assert [kind for _, kind in lapses(office)] == [Lapse.APPROVAL_EXPIRES]


def test_a_feed_is_read_with_its_token_alone_until_it_is_revoked(office: Office) -> None:
    buyer = person(office, "pia", Role.PROCUREMENT)
    token = create_feed(office, buyer)
    with office.reading() as connection:
        reader = reader_of_feed(connection, token)
        kept = connection.execute(select(metadata.tables["calendar_feed"])).one()
        assert reader_of_feed(connection, f"{token}x") is None
    assert reader == buyer
    assert token not in str(kept)
    newer = create_feed(office, buyer)
    with office.reading() as connection:
        assert reader_of_feed(connection, token) is None
        assert reader_of_feed(connection, newer) == buyer
    revoke_feed(office, buyer)
    with office.reading() as connection:
        assert reader_of_feed(connection, newer) is None
    with pytest.raises(ConflictError, match="no calendar feed"):
        revoke_feed(office, buyer)


def test_a_feed_ends_with_the_role_that_it_needs(office: Office) -> None:
    buyer = person(office, "pia", Role.PROCUREMENT)
    token = create_feed(office, buyer)
    admin = person(office, "root", Role.ADMINISTRATOR)
    change_roles(office, admin, buyer.id, frozenset({Role.ASSESSOR}))
    with office.reading() as connection:
        assert reader_of_feed(connection, token) is None
    with pytest.raises(ForbiddenError):
        create_feed(office, person(office, "ada", Role.ASSESSOR))


class _Mailbox(socketserver.ThreadingTCPServer):
    """A mail server that takes every letter and keeps it."""

    letters: list[bytes]
    said: list[str]


class _Session(socketserver.StreamRequestHandler):
    server: _Mailbox

    def answer(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        self.answer("220 ready")
        while line := self.rfile.readline().decode().strip():
            self.server.said.append(line)
            match line.split()[0].upper():
                case "DATA":
                    self.answer("354 go on")
                    self.server.letters.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                    self.answer("250 kept")
                case "QUIT":
                    self.answer("221 goodbye")
                    return
                case _:
                    self.answer("250 well")


@contextmanager
def mailbox() -> Iterator[_Mailbox]:
    with _Mailbox(("127.0.0.1", 0), _Session) as server:
        server.letters, server.said = [], []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def smtp(port: int) -> Smtp:
    return Smtp(
        host="127.0.0.1",
        port=port,
        security="none",
        sender="riskapp@example.org",
        recipients=("buyers@example.org", "lead@example.org"),
    )


def test_the_digest_is_handed_to_the_mail_server_with_its_table(office: Office) -> None:
    an_approval(office, expires_in=80)
    with office.reading() as connection:
        found = digest(connection, office.now())
    with mailbox() as server:
        told = send_digest(found, smtp(server.server_address[1]))
    assert told == "3 entries up to 22 February 2027 sent to buyers@example.org, lead@example.org"
    assert [line for line in server.said if line.startswith("rcpt")] == [
        "rcpt TO:<buyers@example.org>",
        "rcpt TO:<lead@example.org>",
    ]
    letter = message_from_bytes(server.letters[0], policy=default)
    assert isinstance(letter, EmailMessage)
    assert letter["Subject"] == "Approvals of language models: 3 things lapse"
    body, (table,) = letter.get_body(), list(letter.iter_attachments())
    assert body
    assert "condition 1 is due: Mask personal data. (Platform team)" in body.get_content()
    assert (table.get_content_type(), table.get_filename()) == ("text/csv", "lapses-2026-11-24.csv")


def test_without_a_mail_server_or_with_one_that_is_away_it_says_what_to_do(office: Office) -> None:
    with office.reading() as connection:
        found = digest(connection, office.now())
    with pytest.raises(InvalidError, match="RISKAPP_SMTP_HOST: is not set"):
        send_digest(found, None)
    with mailbox() as server:
        port = server.server_address[1]
    with pytest.raises(MailError, match=r"did not take the digest \(ConnectionRefusedError\)"):
        send_digest(found, smtp(port))
