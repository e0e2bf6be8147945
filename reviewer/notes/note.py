"""One note of an encounter: an id and its text, as the reader, grounding and report all see it."""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
import hashlib

from validator.facts import Frozen


class Note(Frozen):
    """A note's text after decoding, with line ends as LF. All spans are code points in `text`."""

    id: str
    text: str
    own: str | None = None
    """The note's own text, where `text` is it as it is read (`reviewer.language.as_read`)."""
    places: tuple[int, ...] | None = None
    """Where each character of `text`, and its end, stands in `own`; None where it stands at the same place."""
    notices: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Hash of the text, the note's identity in a stored review."""
        return hashlib.sha256(self.text.encode()).hexdigest()
