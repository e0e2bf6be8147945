"""Places the evidence of a review in its notes: what to highlight, linked both ways."""

# Annotations stay evaluated here: from text, NamedTuple would compile each one while the program starts.
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from itertools import pairwise
from typing import Literal, NamedTuple

from reviewer.language.kept import expression
from reviewer.notes.note import Note
from reviewer.report.visible import Laid, clip, shortened, shown, visible
from validator.facts import Evidence

NOTE_LIMIT = 200_000
_CONTEXT = 1_500
_LONGEST_SEGMENT = 8_000
_LONGEST_LABEL = 64
_GAP = 40
_SENTENCE_END = expression(r"\n|[.;!?]\s")

_NOTHING = Laid("")

RefKind = Literal["supports", "missing", "attention"]


class Ref(NamedTuple):
    """Something in the report that a passage of a note belongs to: its place there and what to call it."""

    place: int
    anchor: str
    label: str
    kind: RefKind


class Segment(NamedTuple):
    """Consecutive characters of a note that belong to the same things; `refs` is empty between highlights."""

    text: Laid
    refs: tuple[Ref, ...] = ()
    kind: RefKind = "supports"
    about: str = ""


class Passage(NamedTuple):
    """A highlighted run of words: an anchor, its segments, and everything it supports."""

    anchor: str
    segments: tuple[Segment, ...]
    refs: tuple[Ref, ...]
    label: str


class Piece(NamedTuple):
    """A part of a shown note: plain text, a passage, or a notice that text was left out."""

    text: Laid = _NOTHING
    passage: Passage | None = None
    notice: str = ""


class NoteView(NamedTuple):
    """A note ready to be shown."""

    anchor: str
    id: str
    notices: tuple[str, ...]
    pieces: tuple[Piece, ...]
    clipped: str


class Quote(NamedTuple):
    """Words of a note, and the anchor of the passage they stand in when the note is shown."""

    text: str
    anchor: str | None


class Quoted(NamedTuple):
    """The words quoted from one note, each once, in the order used."""

    note_id: str
    quotes: tuple[Quote, ...]


class _Block(NamedTuple):
    start: int
    end: int
    spans: tuple[tuple[int, int, tuple[Ref, ...]], ...]


