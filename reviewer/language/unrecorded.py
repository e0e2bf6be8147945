"""Words in a note that are no record of the visit: addressed to a program, its data, an example, a question, an error.

They are read by nobody, neither as documentation nor as a request. The rules are narrow, because what they take away
may be a service: a whole line, a marked block, or the table under a heading that says it is an example.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.repeated import copies
from reviewer.language.sentences import STAMP, Span, lines

_SHAPELESS = expression("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_MARKED = (
    ("<!--", "-->"),
    ("<script", "</script>"),
    ("<style", "</style>"),
    ("<|im_start|>", "<|im_end|>"),
    *((f"[{word}]", f"[/{word}]") for word in ("inst", "instruction", "instructions", "system", "prompt", "command")),
    ("<<sys>>", "<</sys>>"),
    ("<note number=", "</note>"),
)
_OBJECT = expression(r'\{\s*"[\w $.-]{1,60}"\s*:')
_LONGEST_OBJECT = 20_000
_ADDRESSED = Lazy(
    r"(?:^|[^\w\s][ \t]*|\b(?:please|now|must|and)[ ])(?:ignore|disregard|forget)\b[^.\n]{0,20}?"
    r"\b(?:previous|prior|above|earlier|all|your|these|those|the|any)\b[^.\n]{0,20}?"
    r"\b(?:instructions|rules|prompts?|guardrails|directives)\b|"
    r"^[^\w\n]{0,20}(?:system (?:prompt|message|override|instructions?)\b|override[ ]*:|"
    r"#{2,}[ ]*(?:instruction|response|system|user|assistant)s?\b|"
    r"(?:respond|reply|answer) with\b|(?:output|return) (?:only|exactly)\b|"
    r"expected output\b)|"
    r"^[^\w\n]{0,20}(?:\w{2,20}\][ ]?)?(?:set|update|let)[ ][\w. -]{2,40}[ .](?:start|stop|end|time)\w*[ ]?:?=[ ]?\d|"
    r"\byou are (?:now )?an? (?:\w+ )?(?:assistant|coder|bot|coding (?:engine|expert|assistant))\b|"
    r"\bprompt injection\b|\bdeveloper mode\b|"
    # "AI" alone is an aromatase inhibitor.
    r"\b(?:to|for|dear|attention|attn|hey|you are (?:now )?an?)[ :]+(?:the |any |all |this |a )?"
    r"(?:(?:ai|llm|artificial intelligence) (?:model|coder|reader|reviewer|system|tool|assistant|agent)s?|"
    r"llm|chat ?bot|chat ?gpt|(?:large )?language models?)\b|\b(?:dear|attention|hey|you are (?:now )?an)[ :]+ai\b|"
    r"\b(?:the )?(?:reader|model|coder|program|software|reviewer) (?:must|shall|should|has to) (?:now )?"
    r"(?:output|report|answer|return|bill|code|claim|add|set)\b",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESSED_ABROAD = Lazy(
    r"\bignorier\w*[^.\n]{0,30}\b(?:regeln|anweisung\w*|vorgaben)|\banweisung(?:en)? an die ki\b|"
    r"\b(?:ignora|ignore|olvida|olvide|ignorad|dimentica|desconsidere|desconsidera)\b[^.\n]{0,30}\b(?:reglas|"
    r"instrucciones|regras|instru[cç][oõ]es|istruzioni|regole)|"
    r"\b(?:ignorez|ignore|oubliez|oublie)\b[^.\n]{0,30}\b(?:consignes|r[eè]gles|instructions)|"
    r"\b(?:negeer|vergeet)\b[^.\n]{0,30}\b(?:instructies|regels)|\b(?:zignoruj|pomi[nń])\b[^.\n]{0,30}\b(?:zasady|"
    r"instrukcje)|\b(?:kurallar\w*|talimatlar\w*)\b[^.\n]{0,20}\byok say|\bb[oỏ] qua\b[^.\n]{0,20}\b(?:quy t[aắ]c|"
    r"h[uư][oớ]ng d[aẫ]n)|\babaikan\b[^.\n]{0,30}\b(?:aturan|instruksi)|"
    r"\b(?:du bist ein|sei un|eres un|tu es un|voc[eê] [eé] um)e?[ ](?:assistent\w*|asistente|assistant|ki)\b",
    re.IGNORECASE,
)
_ADVICE = Lazy(
    r"\b(?:remember|reminder|be sure|make sure|don'?t forget|tip|hint)\b[^.\n]{0,30}\b(?:to |for )?(?:document|chart)"
    r"(?:ing|ation)?\b[^.\n]{0,20}:|"
    r"^(?:<[^>\n]{1,60}>|[^\w\n<]){0,20}(?:example|template|placeholder|"
    r"sample (?:note|entry|text|documentation|wording)|dummy (?:text|note))"
    r"[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_UNTOLD = Lazy(
    r"(?:^|(?<=[.;?])[ ]|^[^\w\n]{0,20}\d\d?:?\d\d[ ]{1,4})[^\w\n]{0,20}(?:"
    r"(?:pretend|assume|assuming|suppose|supposing|imagine|act as if|what if|for example,|e\.g\.|"
    r"in a case study)(?!\w)|"
    r"had [^.,\n]{1,40}\bbeen\b[^.\n]{0,60}\bwould\b|"
    r"(?:hypothetical|scenario|mock|simulated|dummy|copy[- ]?paste|todo coder|wrong (?:patient|chart)|not true|untrue|"
    r"(?:charted|entered|documented) (?:in error|on (?:the )?wrong (?:patient|chart))|"
    r"(?:note )?(?:for|to) (?:the )?(?:coders?|billers?|coding|billing)|coder|biller)\b[^:,.\n]{0,30}[:,]|"
    r"the following is (?:a|an) (?:simulated|fictional|sample|example|hypothetical|mock)|"
    r"(?:did|was|were|has|have|does|is(?! (?:there|(?:that|this|it) (?:right|correct|ok(?:ay)?|billable|allowed))\b)|"
    r"are(?! there)|could|would|should)\b[^.?;:\n]{3,120}\?"
    r"(?![ \t]*(?:y\b|yes|no\b|n\b|x\b|\[|\(|[☐☑☒✓✔])))|"
    r"(?:^|(?<=[.;])[ ])[^.;\n]{0,80}\b(?:would have (?:been|completed|ended|finished|run|started)|"
    r"(?:should|must) be (?:considered|treated as|counted as|regarded as))\b",
    re.IGNORECASE | re.MULTILINE,
)
_ITEM_MARKS = " \t\n-*•>#"
_CASE_HEADS = ("scenario", "example", "for example", "suppose", "assume", "in a case study")
_SENTENCE_END = expression(r"(?<!\be\.g)[.?](?=\s|\Z)|\n|\Z", re.IGNORECASE)
_DATA_TAG = expression(r"<\w{2,40}\s[^<>\n]{0,400}?\b(?:start|stop|drug|dose|time|given)=[\"'][^<>\n]{0,400}>")
_EXAMPLE_HEADING = Lazy(
    r"\b(?:for|as) (?:an? )?(?:training|teaching|demonstration|illustration|demo)(?: purposes?)? only\b|"
    r"\bexample (?:only|mar|note|entry|record|chart)\b|"
    r"\bnot a (?:real |actual )?(?:patient|medical) record\b|\bsample (?:mar|chart|record)\b",
    re.IGNORECASE,
)
_QUOTED = Lazy(
    r"\b(?:read|reads|reading|copied|quot\w+|heard|found|seen|saw|pasted|says)\b[^\"“”.\n]{0,40}\b(?:web ?sites?|"
    r"internet|online|web ?page|brochure|leaflet|handout|article|forum|video|book|app)\b[^\"“”.\n]{0,20}"
    r"[\"“][^\"“”\n]*[\"”]",
    re.IGNORECASE,
)
_TURN = expression(r"[^\w\n]{0,20}(user|human|system|assistant|ai|model)[ \t]*:", re.IGNORECASE)
_ASKING = frozenset({"user", "human", "system"})
_TURNS_APART = 4
_HEADING = expression(r"[^\n]{0,80}:[ \t]*\Z|[^a-z\n]{4,80}\Z")
_FOREIGN_LETTERS = 6
_FAMILIAR = ("LATIN", "GREEK", "MICRO", "OHM", "ANGSTROM", "FEMININE", "MASCULINE", "FULLWIDTH", "MODIFIER")


@lru_cache(maxsize=16)
def unrecorded(text: str) -> tuple[Span, ...]:
    """The spans of a text that are no record of the visit, in order, none touching another."""
    plain, origin = _plain(text)
    found = sorted([*_marked(plain), *_objects(plain), *_lines(plain), *_foreign(plain)])
    joined: list[Span] = []
    for start, end in found:
        if joined and start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(end, joined[-1].end))
        else:
            joined.append(Span(start, end))
    return tuple(Span(origin[one.start], origin[one.end - 1] + 1) if origin else one for one in joined)


def left_out(text: str) -> str:
    """The numbers of the lines with words that are no record ("2, 5-7"); "" when there are none."""
    told, line, place = [], 1, 0
    for start, end in unrecorded(text):
        first = line + text.count("\n", place, start)
        line, place = first + text.count("\n", start, end), end
        told.append(f"{first}" if first == line else f"{first}-{line}")
    return ", ".join(dict.fromkeys(told))


def recorded(text: str) -> str:
    """The text, of the same length, with what is no record blanked out and parted from what stands around it.

    So is a passage that stands before in the same words: what it tells of was done once.
    """
    kept = _without(text, unrecorded(text))
    return _without(kept, tuple((one.start, one.end) for one in copies(kept)))


def repeats(text: str) -> tuple[str, ...]:
    """Which lines of a record repeat which, in words: "lines 9-15 repeat lines 1-7"."""
    return tuple(
        f"{_numbers(one.lines)} repeat{'s' if one.lines[0] == one.lines[1] else ''} {_numbers(one.of)}"
        for one in copies(_without(text, unrecorded(text)))
    )


def _numbers(ends: tuple[int, int]) -> str:
    return f"lines {ends[0]}-{ends[1]}" if ends[0] != ends[1] else f"line {ends[0]}"


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, place = [], 0
    for start, end in spans:
        # A blank line at both ends: no sentence, list or row may be read across what is left out.
        gap = "".join("\n" if char == "\n" else " " for char in text[start:end])
        parts += [text[place:start], "\n" + gap[1:-1] + "\n" if end - start > 1 else gap]
        place = end
    return "".join([*parts, text[place:]]) if parts else text


def _plain(text: str) -> tuple[str, tuple[int, ...]]:
    """The text without characters that have no shape, and with wide letters as plain ones; where each came from."""
    if text.isascii():
        return text, ()
    kept, origin = [], []
    for index, char in enumerate(text):
        if _SHAPELESS.match(char):
            continue
        wide = unicodedata.normalize("NFKC", char) if ord(char) > 0x2FFF else char
        kept.append(wide if len(wide) == 1 else char)
        origin.append(index)
    return "".join(kept), tuple(origin)


def _marked(text: str) -> Iterator[Span]:
    """Comments and programs of a page, and the marks with which conversations are written for models."""
    low = text.lower()
    if len(low) != len(text):
        return
    for opens, closes in _MARKED:
        place, closed = low.find(opens), True
        while place >= 0:
            end = low.find(closes, place) if closed else -1
            closed = end >= 0
            # What is never closed is left out to the end of its line only: a note must not vanish for a slip.
            stop = end + len(closes) if closed else _line_end(low, place)
            yield Span(place, stop)
            place = low.find(opens, stop)


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return end if end >= 0 else len(text)


def _objects(text: str) -> Iterator[Span]:
    """Data written as JSON."""
    done = 0
    for found in _OBJECT.finditer(text):
        if found.start() >= done:
            done = _close(text, found.start())
            yield Span(found.start(), done)


def _close(text: str, start: int) -> int:
    depth, quoted, place = 0, False, start
    last = min(len(text), start + _LONGEST_OBJECT)
    while place < last:
        char = text[place]
        if char == "\\":
            place += 1
        elif char == '"':
            quoted = not quoted
        elif not quoted and char in "{}":
            depth += 1 if char == "{" else -1
            if depth == 0:
                return place + 1
        place += 1
    blank = text.find("\n\n", start, last)
    return blank if blank >= 0 else last


def _lines(text: str) -> Iterator[Span]:
    """Lines that address a program or advise the writer, with what a heading among them is over; quotations."""
    every = lines(text)
    starts = [line.start for line in every]

    def number(found: re.Match[str]) -> int:
        return bisect_right(starts, found.start()) - 1

    for found in _QUOTED.finditer(text):
        yield Span(found.start(), found.end())
    for found in _ADVICE.finditer(text):
        if not _heads_note(text, found):
            yield Span(found.start(), every[number(found)].end)
    for found in _DATA_TAG.finditer(text):
        yield Span(found.start(), found.end())
    for found in _UNTOLD.finditer(text):
        if _heads_note(text, found):
            continue
        ended = _SENTENCE_END.search(text, found.end() - (found[0] or "")[-1:].count("?"))
        yield Span(found.start(), ended.end() if ended else len(text))
    for found in (*_ADDRESSED.finditer(text), *_ADDRESSED_ABROAD.finditer(text)):
        line = every[number(found)]
        under = _HEADING.fullmatch(text, line.start, line.end)
        yield Span(line.start, _under(text, every, number(found), stamped=False) if under else line.end)
    for found in _EXAMPLE_HEADING.finditer(text):
        yield Span(every[number(found)].start, _under(text, every, number(found), stamped=True))
    yield from _turns(text, every)


def _heads_note(text: str, found: re.Match[str]) -> bool:
    """Whether words head the whole note, as they do published cases; an aside stands within a note."""
    before = text[: found.start()].strip(_ITEM_MARKS + "0123456789.)")
    return not before and found[0].strip(_ITEM_MARKS).lower().startswith(_CASE_HEADS)


def _under(text: str, every: tuple[Span, ...], heading: int, *, stamped: bool) -> int:
    """Where ends what stands under a heading: at a blank line (but for one right below) or the next heading.

    Without `stamped` a line that a clock leads is the record's own.
    """
    end = every[heading].end
    for number in range(heading + 1, len(every)):
        line = every[number]
        words = text[line.start : line.end].strip()
        if not words and end > every[heading].end:
            break
        if words and _HEADING.fullmatch(words) and any(map(str.isalpha, words)) and "|" not in words:
            break
        if not stamped and STAMP.match(text, line.start, line.end):
            break
        if words:
            end = line.end
    return end


def _turns(text: str, every: tuple[Span, ...]) -> Iterator[Span]:
    """A conversation with a program, from its first turn to its last: "assistant:" alone is a person who helped."""
    first = last = -_TURNS_APART
    sides: set[bool] = set()
    for number, line in enumerate(every):
        found = _TURN.match(text, line.start, line.end)
        if not found:
            continue
        if number - last >= _TURNS_APART:
            first, sides = number, set()
        last = number
        sides.add(found[1].lower() in _ASKING)
        if len(sides) == 2:
            yield Span(every[first].start, line.end)
            first = number


def _foreign(text: str) -> Iterator[Span]:
    """Lines in a script that none of the readers knows; a name or a sign of it stays."""
    if text.isascii():
        return
    for line in lines(text):
        words = text[line.start : line.end]
        if not words.isascii() and sum(map(_is_foreign, words)) >= _FOREIGN_LETTERS:
            yield line


@lru_cache(maxsize=1024)
def _is_foreign(char: str) -> bool:
    return char.isalpha() and not char.isascii() and not unicodedata.name(char, "").startswith(_FAMILIAR)
