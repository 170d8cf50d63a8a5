"""What a document in other hands says about the log: a checkpoint, alone or inside a report."""

from riskapp.domain.signed_note import NoteError, SignedNote, parse_note
from riskapp.verifier.documents import read_document
from riskapp.verifier.refusal import Refused


def witness_in(content: bytes) -> SignedNote:
    """Return the signed checkpoint in a checkpoint file, a report's data, or a report as PDF.

    Raises NoteError where there is none.
    """
    try:
        document = read_document(content)
    except Refused as refusal:
        raise NoteError(str(refusal)) from refusal
    note = document.note or document.at("log", "checkpoint", "note")
    if not isinstance(note, str):
        raise NoteError("is no report that witnesses a checkpoint")
    return parse_note(note)
