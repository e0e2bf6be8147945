"""Words that go on about the infusion told before, whatever drug they name beside it.

"It was started at 0915 after premedication with Benadryl 25 mg IV push, and was complete at 1020."
"""

from __future__ import annotations

import re

from reviewer.language.lazy import Lazy

AFTER_ANOTHER = (
    r"\b(?:after|following)\b(?=[ ](?:(?:her|his|the|iv|oral)[ ])?(?:pre-?med\w*|pre-?treat\w*|receiving|getting"
    r"|being[ ]given|(?-i:[A-Z])[\w-]+(?:[ ]\([\w-]+\))?[ ]\d[\d.,]*[ ]?(?:mg|mcg|g|units?)\b))"
)
"""Where the words about one drug end and those about what was given before it begin."""
ITS_START = Lazy(
    r"\W*(?:the[ ]|this[ ])?(?:infusion|it|drip)\b(?![ ](?:of|with)\b)"
    r"|\W*(?:the[ ]nurse|nurse|rn|she|he|i|we)[ ](?:then[ ])?(?:gives|gave|administers|administered|injects|injected"
    r"|starts|started|hangs|hung|infuses|infused|pushes|pushed)[ ]it\b",
    re.IGNORECASE,
)
LEADS_ON = Lazy(
    r"(?:\b(?:then|and|next|later|beforehand|earlier|before[ ]that|after[ ]that|afterwards?|finally|subsequently"
    r"|thereafter)|;)[ ,]*\Z",
    re.IGNORECASE,
)
"""What stands before a time set apart by commas that leads the drug behind it: "and then, at 8:15, X"."""
_ENDED = Lazy(
    r"\W*(?:it[ ])?(?:was[ ]|is[ ]|had[ ])?(?:then[ ]|finally[ ])?(?:complete|finish|end|stop|conclud)", re.IGNORECASE
)
_AFTER = Lazy(r"\b(?:after|following)\b", re.IGNORECASE)


_TERSE_END = Lazy(
    r"\W*(?:(?:then|so|was|all|infusion|drip|bag|it)[ ])*(?:stop(?:ped)?|held|paused?|(?:shut|turned"
    r"|switched)[ ]off|off|"
    r"halted|complete[d]?|done|finished|ended|d/?c['’]?d|discontinued|restarted|resumed|back[ ]on)[ ]*"
    r"(?:(?:at[ ]|@[ ]?|by[ ])?\d{1,2}:?\d\d(?:[ ]?[ap]\.?m?\.?)?[ ]*(?:h(?:rs?)?)?)?\W*",
    re.IGNORECASE,
)


_TERSE_BEGINNING = Lazy(
    r"\W*(?:(?:then|and|the|new|infusion|bag|drip|iv)[ ])*(?:on|up|hung|started|begun|spiked)[ ]*(?:at[ ]|@[ ]?)?"
    r"(?:\d{1,2}:?\d\d(?:[ ]?[ap]\.?m?\.?)?)?\W*",
    re.IGNORECASE,
)


def begins_tersely(words: str) -> bool:
    """Whether words are nothing but a beginning and its time ("0900 on"), which is of a bag and of no push."""
    return bool(_TERSE_BEGINNING.fullmatch(words))


def ends_tersely(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is nothing but an act on a running infusion and its time ("Stopped at 0941")."""
    return bool(_TERSE_END.fullmatch(text, start, end))


def begins_before(text: str, start: int, end: int, named: int) -> bool:
    """Whether text[start:end] tells how an earlier infusion began, after a drug named from `named` on."""
    return bool(ITS_START.match(text, start, end) and _AFTER.search(text, start, named))


def only_ends(text: str, start: int, end: int) -> bool:
    """Whether a stretch has no subject of its own and tells an end, which what was pushed before cannot have."""
    return bool(_ENDED.match(text, start, end))