class EvidenceMap:
    """Which passage of which note each piece of evidence stands in. Built once per report, then only read."""

    def __init__(self, notes: Iterable[Note], used: Iterable[tuple[Evidence, Ref]]) -> None:
        self._texts = {note.id: note.text for note in notes}
        spans: dict[str, dict[tuple[int, int], dict[Ref, None]]] = {}
        for evidence, ref in used:
            if self._stands_in_note(evidence):
                at = spans.setdefault(evidence.note_id, {}).setdefault((evidence.start, evidence.end), {})
                at.setdefault(ref)
        self._blocks: dict[str, list[_Block]] = {}
        self._passages: dict[str, list[Passage]] = {}
        number = 0
        for note_id, text in self._texts.items():
            blocks = _blocks(text, [(s, e, tuple(refs)) for (s, e), refs in spans.get(note_id, {}).items()])
            self._blocks[note_id] = blocks
            self._passages[note_id] = [
                _passage(text, block, f"words-{number + i}") for i, block in enumerate(blocks, 1)
            ]
            number += len(blocks)

    def _stands_in_note(self, evidence: Evidence) -> bool:
        text = self._texts.get(evidence.note_id)
        found = text is not None and text[evidence.start : evidence.end]
        return bool(found) and found == evidence.text

    def passage(self, evidence: Evidence) -> Passage | None:
        """The passage that holds `evidence`, or None when its note is not at hand or reads otherwise."""
        if not self._stands_in_note(evidence):
            return None
        blocks = self._blocks[evidence.note_id]
        index = bisect_right(blocks, evidence.start, key=lambda block: block.start) - 1
        held = index >= 0 and evidence.end <= blocks[index].end
        return self._passages[evidence.note_id][index] if held else None

    def passages(self, evidence: Iterable[Evidence]) -> tuple[Passage, ...]:
        """The distinct passages that hold `evidence`, in the order of the notes."""
        found = {p.anchor: p for e in evidence if (p := self.passage(e))}
        return tuple(sorted(found.values(), key=lambda p: int(p.anchor.rpartition("-")[2])))

    def quoted(self, evidence: Iterable[Evidence]) -> tuple[Quoted, ...]:
        """The widest words quoted, note by note, each with a link to its passage when there is one."""
        by_note: dict[str, dict[Quote, None]] = {}
        for item in _widest(evidence):
            passage = self.passage(item)
            quote = Quote(clip(shown(item.text)), passage.anchor if passage else None)
            by_note.setdefault(item.note_id, {}).setdefault(quote)
        return tuple(Quoted(note_id, tuple(quotes)) for note_id, quotes in by_note.items())

    def note(self, note: Note, anchor: str) -> NoteView:
        """`note` with its passages highlighted, cut down around them when it is very long."""
        blocks = self._blocks[note.id]
        passages = self._passages[note.id]
        long = len(note.text) > NOTE_LIMIT
        context = min(_CONTEXT, NOTE_LIMIT // (2 * len(blocks) + 2)) if long else len(note.text)
        pieces: list[Piece] = []
        edges = [0, *(edge for block in blocks for edge in (block.start, block.end)), len(note.text)]
        gaps = list(zip(edges[::2], edges[1::2], strict=True))
        for index, (start, end) in enumerate(gaps):
            pieces += _between(note.text, start, end, context)
            if index < len(passages):
                pieces.append(Piece(passage=passages[index]))
        clipped = f"This note has {len(note.text):,} characters; only the parts around evidence are shown."
        return NoteView(anchor, note.id, note.notices, tuple(pieces), clipped if long else "")


def _widest(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The evidence without spans that lie inside another one; order kept."""
    items = list(dict.fromkeys(evidence))
    kept: set[Evidence] = set()
    reach: dict[str, int] = {}
    for item in sorted(items, key=lambda e: (e.start, -e.end)):
        if item.end > reach.get(item.note_id, -1):
            reach[item.note_id] = item.end
            kept.add(item)
    return [item for item in items if item in kept]


def _blocks(text: str, spans: list[tuple[int, int, tuple[Ref, ...]]]) -> list[_Block]:
    """Spans joined into blocks: overlapping ones, and neighbours within one line and sentence."""
    blocks: list[_Block] = []
    for span in sorted(spans, key=lambda s: (s[0], s[1])):
        last = blocks[-1] if blocks else None
        if last and (span[0] < last.end or _near(text, last.end, span[0])):
            blocks[-1] = _Block(last.start, max(last.end, span[1]), (*last.spans, span))
        else:
            blocks.append(_Block(span[0], span[1], (span,)))
    return blocks


def _near(text: str, end: int, start: int) -> bool:
    return start - end <= _GAP and not _SENTENCE_END.search(text, max(0, end - 1), start)


def _passage(text: str, block: _Block, anchor: str) -> Passage:
    edges = sorted({edge for start, end, _ in block.spans for edge in (start, end)})
    waiting = deque(block.spans)
    open_spans: list[tuple[int, int, tuple[Ref, ...]]] = []
    segments = []
    for left, right in pairwise(edges):
        open_spans = [span for span in open_spans if span[1] > left]
        while waiting and waiting[0][0] <= left:
            open_spans.append(waiting.popleft())
        segments.append(_segment(text[left:right], _union(refs for _, _, refs in open_spans)))
    return Passage(
        anchor,
        tuple(segments),
        _union(refs for _, _, refs in block.spans),
        shortened(shown(text[block.start : block.end]), _LONGEST_LABEL),
    )


def _segment(text: str, refs: tuple[Ref, ...]) -> Segment:
    kinds = {ref.kind for ref in refs}
    kind: RefKind = "supports" if "supports" in kinds else "attention" if "attention" in kinds else "missing"
    about = ", ".join(ref.label for ref in refs)
    return Segment(Laid(visible(clip(text, _LONGEST_SEGMENT))), refs, kind, about)


def _union(groups: Iterable[tuple[Ref, ...]]) -> tuple[Ref, ...]:
    return tuple(sorted({ref for group in groups for ref in group}, key=lambda ref: ref.place))


def _between(text: str, start: int, end: int, context: int) -> list[Piece]:
    """The plain text from `start` to `end`, its middle left out when it is longer than twice the context."""
    if end - start <= 2 * context:
        return [Piece(text=Laid(visible(text[start:end])))] if end > start else []
    left_out = end - start - 2 * context
    return [
        Piece(text=Laid(visible(text[start : start + context]))),
        Piece(notice=f"[{left_out:,} characters without evidence are not shown here]"),
        Piece(text=Laid(visible(text[end - context : end]))),
    ]
