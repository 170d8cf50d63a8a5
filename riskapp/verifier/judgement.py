"""How a verdict is found: what a document holds, against the log, the keys and the certificates at hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from riskapp.domain.shown import day
from riskapp.verifier.documents import MANIFEST_OF_REPORTS, Document, digest_of, kind_of_paper
from riskapp.verifier.findings import Belief, Findings, examine, opened
from riskapp.verifier.log_index import BATCH, PACKAGE, PAPER, PREFIX_SIZE, Entry, Log
from riskapp.verifier.notes import Keys
from riskapp.verifier.verdict import Fault, Place, Verdict, Word

_RETIRED = "Whether its version was declared retired earlier than at the decision, only the service can tell."
_NEWER = "Whether a newer decision took its place since, only the log can tell."


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the one who asks believes: a log at hand, keys of logs, fingerprints of certificates of seals."""

    today: date
    log: Log | None = None
    keys: Keys | None = None
    certificates: frozenset[str] = frozenset()

    @property
    def believed(self) -> Keys | None:
        """Return the keys whose signatures count: those given, else those of the log at hand."""
        if self.keys is not None:
            return self.keys
        return None if self.log is None else self.log.keys


@dataclass(frozen=True, slots=True)
class _Case:
    """A document with what was found in it and what the one who asks believes."""

    document: Document
    found: Findings
    trust: Trust

    def verdict(
        self,
        word: Word,
        *reasons: str,
        frozen: Entry | None = None,
        faults: tuple[Fault, ...] = (),
        newer: int | None = None,
    ) -> Verdict:
        """Return a verdict with what was found."""
        log, document, found = self.trust.log, self.document, self.found
        about = frozen.assessment if frozen else None
        named = document.at("reference")
        checked = [_sentence(each) for each in found.checked]
        if log and found.begins_with:
            seen = found.begins_with
            checked.append(
                _sentence(f"{log.words} begins with the {seen} entries that the document has seen")
            )
        claimed = _plain(named) if isinstance(named, str) else None
        return Verdict(
            word=word,
            kind=_plain(document.kind),
            digest=document.digest,
            where=_places(faults),
            reasons=(*(_sentence(each.words) for each in faults), *reasons),
            checked=tuple(dict.fromkeys(checked)),
            open=tuple(dict.fromkeys(_sentence(each) for each in found.open)),
            assessment=about,
            reference=log.reference(about) if log and about else claimed,
            superseded_by=newer,
        )


def judge(document: Document, trust: Trust) -> Verdict:
    """Return what is to be said of a document."""
    found = Findings() if document.note else examine(document, trust.believed, trust.log)
    case, log = _Case(document, found, trust), trust.log
    if document.note:
        return _checkpoint(case)
    if log is not None:
        entry = log.file(document.digest)
        if entry is not None:
            return _known_file(case, log, entry)
        frozen = _snapshot(document, log)
        if frozen is not None:
            return _of_known_snapshot(case, log, frozen)
    return _without_entry(case)


def _plain(text: str) -> str:
    """Return a text from a document as it may be written anywhere: without control characters, and short."""
    return "".join(each if each.isprintable() else "?" for each in text[:400])


def _sentence(text: str) -> str:
    words = _plain(text)
    return words if words.endswith(".") else f"{words[:1].upper()}{words[1:]}."


def _places(faults: tuple[Fault, ...]) -> tuple[Place, ...]:
    """Return where the faults are; that the file as a whole differs says nothing more than one part of it."""
    found = {each.place for each in faults}
    if found & {Place.DATA, Place.PROOF}:
        found.discard(Place.FILE)
    return tuple(each for each in Place if each in found)


