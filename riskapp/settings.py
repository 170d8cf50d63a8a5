"""What an operator can set, read from RISKAPP_* variables; everything has a default for one machine."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from riskapp.domain.errors import InvalidError
from riskapp.domain.text_rules import line_fault

HIGHEST_PORT = 65_535
LONGEST_LINE = 80
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_ADDRESS = re.compile(r"[^@\s,<>\"]+@[^@\s,<>\"]+")
MEGABYTE = 1_000_000
FORM_OVERHEAD = 4 * MEGABYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """Where e-mail is handed over, from whom and to whom; `security` is starttls, tls or none."""

    host: str
    port: int
    security: str
    sender: str
    recipients: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealToken:
    """The hardware token with the key of the seal: its maker's library, its name, the label of the key."""

    module: Path
    name: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where data lies and how the service answers.

    `data` holds the embedded database, the files and the secret key. `secure_cookies` is for
    service behind TLS; `trusted_proxy` is the address of the proxy that ends it, whose word on where a
    request comes from is taken. `upload_limit` is in bytes, `session_hours` until a sign-in lapses;
    `organisation` is the name that reports bear, `house` the folder that gives them their look; `smtp` is
    None where no e-mail is sent. `checkpoint_folder` takes the log's checkpoints to another disk or machine;
    None keeps them with the data. `seal_file` is the PKCS#12 file
    of the seal and `seal_token` the token with its key; with neither, the service makes one. `timestamp_url`
    is the time stamp server.
    """

    data: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    secure_cookies: bool = False
    trusted_proxy: str | None = None
    upload_limit: int = 20 * MEGABYTE
    session_hours: int = 12
    organisation: str = ""
    house: Path | None = None
    checkpoint_folder: Path | None = None
    smtp: Smtp | None = None
    seal_file: Path | None = None
    seal_token: SealToken | None = None
    seal_password_file: Path | None = None
    timestamp_url: str = field(default="", repr=False)

    @property
    def checkpoints(self) -> Path:
        """Return the folder of the files that hold the log's signed checkpoints."""
        return self.checkpoint_folder or self.data / "log" / "checkpoints"

    @property
    def body_limit(self) -> int:
        """Return how large a request may be, in bytes.

        A file of twice the limit still gets in, to be refused by its page with everything that was typed.
        """
        return 2 * self.upload_limit + FORM_OVERHEAD

    @property
    def files(self) -> Path:
        """Return the folder of the content-addressed store."""
        return self.data / "files"


