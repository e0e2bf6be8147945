"""What a sentence of a query is by its grammar: who it is about, what it takes for granted, what it bids.

Closed classes only: pronouns, verbs of supposing and of changing, conjunctions, and the nouns of the exchange itself.
"""

from __future__ import annotations

import re

_SUPPOSE = (
    r"(?:assum|suppos|presum|guess|gather|reckon|imagin|conclud|infer|figur|believ|suspect|doubt|bet|think|take it)"
    r"(?:e|es|ed|ing|s)?"
)
_SUPPOSED = re.compile(
    rf"(?i)\b(?:i|we)(?:'m|'re|'d| am| are| would| have to| had to| can only)?(?: \w+ly| just| only)? {_SUPPOSE}\b|"
    rf"(?:^|[.,;:(]\s|- )(?:just |only )?(?:assum|suppos|presum|guess|gather|reckon|imagin|infer|figur)(?:e|ing)\b"
    r"(?! (?:\d|what|when|which|who|how|why|whether))"
)
_BY_SILENCE = re.compile(
    r"(?i)\bunless\b[^.?!]*\b(?:otherwise|different\w*|object\w*|correct(?:ed|s)? (?:me|us)|tell(?:s)? me|says? no)\b|"
    r"\b(?:if|when) (?:i|we) (?:hear|get|receive) (?:nothing|no \w+)\b[^.?!]*\b(?:will|'ll|shall)\b(?! (?:note|close))"
)
_REASON_FIRST = re.compile(
    r"(?i)^\W*(?:since|as|because|given that|seeing (?:that|as)|considering)\b"
    r"(?! (?:recorded|observed|charted|noted|far)\b)[^,]{4,}, (?P<bid>[^.?!]*)"
)
_BIDS = re.compile(
    r"(?i)^(?:(?:please|pls|kindly|just|simply|so|then)\b ?)*(?:(?:could|can|would|will) you\b|"
    r"(?:document|add|write|enter|put|state|chart|record|note|list|include|use|count|set|fill|make|mark|call)\b)"
)
_ASKS = re.compile(
    r"(?i)\b(?:what|when|where|which|who|whom|whose|how|why|whether|clarify|explain|describe|let (?:me|us) know)\b"
)
_VALUE = r"(?:\d{1,2}:?\d\d|any ?(?:time|thing)\b[^.?!]{0,30}|(?:about |around )?\w+ (?:minutes?|hours?))"
_TOGETHER = re.compile(
    r"(?i)\b(?:let's|let us|shall we|why don't we|can we)(?: just)? (?:say|call|put|make|use|go with|assume|agree)\b|"
    rf"(?:^|[,;:] ){_VALUE} (?:is|was|works?|will|would|suits?|fits?|does|sounds?|seems?)\b"
    r"(?: (?:be|do|the job|fine|ok\w*|good|right|enough|well|for \w+)\b|[.!]|$)|"
    r"\bthe \w+ (?:that )?(?:you|we|i)(?:'re| are)? (?:look\w* for|after|want\w*|need\w*) (?:is|was)\b"
)
_CHANGE = re.compile(
    r"(?i)(?:^|[,;:.]\s|- |\b(?:so|and|then|please|pls|just|kindly|simply) )"
    r"(?:change|fix|correct|adjust|amend|alter|edit|revise|align|remove|delete|strike|drop|match|shift|move)\b "
    r"(?:the |your |that |this |both |its? |them )*(?:\w+ ){0,2}?"
    r"(?:mar|notes?|narratives?|charts?|records?|entry|entries|flow ?sheets?|logs?|columns?|charting|documentation|it|"
    r"them|times?|starts?|stops?|ends?)\b"
)
_KEEPS = re.compile(r"(?i)\b(?:addend\w*|late entr\w+|original|if|whichever|not|n't|never)\b")
_FINITE = re.compile(
    r"(?i)\b(?:am|is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|shall|should|may|might|must|"
    r"came|comes|follows?|\w+ed)\b|(?<=\bi )\w+|(?<=\bwe )\w+|'(?:m|re|ve|ll|d|s)\b"
)
_EXCHANGE = re.compile(
    r"(?i)\b(?:i|we|query|quer(?:y|ies)|questions?|requests?|forms?|messages?|repl(?:y|ies)|responses?|answers?|letters?|"
    r"clarifications?|additions?|(?:my|our) \w+|indicators?|quotations?|copies|attachments?|judge?ment|significance)$"
)
_SAYS_ITSELF = re.compile(
    r"(?i)^\W*(?:this|the|your|any|each|no) (?:\w+ )?(?P<noun>query|question|request|clarification|reply|answer)\b"
)
_NAMES_ITSELF = re.compile(r"^\W*(?:(?:[Hh]i|[Hh]ello|[Gg]ood \w+)\b,? )?[Tt]his is [A-Z]")
_LEAD_IN = re.compile(r"(?i)^\W*(?:in|on|for|at|after|before|from|with|while|when|to|as part of)\b[^,]{2,80}, ")
_QUALIFIED = re.compile(r"(?i)\s+(?:of|about|on|from|to|below|above|here|for|with|in)\b.*$|,.*$")