def _checkpoint(case: _Case) -> Verdict:
    belief = Belief(case.trust.believed, Keys(()), case.trust.log)
    if belief.keys is None:
        return case.verdict(Word.UNKNOWN, "A checkpoint is checked with a key or a log. Give one of them.")
    signed = opened(case.document.note, "the checkpoint", belief, case.found)
    if signed is None:
        return case.verdict(
            Word.UNKNOWN, "No key that is believed here signed what it says, so it is not of this log."
        )
    if case.found.faults:
        return case.verdict(Word.ALTERED, faults=tuple(case.found.faults))
    words = f"A checkpoint over the first {signed.size} entries, signed by a key of the log."
    return case.verdict(Word.GENUINE, words)


def _snapshot(document: Document, log: Log) -> Entry | None:
    """Return the entry of the snapshot that a document was made from, or says that it was."""
    found = log.frozen(document.data_digest) if document.data is not None else None
    if found is None and len(document.identifier) == PREFIX_SIZE:
        found = log.frozen(document.identifier)
    if found is None:
        found = _by_witness(document, log)
    return found


def _by_witness(document: Document, log: Log) -> Entry | None:
    """Return the entry of the snapshot whose decision the data name by number and leaf hash."""
    number, leaf = document.at("log", "seq"), document.at("log", "entry_hash")
    kept = log.leaf(number) if type(number) is int and number > 0 else None
    return log.frozen_after(number) if kept is not None and kept.hex() == leaf else None


def _known_file(case: _Case, log: Log, entry: Entry) -> Verdict:
    """Judge a file whose digest the log names."""
    faults = case.found.all_faults()
    adopted, seal = entry.detail("certificate"), case.document.seal
    if adopted and (seal is None or seal.certificate.fingerprint != adopted):
        faults.append(
            Fault(Place.SEAL, f"entry {entry.number} names another certificate than that of the seal")
        )
    case.found.checked.append(f"entry {entry.number} names exactly this file")
    if entry.action == PAPER:
        return _known_paper(case, log, entry, faults=faults)
    if entry.action in {BATCH, PACKAGE}:
        if entry.action == BATCH:
            case.document.kind = "packed reports"
        return case.verdict(Word.GENUINE, _packed(entry))
    frozen = log.frozen(str(entry.detail("snapshot")))
    if faults or frozen is None:
        words = "the log names the file, and not the data that it was made from"
        faults += [Fault(Place.LOG, words)] if frozen is None else []
        return case.verdict(Word.ALTERED, frozen=frozen, faults=tuple(faults))
    return _standing(case, log, frozen, f"Issued on {_day_of(entry)}, byte for byte.")


def _known_paper(case: _Case, log: Log, entry: Entry, *, faults: list[Fault]) -> Verdict:
    """Judge a paper that the log names; one that is about a decision holds as long as that does."""
    if faults:
        return case.verdict(Word.ALTERED, frozen=entry, faults=tuple(faults))
    made = f"Made on {_day_of(entry)} by the service: {_named(entry) or case.document.kind}."
    about = entry.detail("about")
    snapshot = about.get("snapshot") if isinstance(about, Mapping) else None
    frozen = log.frozen(snapshot) if isinstance(snapshot, str) and snapshot else None
    if frozen is not None:
        return _standing(case, log, frozen, made)
    return case.verdict(Word.GENUINE, made, frozen=entry)


def _named(entry: Entry) -> str:
    kind = entry.detail("kind")
    return kind_of_paper(kind) if isinstance(kind, str) else ""


def _packed(entry: Entry) -> str:
    made = f"Packed on {_day_of(entry)} by the service"
    if entry.action == PACKAGE:
        return f"{made}: {_count(entry, 'assessments')}. It names each file of the package with its digest."
    days = [_date(entry.detail(name)) for name in ("since", "until")]
    period = " to ".join(day(each) for each in days if each)
    told = "Whether a decision still stands, the PDF about it tells."
    return f"{made}: {_count(entry, 'reports')} on what was decided from {period}. {told}"


def _count(entry: Entry, name: str) -> str:
    count = entry.detail(name)
    return f"1 {name.removesuffix('s')}" if count == 1 else f"{count} {name}"