class _Reader:
    """Reads variables and collects what is wrong with them; an empty variable counts as not set."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: dict[str, str] = {}

    def words(self, name: str, default: str) -> str:
        return self._environment.get(name, "").strip() or default

    def line(self, name: str) -> str:
        raw = self.words(name, "")
        if raw and (fault := line_fault(raw, LONGEST_LINE)):
            self.problems[name] = fault
        return raw

    def number(self, name: str, default: int, *, highest: int | None = None) -> int:
        raw = self.words(name, str(default))
        number = int(raw) if raw.isascii() and raw.isdecimal() else 0
        if number and (highest is None or number <= highest):
            return number
        limits = "above 0" if highest is None else f"from 1 to {highest}"
        self.problems[name] = f"is {raw!r}; give a whole number {limits}"
        return default

    def choice(self, name: str, default: str, *others: str) -> str:
        raw = self.words(name, default).lower()
        if raw in {default, *others}:
            return raw
        self.problems[name] = f"is {raw!r}; give {', '.join(others)} or {default}"
        return default

    def addresses(self, name: str) -> tuple[str, ...]:
        found = tuple(each.strip() for each in self.words(name, "").split(",") if each.strip())
        wrong = [each for each in found if not _ADDRESS.fullmatch(each)]
        if wrong or not found:
            said = f"holds {wrong[0]!r}" if wrong else "is not set"
            self.problems[name] = f"{said}; give e-mail addresses, set apart by commas"
        return found

    def path(self, name: str) -> Path | None:
        raw = self.words(name, "")
        return Path(raw).resolve() if raw else None

    def web_address(self, name: str) -> str:
        raw = self.words(name, "")
        if raw and not _WEB_ADDRESS.fullmatch(raw):
            self.problems[name] = "is no address; give one that begins with https:// or http://"
        return raw

    def yes(self, name: str) -> bool:
        raw = self.words(name, "no").lower()
        if raw not in {"yes", "no"}:
            self.problems[name] = f"is {raw!r}; give yes or no"
        return raw == "yes"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that the environment asks for; raises InvalidError naming each bad variable."""
    reader = _Reader(environment)
    data = Path(reader.words("RISKAPP_DATA", "var")).resolve()
    settings = Settings(
        data=data,
        database_url=reader.words("RISKAPP_DATABASE_URL", f"sqlite:///{data / 'riskapp.sqlite'}"),
        host=reader.words("RISKAPP_HOST", "127.0.0.1"),
        port=reader.number("RISKAPP_PORT", 8000, highest=HIGHEST_PORT),
        threads=reader.number("RISKAPP_THREADS", 8),
        secure_cookies=reader.yes("RISKAPP_SECURE_COOKIES"),
        trusted_proxy=reader.words("RISKAPP_TRUSTED_PROXY", "") or None,
        upload_limit=reader.number("RISKAPP_UPLOAD_LIMIT", 20 * MEGABYTE),
        session_hours=reader.number("RISKAPP_SESSION_HOURS", 12),
        organisation=reader.line("RISKAPP_ORGANISATION"),
        house=reader.path("RISKAPP_HOUSE"),
        checkpoint_folder=reader.path("RISKAPP_CHECKPOINTS"),
        smtp=_smtp(reader),
        seal_file=reader.path("RISKAPP_SEAL_FILE"),
        seal_token=_seal_token(reader),
        seal_password_file=reader.path("RISKAPP_SEAL_PASSWORD_FILE"),
        timestamp_url=reader.web_address("RISKAPP_TIMESTAMP_URL"),
    )
    reader.problems |= _seal_problems(settings)
    if reader.problems:
        raise InvalidError(reader.problems)
    return settings


def _seal_token(reader: _Reader) -> SealToken | None:
    module = reader.path("RISKAPP_SEAL_MODULE")
    if module is None:
        return None
    name, label = reader.words("RISKAPP_SEAL_TOKEN", ""), reader.words("RISKAPP_SEAL_LABEL", "")
    for setting, value in (("RISKAPP_SEAL_TOKEN", name), ("RISKAPP_SEAL_LABEL", label)):
        if not value:
            reader.problems[setting] = "is not set, and RISKAPP_SEAL_MODULE is; name token and key"
    return SealToken(module=module, name=name, label=label)


def _seal_problems(settings: Settings) -> dict[str, str]:
    """Return which settings of the seal do not go together."""
    file, token, secret = settings.seal_file, settings.seal_token, settings.seal_password_file
    if file and token:
        return {"RISKAPP_SEAL_MODULE": "is set beside RISKAPP_SEAL_FILE; set the one that holds the key"}
    if secret and not (file or token):
        alone = "is set without RISKAPP_SEAL_FILE or RISKAPP_SEAL_MODULE; set one of them, or none"
        return {"RISKAPP_SEAL_PASSWORD_FILE": alone}
    if token and not secret:
        return {"RISKAPP_SEAL_PASSWORD_FILE": "is not set; name the file that holds the PIN of the token"}
    return {}


def _smtp(reader: _Reader) -> Smtp | None:
    host = reader.words("RISKAPP_SMTP_HOST", "")
    if not host:
        return None
    security = reader.choice("RISKAPP_SMTP_SECURITY", "starttls", "tls", "none")
    usual = {"starttls": 587, "tls": 465, "none": 25}[security]
    sender = reader.addresses("RISKAPP_SMTP_FROM")
    return Smtp(
        host=host,
        port=reader.number("RISKAPP_SMTP_PORT", usual, highest=HIGHEST_PORT),
        security=security,
        sender=sender[0] if sender else "",
        recipients=reader.addresses("RISKAPP_SMTP_TO"),
        user=reader.words("RISKAPP_SMTP_USER", ""),
        password=reader.words("RISKAPP_SMTP_PASSWORD", ""),
    )
