"""Drugs listed in one breath, for which what is said once after the last of them holds for all."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from reviewer.grounding.page import Anchor, Page, Span
from reviewer.language.companions import at_the_same_time
from reviewer.language.headed import heading_over
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.led_lists import joins_led, joins_pushed
from reviewer.language.ordinals import find_ordinals
from reviewer.language.vocabulary import tells_giving

_ITEM = expression(
    r"(?:[\s,+&/()]|\d[\d.,]*[ ]?(?:m[gl]|mcg|g|gm|units?|iu|meq|cc)\b(?:/m2|/kg)?"
    r"|\bover (?:\d\d?|two|three|four|five|ten)[ -]?min(?:ute)?s?\b|(?<![\d.:])\.?\d{1,3}(?:\.\d+)?(?![\d:.])"
    r"|\b(?:and|plus|with|c(?=[ ])|then|followed by|of|in|iv(?:pb)?|intravenous(?:ly)?|pf|preservative[- ]free|ns|d5w"
    r"|saline|swfi)\b)*",
    re.IGNORECASE,
)
_ENDS_LIST = expression(
    r"(?:\b(?:and|plus|with|c|then|followed by)|[+&/])[ \t]*(?:\d[\d.,]*[ ]?(?:m[gl]|mcg|g"
    r"|units?)[ ]?(?:of )?)?$",
    re.IGNORECASE,
)
_IN_TURN = expression(r"\b(?:then|followed by)\b", re.IGNORECASE)
_EVERY_ONE = expression(
    r"(?:[^.;]|(?<=[ap])\.(?=m\b)|(?<=[ap]\.m)\.)*?(?:,|[ ][-–—]{1,2})[ ]*(?:both|each|all)\b", re.IGNORECASE
)
_FAR_IN_LIST = 60

_BRACKETS = expression(r"\([^()\n]*\)")


def shared_by(page: Page, last: Anchor, place: int, own: Callable[[Anchor], bool]) -> Anchor | None:
    """The own mention in the list that a drug ends, where the place stands after that list ("A 8 mg and B 4 mg IVP").

    Between the names stand nothing but amounts and what joins a list; a word of its own makes each its own statement.
    """
    if place < last.end or not _ENDS_LIST.search(page.text[max(0, last.start - 24) : last.start]):
        return None
    after = last
    for anchor in page.before(last.start):
        if anchor.aside == "fluid":
            continue
        between = page.text[anchor.end : after.start]
        if len(between) > _FAR_IN_LIST or not _ITEM.fullmatch(between):
            return None
        if _IN_TURN.search(between) and not _EVERY_ONE.match(page.text, last.end, page.sentence(last.end - 1)[1]):
            return None
        if own(anchor):
            return anchor
        after = anchor
    return None


def joins(between: str) -> bool:
    """Whether words between two drugs only join a list: "150 mg IV and"."""
    return bool(_ITEM.fullmatch(between) and _ENDS_LIST.search(between) and not _IN_TURN.search(between))


def timed_before(page: Page, first: Anchor, place: int, own: Callable[[Anchor], bool]) -> Anchor | None:
    """The own mention in the list that a time right before it is told of ("At 0920 A 150 mg and B 720 mg started")."""
    if not _LEADS_LIST.fullmatch(page.text, page.sentence(place)[0], first.start):
        return None
    return _joined(page, first, own, joins)


def _joined(
    page: Page,
    first: Anchor,
    own: Callable[[Anchor], bool],
    joined: Callable[[str], bool],
    further: Callable[[str], bool] | None = None,
) -> Anchor | None:
    """The first own mention behind a drug of its sentence, where the words before every drug up to it join a list.

    `further` judges the words before the second drug of the list and the next ones, where they differ.
    """
    before = first
    for anchor in page.within((first.end, page.sentence(first.start)[1])):
        if not joined(page.text[before.end : anchor.start]):
            return None
        if own(anchor):
            return anchor
        before, joined = anchor, further or joined
    return None


_LEADS_LIST = expression(
    r"[ \t]*(?:at|@)?[ \t]*\d{1,2}:?\d\d(?:[ ]?[ap]\.?m\b\.?|[ ]?h(?:rs?|ours)?\b)?[ \t,:-]*"
    r"(?:(?:the|both|gave|started|hung|began|spiked)[ ]){0,2}(?:\d[\d.,]*[ ]?(?:m[gl]|mcg|g|units?)[ ](?:of[ ])?)?",
    re.IGNORECASE,
)


def sharing(page: Page, anchor: Anchor, place: int, own: Callable[[Anchor], bool]) -> Anchor | None:
    """The own mention in the list of a drug to which a place behind, above or right before that list belongs too."""
    for told in (shared_by, headed_by, timed_before, led_by_verb, pushed_in_turn, _of_every_one, _meanwhile):
        if mine := told(page, anchor, place, own):
            return mine
    return None


_EVERY = Lazy(r"[ ,]*(?:and[ ])?(?:both|all|each)\b", re.IGNORECASE)
_EVERY_BEHIND_DASH = Lazy(r"[ ][-–—]{1,2}[ ]*(?:both|all|each)\b[^,;.]*\Z", re.IGNORECASE)


def _of_every_one(page: Page, last: Anchor, place: int, own: Callable[[Anchor], bool]) -> Anchor | None:
    """The own mention before words that speak of every drug of their sentence ("A at 1015 and B, both via ...")."""
    if not _EVERY.match(page.text, *page.clause(place)) and not _EVERY_BEHIND_DASH.search(page.text, last.end, place):
        return None
    sentence = page.sentence(place)
    return next((a for a in page.within((sentence[0], last.start)) if own(a)), None)


def _meanwhile(page: Page, before: Anchor, place: int, own: Callable[[Anchor], bool]) -> Anchor | None:
    """The own mention behind a drug in whose time it ran ("A from 9:30 to 11:05, with B over the same minutes")."""
    last = page.sentence(place)[1]
    following = [a for a in page.named((before.end, last)) if a.key != before.key]
    if not following or not own(following[0]) or place >= following[0].start:
        return None
    end = following[1].start if len(following) > 1 else last
    return following[0] if at_the_same_time(page.text, following[0].end, end) else None


def led_by_verb(page: Page, first: Anchor, place: int, own: Callable[[Anchor], bool]) -> Anchor | None:
    """The own mention in the list that a push leads ("I pushed A 0.5 mg IV at 2012 and B 12.5 mg IV at 2014")."""
    if place >= first.start or not _PUSHED.match(page.text, place) or page.cue(first.start, first.end) != "none":
        return None
    return _joined(page, first, own, joins_led)


def pushed_in_turn(page: Page, first: Anchor, place: int, own: Callable[[Anchor], bool]) -> Anchor | None:
    """The own mention in the list whose first drug tells the push ("A 8 mg was pushed at 0905 and B 12 mg at 0908")."""
    following = next(iter(page.within((first.end, page.sentence(first.start)[1]))), None)
    if following is None or place >= following.start or not _PUSHED_OR_GIVEN.match(page.text, place):
        return None  # the time behind it is that of the first drug alone
    return _joined(page, first, own, joins_pushed, joins_led)


_PUSHED_OR_GIVEN = Lazy(
    r"(?:(?:given|administered|slow(?:ly)?|by|via|as|an) )*(?:iv[ -]?)?(?:push(?:ed)?|ivp)\b", re.IGNORECASE
)
_PUSHED = Lazy(r"(?:(?:slow(?:ly)? )?(?:iv[ -]?|intravenous )?push(?:ed|es)?|ivp)\b[^.;:,]{0,24}", re.IGNORECASE)

_HEADED_ITEM = expression(
    r"(?:[\s,+&/()@]|\d{1,2}:\d\d(?:[ ]?[ap]\.?m\b\.?)?|\bat\b"
    r"|\.?\d[\d.,]*(?:[ ]?(?:m[gl]|mcg|g|gm|units?|iu|meq|cc)\b)?|\b(?:and|plus|with)\b)*",
    re.IGNORECASE,
)


def headed_by(page: Page, first: Anchor, place: int, own: Callable[[Anchor], bool]) -> Anchor | None:
    """The own mention in the list that a heading stands over ("Premeds IVP at 0950: A 25 mg, B 20 mg")."""
    colon = page.text.rfind(":", place, first.start)
    if colon < 0 or page.text[colon + 1 : first.start].strip() or page.cue(first.start, first.end) != "none":
        return None
    before = first
    for anchor in page.within((first.start, page.sentence(first.start)[1])):
        if not _HEADED_ITEM.fullmatch(page.text, before.end, max(before.end, anchor.start)):
            return None
        if own(anchor):
            return anchor
        before = anchor
    return None


_OF_EVERY = Lazy(r"(?:,|[ ][-–—]{1,2})[ ]*(?:and[ ])?(?:both|each|all)\b", re.IGNORECASE)


def by_place(page: Page, place: int) -> list[Anchor] | None:
    """The mentions of the drug that words before a place name by its place in a list ("the second from ... to ...").

    None where no such words stand there; none of them where the list is not to be found.
    """
    sentence = page.sentence(place)
    listed = [a for a in page.within(sentence) if a.end <= place]
    spoken = find_ordinals(page.text, listed[-1].end if listed else sentence[0], sentence[1])
    spoken = [one for one in spoken if one[0] < place]
    if not spoken or _OF_EVERY.search(page.text, spoken[-1][0], place):
        return None
    if not listed:
        before = next((a for a in page.before(sentence[0]) if not a.aside), None)
        listed = page.within(page.sentence(before.start)) if before else []
    keys = list(dict.fromkeys(a.key for a in listed))
    wanted = spoken[-1][1]
    return [a for a in listed if a.key == keys[wanted - 1]] if len(keys) >= max(2, wanted) else []


_LONGEST_LIST = 2_000


def under_heading(page: Page, start: int, own: Callable[[Anchor], bool]) -> Anchor | None:
    """The own mention in the list of lines under the heading at a place ("Given IV push:"), which holds for each."""
    last = page.sentence(start)[1]
    for anchor in page.within((last, min(len(page.text), last + _LONGEST_LIST))):
        over = heading_over(page.text, anchor.start) if own(anchor) else None
        if over is not None and over.start <= start < over.end and not page.named(over):
            return anchor
    return None


def _headed_as_given(page: Page, anchor: Anchor) -> bool:
    """Whether a drug stands in a list of lines whose heading says that they were given."""
    over = heading_over(page.text, anchor.start)
    return over is not None and tells_giving(page.text[slice(*over)]) and not page.named(over)


_GAVE = Lazy(
    r"(?<!not )(?<!to )(?<!be )(?<!never )\b(?:gave|gives?|given|administer(?:ed|s)|inject(?:ed|s)|received|receives)\b"
    r"[^.;:\n]{0,40}\Z",
    re.IGNORECASE,
)
_STEP = expression(
    r"(?:[^.;:\n]|\.(?=\d|\.)|(?<=\.)\.){0,110}(?:,|\band|\bplus|&|\+)[ ]*(?:also[ ]|then[ ])?"
    r"(?:(?:an?|one|another)[ ](?:separate[ ]|second[ ])?(?:[\w-]+[ ]){1,2}(?:injection|push|shot)[ ]of[ ])?\Z"
)
_NOT_A_STEP = Lazy(
    r"\b(?:will|plan\w*|order\w*|next|held|hold|refus\w+|declin\w+|not|no|due|schedul\w+|prescri\w+|discuss\w+|home"
    r"|history|previous\w*|prior|tomorrow|later|if|may|should|prn|allerg\w+|instead|but|while|because|for which)\b",
    re.IGNORECASE,
)
_WAY_BEFORE = Lazy(
    r"\b(?:im|sq|sc|iv|sub-?cut\w*|intra-?muscular\w*|intra-?venous\w*)[ ](?:injection|push|shot)[ ]of[ ]\Z",
    re.IGNORECASE,
)
_DOSE_AND_WAY = Lazy(
    r"[^.;:,\n]{0,24}?\d[\d.,]*[ ]?(?:mg|mcg|g|units?|iu)\b[^.;:,\n]{0,16}?"
    r"\b(?:im|sq|sc|ivp|ivpb|iv|sub-?cut\w*|intra-?muscular\w*|intra-?venous\w*|push)\b",
    re.IGNORECASE,
)


def listed_as_given(page: Page, anchor: Anchor) -> bool:
    """Whether a drug goes on a list that a verb leads ("gave A 4 mg IM and B 1 mg SC", "Given IV push:" over lines)."""
    if _headed_as_given(page, anchor):
        return True
    sentence = page.sentence(anchor.start)
    listed = [one for one in page.within(sentence) if one.start <= anchor.start]
    told = _DOSE_AND_WAY.match(page.text, anchor.end) or _WAY_BEFORE.search(page.text, sentence[0], anchor.start)
    if len(listed) < 2 or not told:
        return False
    first = listed[0]
    if page.cue(first.start, first.end) != "none" or not _GAVE.search(page.text, sentence[0], first.start):
        return False
    steps = [page.text[one.end : other.start] for one, other in pairwise(listed) if one.key != other.key]
    return all(_STEP.fullmatch(step) and not _NOT_A_STEP.search(step) for step in steps)


def outside_brackets(page: Page, span: Span, named: list[Anchor], start: int) -> list[Anchor]:
    """The drugs without those that brackets set apart: "A started 0900, held 0945-1020 (B 25 mg IVP), done 1410"."""
    if len(named) < 2 or "(" not in page.text[span[0] : span[1]]:
        return named
    aside = [found.span() for found in _BRACKETS.finditer(page.text, *span)]
    aside = [one for one in aside if not one[0] <= start < one[1]]
    free = [a for a in named if not any(first < a.start and a.end < last for first, last in aside)]
    return free if any(a.start < start for a in free) else named


def without_brackets(page: Page, span: Span, anchor: Anchor) -> str:
    """The words of a span without what brackets set apart from a drug in it."""
    words = []
    place = span[0]
    for found in _BRACKETS.finditer(page.text, *page.sentence(anchor.start)):
        first, last = max(found.start(), span[0]), min(found.end(), span[1])
        if first < last and not found.start() <= anchor.start < found.end():
            words.append(page.text[place:first])
            place = last
    return " ".join([*words, page.text[place : span[1]]])