_REASON_LAST = re.compile(
    r"(?i)^\W*(?:(?:please|pls|kindly|just|simply|so|then)\b ?)*"
    r"(?:document|add|write|enter|put|state|chart|use|count|set|fill|make|mark|call)\b(?:[^.?!]|\.(?=\d)){4,}\b(?:since|because)\b"
)
_OTHERS = re.compile(
    r"(?i)\b(?:any|every|most|all|other) (?:other )?"
    r"(?:reviewer|coder|auditor|clinician|doctor|provider|nurse|reader|colleague)s?\b"
    r"(?! (?:who|that|can|may|should|is|was|are|were|present|involved|on|in|of)\b)"
)
_TOO_LITTLE = re.compile(
    r'(?i)"[\x01.]+" (?:(?:under|over)(?:sells?|states?|plays?)|falls? short|'
    r"(?:sounds?|is) (?:too|so|rather|a? ?weak|vague))\b"
)


def supposes(text: str) -> re.Match[str] | None:
    """Where the writer says what he supposes, with or without saying "I"."""
    return _SUPPOSED.search(text)


def counts_silence(text: str) -> re.Match[str] | None:
    """Where an answer is taken for given unless the author objects."""
    return _BY_SILENCE.search(text)


def bids_by_reason(text: str) -> re.Match[str] | None:
    """A reason that the writer gives, followed by what to write because of it and not by a question."""
    if (last := _REASON_LAST.search(text)) and not _ASKS.search(text):
        return last
    found = _REASON_FIRST.search(text)
    return found if found and _BIDS.search(found["bid"]) and not _ASKS.search(text) else None


def appeals_to_others(text: str) -> re.Match[str] | None:
    """Where what others see or do is held up, or the record's own words are marked as too little."""
    return _OTHERS.search(text) or _TOO_LITTLE.search(text)


def settles_together(text: str) -> re.Match[str] | None:
    """Where writer and author are to agree on a value, or one is called good enough."""
    return _TOGETHER.search(text)


def bids_change(text: str) -> re.Match[str] | None:
    """Where an entry that was made is to be changed, with no word of an addendum or of a condition."""
    return None if _KEEPS.search(text) else _CHANGE.search(text)


def speaker(text: str) -> str | None:
    """What a sentence is about: the writer ("i", "we"), or the query and its answer; None for anything else."""
    main = _LEAD_IN.sub("", text)
    if _NAMES_ITSELF.search(text):
        return "i"
    if told := _SAYS_ITSELF.search(main):
        return told["noun"].casefold()
    verb = _FINITE.search(main)
    found = _EXCHANGE.search(_QUALIFIED.sub("", main[: verb.start()]).strip(" '")) if verb else None
    return found[0].casefold() if found else None
