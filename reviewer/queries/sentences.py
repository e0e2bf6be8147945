"""What the writer of a query adds in his own words: opinions, closed questions, conditions that nobody documented.

A query is made of words of the record, of questions, and of a few courtesies (how to answer, that nothing was found,
how a late entry is labelled). A sentence that is none of these tells the author what the writer thinks. So the checks
here ask what a sentence may be, where the patterns of the records name what it may not say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from reviewer.queries import grammar
from reviewer.queries.rules import LintRules
from reviewer.queries.structure import (
    CLOSED,
    OPENING,
    RECORD,
    Place,
    choice_lists,
    documented,
    field_lists,
    settles,
    titles,
    yes_no_ticks,
)
from reviewer.queries.text import QUOTED, Query, Sentence

_FREEDOM = re.compile(
    r"(?i)\blate entr(?:y|ies)\b|\baddend(?:um|a)\b|\boriginals?\b|\bentr(?:y|ies) (?:stays?|remains?|stands?)\b|"
    r"\bundetermin\w*|\bdetermined\b|\bsays?(?: \w+)? so\b|\banswers?\b|\breply\b|\breplies\b|\blonger\b|"
    r"\bprior encounter\b|\bnot recorded\b|\bif (?:none|nobody|not)\b|\bno entry\b|\bshould be written\b|"
    r"\bown (?:name|words|judge?ment|signature)|\b(?:clinical|independent|professional) judge?ment\b|"
    r"\bnothing (?:has|is|needs?) to\b|\bas (?:recorded|observed|shown|far)\b|\bblank\b|\bwhoever wrote\b|"
    r"^\W*if\b[^.]*\b(?:tell|say|let me know|leave|fine|in error)\b|"
    r"\bconfidential\b|\b(?:does|do) not (?:imply|mean)\b|\bthank(?:s| you)\b|\bregards\b|\bsincerely\b|"
    r"\b(?:for|up to) you to (?:determine|decide|judge|say)\b|\baccording to (?:the|your)\b|\bon the word of\b|"
    r"\bfinds you well\b|\bappreciate your (?:time|help)\b|\bgood (?:morning|afternoon|day)\b|\bsorry to\b"
)
"""How to answer, how an addition is labelled, and courtesies: what a query says besides citing and asking."""
_ABSENCE = re.compile(
    r"(?i)\bno\b|\bnot\b|n't\b|\b(?:none|nobody|nothing|never|cannot|without|unclear|illegible|missing|blank|empty|"
    r"absent|lack\w*|differ(?:s|ed|ent \w+s)?|unsigned|undated|instead|only)\b"
)
_OPINION = re.compile(
    r"(?i)\b(?:would(?! (?:hold|contain))|could|might|should|ought(?: to)?|must(?: have| be)?|(?:has|have|had) to|"
    r"(?<!all i )needs?|(?:that|it|this) works|belongs? in (?:your|the)|will(?: have)?|can go|"
    r"may (?:well|have)|likely|probabl\w+|presum\w+|apparent\w*|evident\w*|plain(?:ly)?|"
    r"doubtless|always|usual\w*|normally|typical\w*|hence|hardly|most of|everyone|every other|matters?|"
    r"(?:by|per|our|the|unit's) (?:\w+ )?(?:protocol|standard|routine)s?|helpful|glad|wonderful|nice\w*|welcome|better|"
    r"fuller|stronger|enough|fair to|tidy|i (?:take|hold|gather)|i have (?:it |that |this |\d\S* )(?:down|as)|"
    r"in my|we (?:all )?(?:think|feel|know)|so (?:one|i|we|the|that)|(?:it|this|that) (?:is|was) (?:a|an|the)\b)\b"
)
_IN_QUESTIONS = re.compile(
    r"(?i)\b(?:always|usual\w*|normally|typical\w*|(?:by|per) (?:\w+ )?(?:protocol|standard|routine|policy)|"
    r"most of|everyone|i (?:take|gather|hold)|so i|so we|fair to|no reason to|"
    r"(?:stronger|better|fuller|more specific) (?:one|term|word|phrase|wording)|"
    r"(?:which|what|when|how)(?: \w+){0,3} will you)\b|(?:^|: )(?:as|since) (?:the|it|she|he|they|you)\b"
)
_NOT_FOUND = re.compile(
    r"(?i)\bi (?:only|just) need (?:the|your|to know)\b(?!.*\d)|"
    r"\b(?:could|can)(?:not| ?n['o]t| only) (?:be )?(?:find|found|see|seen|tell|locate\w*|read)\b"
)
_REQUEST = re.compile(
    r"(?i)\b(?:could|can|would|will|may) (?:you|i|we)(?: \w+ly)?(?: please)?(?: also| further| kindly)? "
    r"(?:clarify|document|describe|specify|state|tell|provide|explain|indicate|say|review|check|look|find|name|point|"
    r"share|identify|characteri[sz]e|comment|give|send|ask|let|help|list|advise)\b|"
    r"\bcan (?:the|this|that) [^?]{0,60}\bbe (?:further )?(?:specified|clarified|described)"
)
_EXISTS = re.compile(
    r"(?i)\b(?:is|are|was|were) there\b|"
    r"\b(?:is|are|was|were|did|does|do|has|have|had) (?:any|some|one|anyone|anything)\b|"
    r"\bany(?:thing|one|body)?\b|\belsewhere\b|\banywhere\b|^\W*(?:\w+\W+)?(?:may|might|could|can) (?:i|we)\b"
)
_WRITTEN = re.compile(
    r"(?i)\bwritten (?:down|anywhere|elsewhere)\b|\b(?:any|else)where\b|\bthere (?:one|an?)\b|\bbelongs? to\b"
)
_OPEN_WORD = re.compile(r"(?i)\b(?:what|when|where|which|who|whom|whose|how|why|whether)\b")
_ITEM = re.compile(r"\s*[-*+•]\s")
_CITES = re.compile(rf"{QUOTED}|\d")
_REQUESTS = re.compile(
    r"(?i)\?|\b(?:please|pls|kindly|tell|let me know|clarify|describe|specify|document|state|explain|indicate|"
    r"select|choose|check one|mark|write|see below|regarding)\b|\bre(?=:)"
)
_FINITE = re.compile(
    r"(?i)\b(?:is|are|was|were|has|have|had|do|does|did|will|would|can|could|should|may|might|must|let|"
    r"(?:it|she|he|they|we|you|i) \w+|[a-z]{3,}(?:s|ed))\b"
)
_SHORTEST = 6
"""Words of the shortest sentence that states something; shorter ones are labels, names and greetings."""
_OF_THE_RECORD = re.compile(
    r"(?i)\b(?:pmhx?|hx|history|problem list|dx|diagnos[ie]s|assessment|impression|indication|listed|list|lists|"
    r"documented|documents|documentation|path\w*|reports?|reads|says|states|"
    r"per (?:the )?(?:note|report|consult|record)|"
    r"consult|known|named|for comparison|prior encounter)\b"
)
_DOCUMENTED = re.compile(r"(?i)\b(?:documented|diagnosed|charted|listed) (?:\w+ ){0,2}$")
_ABOUT_A_FIELD = re.compile(r"(?i)^ (?:field|list|section|assessment|screen(?:ing)?|check|score|grading|scale)\b")
_INITIAL = re.compile(r"\b[a-z]")


_ASSUMING = (
    grammar.supposes,
    grammar.counts_silence,
    grammar.bids_by_reason,
    grammar.settles_together,
    grammar.appeals_to_others,
)


def own_opinions(query: Query, _: LintRules) -> Iterator[Place]:
    """Statements that neither cite the record nor say how to answer, and opinions beside what is cited."""
    for sentence in _spoken(query):
        text = sentence.text
        assumed = next((found for told in _ASSUMING if (found := told(text))), None)
        if assumed:
            yield sentence.start + assumed.start(), sentence.start + assumed.end()
            continue
        if "?" in text:
            found = _IN_QUESTIONS.search(text)
            if found and not _FREEDOM.search(text):
                yield sentence.start + found.start(), sentence.start + found.end()
            continue
        speaks = grammar.speaker(text)
        if _FREEDOM.search(text) or (speaks and speaks not in ("i", "we")):
            continue
        found = _OPINION.search(_NOT_FOUND.sub(lambda one: "." * len(one[0]), text))
        if found and not _REQUESTS.search(text[: found.start()]):
            yield sentence.start + found.start(), sentence.start + found.end()
        elif not speaks and not _cites_or_asks(text) and _states(text) and not _ABSENCE.search(text):
            yield sentence.start, sentence.start + len(text.rstrip())


_NESTED = 4
"""So many stretches may begin before a place and reach over it: a title, and a list in a list."""


def _spoken(query: Query, tables: bool = False) -> Iterator[Sentence]:
    """The sentences outside of choices and titles, and unless asked for outside of tables."""
    apart = [(group[0].place[0], group[-1].place[1]) for group in choice_lists(query)]
    apart = sorted([*apart, *titles(query), *field_lists(query)])
    starts = [start for start, _ in apart]
    for sentence in query.sentences:
        if not tables and sentence.text.lstrip().startswith("|"):
            continue
        place = bisect_right(starts, sentence.start)
        if not any(sentence.start < end for _, end in apart[max(0, place - _NESTED) : place]):
            yield sentence


def changed_entries(query: Query, _: LintRules) -> Iterator[Place]:
    """Biddings to change what is written, beside which nothing is said of an addendum."""
    for sentence in _spoken(query):
        found = grammar.bids_change(sentence.text)
        if found and "?" not in sentence.text:
            yield sentence.start + found.start(), sentence.start + found.end()


def _cites_or_asks(text: str) -> bool:
    """Whether words quote or measure, or begin with the record or a request: further on neither excuses the rest."""
    first = " ".join(text.split()[:_SHORTEST])
    return bool(_CITES.search(text) or RECORD.search(first) or _REQUESTS.search(first))


def _states(text: str) -> bool:
    """Whether words are a statement, and no heading, name or signature."""
    words = re.findall(r"[A-Za-z][\w'-]*", text)
    if len(words) < _SHORTEST or text.rstrip().endswith(":"):
        return False
    small = [word for word in words if word[0].islower()]
    return 2 * len(small) > len(words) and _FINITE.search(text) is not None


def closed_questions(query: Query, _: LintRules) -> Iterator[Place]:
    """Questions to be answered with yes or no that bring in something new."""
    ticks = yes_no_ticks(query)
    if ticks:
        yield from (place for place in ticks[:1] if not settles(query))
        return
    if settles(query):
        return
    lists = [group[0].place[0] for group in choice_lists(query)]
    sentences = query.sentences
    for at, sentence in enumerate(sentences):
        text = sentence.text
        after = sentences[at + 1].text if at + 1 < len(sentences) else ""
        if "?" not in text or OPENING.match(after.strip()) or re.match(r"(?i)\W*(?:if|not)\b", after):
            continue
        end = sentence.start + len(text)
        if any(0 <= start - end < 3 for start in lists) or _ITEM.match(text):
            continue
        found = CLOSED.search(text)
        if found and not OPENING.search(text) and not _WRITTEN.search(text):
            yield sentence.start + found.start(), sentence.start + found.end()
        elif not found and _closed(text):
            yield sentence.start, end


def _closed(text: str) -> bool:
    """A question without an open word, that neither asks whether there is something nor requests a description."""
    asked = text[: text.rindex("?")]
    asked = re.split(r"[.;:\n]\s", asked)[-1]
    open_to_all = _OPEN_WORD.search(asked) or _EXISTS.search(asked) or _REQUEST.search(asked) or OPENING.search(asked)
    return len(asked.split()) > 1 and not open_to_all


def new_conditions(query: Query, rules: LintRules) -> Iterator[Place]:
    """Conditions that the writer names and that no quoted or cited record does."""
    condition = rules.compiled("named_condition")
    for sentence in _spoken(query, tables=True):
        for found in condition.finditer(sentence.text):
            start, end = sentence.start + found.start(), sentence.start + found.end()
            before = sentence.text[: found.start()]
            if _DOCUMENTED.search(before):
                continue
            if _ABOUT_A_FIELD.match(sentence.text[found.end() :]) or _CITES.search(before[-3:]):
                continue
            if _OF_THE_RECORD.search(sentence.text) and "?" not in sentence.text:
                continue
            rest = query.text[: sentence.start] + query.text[sentence.start + len(sentence.text) :]
            if not _known(query, found[0], rest):
                yield start, end


def _known(query: Query, words: str, rest: str) -> bool:
    """Whether the record has the condition, in full or by its initials."""
    initials = "".join(_INITIAL.findall(words.lower()))
    # CHF, HFpEF and HFrEF are all heart failure.
    if len(initials) > 1 and re.search(rf"(?i)\b[a-z]?{initials}(?:[pr]ef)?\b", query.text):
        return True
    told = (one.text for one in query.full_sentences if _OF_THE_RECORD.search(one.text) and "?" not in one.text)
    return documented(query, words, rest) or any(words.lower() in one.lower() for one in told)
