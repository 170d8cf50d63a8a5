"""What a document says of itself and of the log, checked piece by piece."""

from dataclasses import dataclass, field

from riskapp.domain.ledger import includes, leaf_digest
from riskapp.domain.signed_note import Checkpoint, parse_checkpoint, parse_note
from riskapp.verifier.documents import ENTRY, KEYS, PROOF, RUBRIC, Document, digest_of, entry_in, proof_in
from riskapp.verifier.log_index import FROZEN, Entry, Log
from riskapp.verifier.notes import Keys
from riskapp.verifier.refusal import Refused
from riskapp.verifier.verdict import Fault, Place

_OF_THE_PROOF = {ENTRY, PROOF, KEYS}


@dataclass(slots=True)
class Findings:
    """What was found: faults, what was checked, and `entry`, which names the data, where its proof holds.

    `begins_with` is the most entries that the document has seen of which the log at hand still has all.
    `proven` says whether that proof is signed by a key that somebody else than the document vouches for;
    `foreign` that a checkpoint in it is signed only by keys of its own while others are believed.
    """

    faults: list[Fault] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    entry: Entry | None = None
    begins_with: int = 0
    proven: bool = False
    foreign: bool = False

    def fault(self, place: Place, words: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(place, words))

    def all_faults(self) -> list[Fault]:
        """Return the faults of a document that is of the log at hand, where a foreign proof is one."""
        words = "its proof is signed by keys that stand in the document and nowhere else"
        return [*self.faults, *([Fault(Place.PROOF, words)] if self.foreign else [])]


@dataclass(frozen=True, slots=True)
class Belief:
    """Whose signatures are believed: `keys` of others if there are any, else the document's `own`."""

    keys: Keys | None
    own: Keys
    log: Log | None


def examine(document: Document, keys: Keys | None, log: Log | None) -> Findings:
    """Check a document against itself, with the keys that are believed, and against a log at hand."""
    found = Findings()
    belief = Belief(keys, _own_keys(document, found), log)
    for name in document.damaged:
        place = Place.PROOF if name in _OF_THE_PROOF else Place.DATA
        found.fault(place, f"the enclosed {name} is damaged and cannot be unpacked")
    if document.data is not None and not document.content:
        found.fault(Place.DATA, "its data are no JSON")
    _check_proof(document, belief, found)
    _check_rubric(document, found)
    _check_witness(document, belief, found)
    if document.seal_fault:
        found.fault(Place.SEAL, document.seal_fault)
    if document.file_fault:
        found.fault(Place.FILE, document.file_fault)
    if document.seal:
        found.checked.append("the seal covers the whole file and is right")
    return found


def sizes_seen(document: Document) -> tuple[frozenset[int], frozenset[int]]:
    """Return of how many entries a document has seen roots, and the numbers of entries that it names."""
    notes = [document.note, str(document.at("log", "checkpoint", "note") or "")]
    numbers = [document.at("log", "seq")]
    try:
        proof = proof_in(document.enclosed.get(PROOF, b""))
        notes.append(proof.note)
        numbers.append(proof.index + 1)
    except Refused:
        pass
    sizes = set()
    for note in notes:
        try:
            sizes.add(parse_checkpoint(parse_note(note).text).size)
        except ValueError:
            continue
    return frozenset(sizes), frozenset(each for each in numbers if type(each) is int)


def _own_keys(document: Document, found: Findings) -> Keys:
    text = document.enclosed.get(KEYS, b"").decode("utf-8", "replace")
    try:
        return Keys(text.splitlines())
    except Refused as refusal:
        found.fault(Place.PROOF, f"its {KEYS}: {refusal}")
        return Keys(())