def _day_of(entry: Entry) -> str:
    try:
        return day(datetime.fromisoformat(str(entry.body.get("at"))).date())
    except ValueError:
        return "an unknown day"


def _standing(case: _Case, log: Log, frozen: Entry, genuine: str) -> Verdict:
    """Say whether the decision behind a genuine document still stands."""
    newer = log.newer(frozen)
    reasons = []
    if newer is not None:
        on = f"on {newer.reference}, which re-assesses it," if newer.reassessed else "on the same assessment"
        reasons.append(
            f"A newer decision {on} took its place on {_day_of(newer.entry)}: entry {newer.entry.number}."
        )
    decision = log.decision(frozen)
    if decision is not None:
        genuine += f" The decision was: {str(decision.detail('outcome')).replace('-', ' ')}."
    expires = _date(decision.detail("expires_on")) if decision else None
    if expires is not None and expires < case.trust.today:
        reasons.append(f"The approval expired on {day(expires)}.")
    if expires is not None:
        others = log.lapses(frozen.assessment or "")
        reasons += others or ()
        case.found.open.extend([] if others is not None else [_RETIRED])
    if reasons:
        number = newer.entry.number if newer else None
        return case.verdict(Word.LAPSED, genuine, *reasons, frozen=frozen, newer=number)
    until = f" The approval holds until {day(expires)}." if expires else ""
    return case.verdict(Word.CURRENT, f"{genuine} No newer decision is in {log.words}.{until}", frozen=frozen)


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _of_known_snapshot(case: _Case, log: Log, frozen: Entry) -> Verdict:
    """Judge a document of which the log knows the data, and not the file."""
    document, faults = case.document, case.found.all_faults()
    unchanged = document.data_digest == frozen.subject
    if not unchanged and not any(each.place is Place.DATA for each in faults):
        words = f"its data are not those that entry {frozen.number} names"
        faults += [Fault(Place.DATA, words)] if document.data is not None else []
    if not document.is_pdf:
        if faults or not unchanged:
            return case.verdict(Word.ALTERED, frozen=frozen, faults=tuple(faults))
        return _standing(case, log, frozen, f"Entry {frozen.number} names exactly these data.")
    issued = log.issued(frozen.subject)
    if issued is None and not faults:
        words = (
            f"Its data are those of entry {frozen.number}, but {log.words} names no file issued from them."
        )
        return case.verdict(Word.UNKNOWN, words, frozen=frozen)
    if issued is not None:
        faults += _difference(document, issued, faults)
    beside = any(each.place is Place.DATA for each in faults)
    words = "The assessment in it is unchanged" + (", and what stands beside it is not." if beside else ".")
    kept = (words,) if unchanged else ()
    return case.verdict(Word.ALTERED, *kept, frozen=frozen, faults=tuple(faults))


def _difference(document: Document, issued: Entry, faults: list[Fault]) -> list[Fault]:
    """Say how a file differs from the one that was issued, beyond the faults that were found."""
    size = issued.detail("unsealed_size")
    whole = isinstance(size, int) and digest_of(document.raw[:size]) == issued.detail("unsealed")
    adopted, seal = issued.detail("certificate"), document.seal
    found = []
    if seal is not None and adopted and seal.certificate.fingerprint != adopted:
        by = seal.certificate.subject
        found = [Fault(Place.SEAL, f"it was sealed anew by {by}, with another certificate than at its issue")]
    elif whole and seal is not None:
        found = [Fault(Place.SEAL, "the seal is not the one with which it was issued")]
    elif whole and not faults and b"startxref" not in document.raw[size:]:
        return [Fault(Place.SEAL, "the seal was cut off")]
    located = {each.place for each in faults} & {Place.FILE, Place.DATA, Place.PROOF}
    ends_well = whole and (bool(found) or bool(faults))
    return found if located or ends_well else [*found, _other_file(issued)]


