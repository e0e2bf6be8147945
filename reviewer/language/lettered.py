"""One expression for words of several kinds that looks at the first letter of a word before anything else.

`re` tries the alternatives of an expression one after the other. With some two hundred wordings, parted by what they
tell, each word of a note is compared with all of them; parted by first letter, with the few that begin as it does.
"""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.language.leading import Guards, alternatives, closing, said_after

_GROUP = "(?:"
_BEHIND = ("(?<!", "(?<=")
_QUANTIFIERS = ("?", "*", "+", "{")


def lettered(kinds: tuple[tuple[str, str], ...]) -> str:
    """An expression for the words of all kinds (name, expression); those named first win where two begin alike.

    The group that matches is named after kind and letter, as "start_h"; `kind_of` gives the kind. Raises ValueError
    for a wording that may begin with something else than a letter.
    """
    by_letter: dict[str, dict[str, list[str]]] = {}
    for kind, words in kinds:
        for one in alternatives(words):
            for letter, rest in _after_letter(one, ()):
                by_letter.setdefault(letter, {}).setdefault(kind, []).append(rest)
    return "|".join(f"{letter}(?:{_groups(letter, of_kind)})" for letter, of_kind in sorted(by_letter.items()))


def kind_of(group: str) -> str:
    """The kind that a group of `lettered` stands for."""
    return group.rpartition("_")[0]


def _groups(letter: str, of_kind: dict[str, list[str]]) -> str:
    return "|".join(f"(?P<{kind}_{letter}>{'|'.join(rests)})" for kind, rests in of_kind.items())


def _after_letter(one: str, guards: Guards) -> Iterator[tuple[str, str]]:
    """The letters a wording may begin with, each with the rest of it; what is looked behind for is said after them."""
    if one.startswith(_BEHIND):
        end = closing(one, 0)
        yield from _after_letter(one[end + 1 :], (*guards, (one[:4], one[4:end])))
    elif one.startswith(_GROUP):
        end = closing(one, 0)
        inner, rest = alternatives(one[len(_GROUP) : end]), one[end + 1 :]
        if rest.startswith("?"):
            inner, rest = [*inner, ""], rest[1:]
        if rest.startswith(_QUANTIFIERS):
            raise ValueError(f"what may come several times cannot lead: {one}")
        for part in inner:
            yield from _after_letter(part + rest, guards)
    elif one[:1].isalpha() and one[1:2] not in _QUANTIFIERS:
        yield one[0], said_after(guards, one[0]) + one[1:]
    else:
        raise ValueError(f"no letter leads: {one}")