def opened(note: str, source: str, belief: Belief, found: Findings) -> Checkpoint | None:
    """Return a checkpoint that a believed key signed; else note why not.

    One that is signed by keys of the document's own, while others are believed, makes it foreign.
    """
    believed = belief.keys if belief.keys is not None else belief.own
    try:
        signed = believed.opened(note, source)
    except Refused as refusal:
        try:
            belief.own.opened(note, source)
        except Refused:
            found.fault(Place.PROOF, str(refusal))
        else:
            found.foreign = True
        return None
    _compare_with_log(signed, belief.log, found)
    return signed


def _compare_with_log(signed: Checkpoint, log: Log | None, found: Findings) -> None:
    if log is None:
        return
    if signed.size > log.size:
        found.open.append(
            f"{log.words} ends at entry {log.size}, before entry {signed.size}, which the document has seen"
        )
    elif log.root(signed.size) != signed.root:
        found.fault(
            Place.LOG,
            f"{log.words} does not begin with the {signed.size} entries that the document has seen; "
            "have the log verified",
        )
    else:
        found.begins_with = max(found.begins_with, signed.size)


def _check_proof(document: Document, belief: Belief, found: Findings) -> None:
    """Check that the entry in the document names its data and is in the log of its checkpoint."""
    raw, text = document.enclosed.get(ENTRY), document.enclosed.get(PROOF)
    if raw is None or text is None:
        if (raw is None) != (text is None) and not document.damaged:
            found.fault(Place.PROOF, f"its {ENTRY if raw is None else PROOF} is missing")
        return
    try:
        body, proof = entry_in(raw), proof_in(text)
    except Refused as refusal:
        found.fault(Place.PROOF, str(refusal))
        return
    entry = Entry(proof.index + 1, body)
    signed = opened(proof.note, "the checkpoint in its proof", belief, found)
    if signed is None:
        return
    leads = includes(
        leaf=leaf_digest(raw), index=proof.index, size=signed.size, root=signed.root, proof=proof.steps
    )
    if not leads or body.get("seq") != entry.number:
        found.fault(
            Place.PROOF, f"its proof does not lead from entry {entry.number} to the signed checkpoint"
        )
        return
    if entry.action != FROZEN:
        found.fault(Place.PROOF, f"its proof is about another entry ({entry.action})")
        return
    found.checked.append(f"entry {entry.number} is in the log of {signed.size} entries that was signed")
    found.entry = entry
    if document.data is not None and entry.subject != document.data_digest:
        found.fault(Place.DATA, f"its data are not those that entry {entry.number} names")
    elif document.data is not None:
        found.proven = belief.keys is not None
        found.checked.append(f"its data are those that entry {entry.number} names")


def _check_rubric(document: Document, found: Findings) -> None:
    rubric, named = document.enclosed.get(RUBRIC), document.at("rubric", "digest")
    if rubric is None or not named:
        return
    if digest_of(rubric) == named:
        found.checked.append("the rubric in it is the one that the data name")
    else:
        found.fault(Place.DATA, "the rubric in it is not the one that the data name")


def _check_witness(document: Document, belief: Belief, found: Findings) -> None:
    """Check what the data themselves have seen of the log: the entry of the decision."""
    told = document.at("log")
    seen = document.at("log", "checkpoint")
    if not isinstance(seen, dict) or not isinstance(told, dict):
        return
    signed = opened(str(seen.get("note", "")), "the checkpoint in its data", belief, found)
    if signed is None:
        return
    try:
        steps = tuple(bytes.fromhex(str(each)) for each in seen.get("proof", ()))
        leaf, index = bytes.fromhex(str(told.get("entry_hash"))), int(told.get("seq", 0)) - 1
    except (ValueError, TypeError, OverflowError):
        found.fault(Place.DATA, "its data name no entry of a log")
        return
    agrees = includes(leaf=leaf, index=index, size=signed.size, root=signed.root, proof=steps)
    if not agrees or (seen.get("size"), seen.get("root")) != (signed.size, signed.root.hex()):
        found.fault(Place.DATA, "its data do not lead from the entry of the decision to their checkpoint")
