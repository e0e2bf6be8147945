"""Where words that a model copied stand in a text: as written, normalised, or with a table's separators left out."""

import re
from functools import lru_cache

from reviewer.grounding.quotes import Place, places

_WORD = re.compile(r"[^\s|;,]+")
_BETWEEN = r"[\s|;,]*"
_LAST = 160
_MOST_WORDS = 60
_FEWEST_IN_RUN = 4


def found(text: str, words: str) -> tuple[Place, ...]:
    """Every place of the words in the text, of the strictest kind that has any.

    A model that copies a row of a table leaves out its bars and blanks: the words then have to follow each other
    with nothing but separators between them. One that rewords the middle of a sentence still points by the longest
    run of its words that the note has, if that is at least half of them. The place is the note's own characters in
    every case, and only what stands there is read.
    """
    return places(text, words) or _apart(text, words) or _longest_run(text, words)


@lru_cache(maxsize=256)
def _apart(text: str, words: str) -> tuple[Place, ...]:
    pieces = _WORD.findall(words)
    if not 1 < len(pieces) <= _MOST_WORDS:
        return ()
    form = re.compile(r"(?<!\w)" + _BETWEEN.join(map(re.escape, pieces)) + r"(?!\w)", re.IGNORECASE)
    return tuple(Place(one.start(), one.end(), "normalised") for one in form.finditer(text))


@lru_cache(maxsize=256)
def _longest_run(text: str, words: str) -> tuple[Place, ...]:
    pieces = words.split()
    if len(pieces) > _MOST_WORDS:
        return ()
    for length in range(len(pieces) - 1, max(_FEWEST_IN_RUN, (len(pieces) + 1) // 2) - 1, -1):
        for first in range(len(pieces) - length + 1):
            if there := places(text, " ".join(pieces[first : first + length])):
                return there
    return ()


def stands_near_the_end(words: str | None, text: str) -> bool:
    """Whether words stand in the last part of a text, as they do when a model read it to its end."""
    tail = text.rstrip()[-_LAST:]
    return bool(words and any(char.isalnum() for char in words) and found(tail, words))
