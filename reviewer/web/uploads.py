"""Files of a note as text for the boxes: plain text, Word, PDF, RTF and HTML, several at once."""

from __future__ import annotations

from reviewer.errors import InputError
from reviewer.notes.loading import NOTE_SUFFIXES
from reviewer.queue.intake.files import File, text_of

_KINDS = (
    ("mar", ("mar", "medication administration")),
    ("order", ("order",)),
    ("nursing", ("nurs", "infusion", "rn ")),
    ("physician", ("physician", "provider", "progress", "clinic", "consult", "h&p", "md ")),
)
_OTHER = "it is no kind of file that notes are read from: use text, Word, PDF, RTF or HTML"


def boxes_of(files: list[tuple[str, bytes]]) -> tuple[tuple[str, str], ...]:
    """Kind and text of each file, the kind by its name. `InputError` says which file, by its place, and why."""
    return tuple((_kind(name), _text(place, name, raw)) for place, (name, raw) in enumerate(files, 1))


def _text(place: int, name: str, raw: bytes) -> str:
    # The name may be a patient's: it is told to nobody, not even in a refusal.
    file = File((name.rpartition("/")[2].rpartition("\\")[2] or "note",), f"File {place}", lambda: raw)
    if file.suffix not in NOTE_SUFFIXES:
        raise InputError(f"{file.name}: {_OTHER}.")
    return text_of(file).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _kind(name: str) -> str:
    spelt = name.lower().replace("_", " ").replace("-", " ").rpartition(".")[0] + " "
    return next((kind for kind, words in _KINDS if any(word in spelt for word in words)), "other")