def _other_file(issued: Entry) -> Fault:
    words = (
        f"the file is not the one that was issued: entry {issued.number} names SHA-256 {issued.detail('pdf')}"
    )
    return Fault(Place.FILE, words)


def _without_entry(case: _Case) -> Verdict:
    """Judge a document that no log at hand names."""
    document, found, trust = case.document, case.found, case.trust
    seal = document.seal
    if document.is_zip:
        return case.verdict(Word.UNKNOWN, _unknown_zip(document, trust.log))
    if found.faults and document.is_ours:
        return case.verdict(Word.ALTERED, faults=tuple(found.faults))
    if document.is_draft and seal is None:
        return case.verdict(
            Word.UNKNOWN, "It says that it is a draft. Drafts are kept nowhere and not sealed."
        )
    if found.faults:
        return case.verdict(Word.UNKNOWN, *(_sentence(each.words) for each in found.faults))
    if not document.is_ours or seal is None:
        return case.verdict(Word.UNKNOWN, _unsealed(document, trust.log))
    claimed = (
        f"Its seal is that of {seal.certificate.subject} (certificate {seal.certificate.fingerprint}), "
        f"made on {day(seal.at.date())}."
    )
    return _sealed(case, claimed, seal.certificate.fingerprint)


def _unknown_zip(document: Document, log: Log | None) -> str:
    if document.is_editable:
        return "A copy to edit is no record of anything. Verify the PDF of the report."
    told = f"{log.words} does not name it" if log else "There is no log at hand to ask"
    return (
        f"{_sentence(told)} Packed reports are verified as they were downloaded. An exported log and a "
        "package are verified by the verify.pyz in them."
    )


def _unsealed(document: Document, log: Log | None) -> str:
    what = "bears no seal" if document.is_pdf else "is data without a seal"
    if not document.is_ours:
        return "It is no document of riskapp."
    if document.kind == MANIFEST_OF_REPORTS:
        return (
            "It lists packed reports and is named nowhere. Verify the ZIP as downloaded, or the PDFs in it."
        )
    return f"It {what}, and " + (
        f"{log.words} does not name it." if log else "there is no log at hand to ask."
    )


def _sealed(case: _Case, claimed: str, fingerprint: str) -> Verdict:
    """Judge a document with a right seal that no log at hand names."""
    found, log = case.found, case.trust.log
    newer = log is not None and found.entry is not None and found.entry.number > log.size
    vouched = fingerprint in case.trust.certificates
    if log is not None and newer:
        vouched |= fingerprint in log.certificates()
    elif log is not None:
        known = "a certificate of this log" if fingerprint in log.certificates() else "nobody known here"
        words = f"It is sealed by {known}, yet {log.words} names neither the file nor its data."
        return case.verdict(Word.UNKNOWN, claimed, words)
    if found.foreign:
        words = "Its proof is signed by another log than the one whose key is believed here."
        return case.verdict(Word.UNKNOWN, claimed, words)
    if not vouched:
        asked = "Give the log, or the certificate as you know it from elsewhere."
        words = f"It agrees with itself, but nobody here vouches for that certificate. {asked}"
        proven = "Its data are those of a log whose key you gave." if found.proven else ""
        return case.verdict(Word.UNKNOWN, *filter(None, (claimed, proven, words)))
    if case.document.at("decision") is None:
        return case.verdict(Word.GENUINE, claimed)
    found.open.append(_NEWER)
    expires = _shown_day(case.document.at("decision", "expires"))
    if expires is not None and expires < case.trust.today:
        return case.verdict(Word.LAPSED, claimed, f"The approval expired on {day(expires)}.")
    return case.verdict(Word.GENUINE, claimed)


def _shown_day(value: object) -> date | None:
    """Return the day that reports show as `2 January 2026`."""
    try:
        return datetime.strptime(str(value), "%d %B %Y").date()  # noqa: DTZ007 (a day, no instant)
    except ValueError:
        return None
