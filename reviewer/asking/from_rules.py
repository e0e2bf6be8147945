"""Answers from the rulebook: a code's card, a named record, or the records whose words the question shares."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from reviewer.asking import from_drugs
from reviewer.asking.answer import Answer, Statement
from reviewer.asking.question import Matter, Question
from reviewer.cards.text import claim, limits, pairs_of, quarter, unnamed
from reviewer.cards.view import View, primaries, view
from validator.edit_tables import Edition, Setting
from validator.rulebook import Rulebook

HINT = "Name a code (96413), a rule (infusion.additional-hour, TIME-4) or a matter such as stop times, pumps or waste."
MONEY = "No record here speaks of payment; ask about a code, its units, its documentation or its edits."
ENOUGH = 0.55
"""Share of a question's weight of words that a record must hold to be an answer."""

MOST = 3
_NEAR: dict[Matter, str] = {"time": "minutes hours", "modifier": "modifier", "limit": "limit"}
"""Of records that answer alike, those come first that have a word of the matter."""
_WORD = re.compile(r"[a-z][a-z-]{2,}|j[wz]|\d+")
_LENGTH = re.compile(r"\b(?:minutes?|hours?|longer)\b")
_STOP_WORDS = """the and for are was can may does did have has had how what when which who why with without from that
this these those there their they you your about into onto than then been being will would should could must need needs
needed code codes report reported reporting count counted use used make makes tell much many long whether give
run runs last lasts take takes happen happens"""
_PLAIN = frozenset(_STOP_WORDS.split())


def answer(question: Question, rulebook: Rulebook, on: date, setting: Setting) -> Answer:
    """The answer of the rulebook in force on a date; empty, with a hint, where it has none."""
    if "money" in question.matters and not question.records:
        return Answer(hint=MONEY)
    unknown = [code for code in question.codes if code not in rulebook.codes and not rulebook.drug_of_code(code)]
    if unknown:
        return Answer(hint=f"{', '.join(unknown)} is not a code of the rulebook.")
    found = [*_named(question, rulebook), *from_drugs.statements(question, rulebook)]
    known = [code for code in question.codes if code in rulebook.codes]
    if len(known) > 1:
        if "difference" in question.matters:
            found += [s for code in known for s in _when(view(code, rulebook, on, setting))]
        found += _pairs(known, rulebook, on, setting)
    if not found or len(known) == 1:
        matters = question.matters or (("when",) if not _words(question.text) - {c.casefold() for c in known} else ())
        for code in known:
            card = view(code, rulebook, on, setting)
            found += _elements(card, question) or list(_of_code(card, matters))
    if not found and not known:
        found = _alike(question, rulebook)
    return Answer(tuple(dict.fromkeys(found)), "" if found else HINT)


def _named(question: Question, rulebook: Rulebook) -> Iterator[Statement]:
    for name in question.records:
        for rule in rulebook.rules.values():
            if name == rule.id or name in rule.implements:
                yield Statement(rule.versions[-1].says, rule.id, rule.versions[-1].cite)
        for requirement in rulebook.requirements:
            if name == requirement.id or name in requirement.implements:
                yield Statement(_asked(requirement.element, requirement.question), requirement.id, requirement.cite)
        for switch in rulebook.switches.values():
            if name == switch.name or name in switch.implements:
                yield Statement(f"{switch.description} Default: {switch.default}.", switch.name, switch.cite)


def _asked(element: str, template: str) -> str:
    return f"{element.replace('_', ' ')}: {unnamed(template)}"


def _pairs(codes: list[str], rulebook: Rulebook, on: date, setting: Setting) -> Iterator[Statement]:
    """How each two of the codes stand to each other: add-on and primary, or an edit pair of the table in force."""
    edits = rulebook.edits(setting, on)
    table = f"{setting} table of {quarter(edits.editions[0])}"
    own = edits.editions[0].origin == "bundled"
    source = rulebook.rules["edit.pair"].versions[-1].cite if own else ()  # a loaded table is its own source
    held = False
    for code in codes:
        record = rulebook.codes[code]
        for other in codes:
            if other in primaries(record, edits):
                yield Statement(f"{code} is an add-on that {other} can carry.", code, record.cite)
            indicator = edits.indicator(other, code)
            if indicator is not None:
                held = True
                yield Statement(_pair_words(other, code, indicator, table), "edit.pair", source)
    if not held:
        yield Statement(f"No edit pair holds {' and '.join(codes)} together ({table}).", "edit.pair", source)


def _pair_words(one: str, two: str, indicator: int, table: str) -> str:
    ends = {0: "never together on one day", 1: f"together only when {two} is a distinct service, with its modifier"}
    return f"{one} and {two} ({table}): {ends[indicator]}."


_OF_ELEMENTS: frozenset[Matter] = frozenset({"documentation", "missing", "time", "when", "drug"})


def _elements(card: View, question: Question) -> list[Statement]:
    """What the record must hold for the code, of the elements that the question names, where it asks for one."""
    asked = _words(question.text) if _OF_ELEMENTS.issuperset(question.matters) else set()
    words = {r.id: [_words(word) for word in r.element.split("_")] for r in card.documentation}
    heads = Counter(frozenset(parts[-1]) for parts in words.values())
    named = {
        name
        for name, parts in words.items()
        if set().union(*parts) <= asked or (heads[frozenset(parts[-1])] == 1 and parts[-1] and parts[-1] <= asked)
    }
    return [statement for statement in _documentation(card) if statement.record in named]


_Part = Callable[[View], Iterable[Statement]]


def _of_code(card: View, matters: tuple[Matter, ...]) -> Iterator[Statement]:
    wanted = {matter for matter in matters if matter in _PARTS}
    if "limit" in wanted:
        wanted.discard("time")  # units a day are a limit, not a length
    for matter, part in _PARTS.items():
        if matter in wanted and (matter != "when" or len(wanted) == 1):
            yield from part(card)


def _own(card: View, says: str, *tables: Edition) -> Iterator[Statement]:
    """A statement of the code's record; a table that a site has loaded is its own source."""
    if says:
        loaded = any(edition.origin == "imported" for edition in tables)
        yield Statement(says, card.record.id, () if loaded else card.record.cite)


def _when(card: View) -> Iterator[Statement]:
    yield from _own(card, f"{card.record.id}: {card.card.when if card.card else card.record.label}")
    if card.card and card.card.not_when:
        yield from _own(card, f"Not for: {'; '.join(card.card.not_when)}.")


def _beside(card: View) -> Iterator[Statement]:
    code, primaries_of, pairs = card.record.id, card.primaries_of, card.pairs_of
    table = quarter(primaries_of)
    if card.primaries:
        says = f"{code} is an add-on; it needs one of {', '.join(card.primaries)} beside it ({table})."
        yield from _own(card, says, primaries_of)
    if card.extends:
        yield from _own(card, f"{code} can carry the add-ons {', '.join(card.extends)} ({table}).", primaries_of)
    if card.never_with:
        says = f"Never on the same day as {', '.join(card.never_with)} ({pairs_of(card)})."
        yield from _own(card, says, pairs)
    if card.with_modifier:
        says = f"Beside {', '.join(card.with_modifier)} only as a distinct service ({pairs_of(card)})."
        yield from _own(card, says, pairs)


def _lengths(card: View) -> list[Statement]:
    """The rules of the code that speak of minutes or hours; all of them where none does."""
    rules = list(_rules(card))
    return [statement for statement in rules if _LENGTH.search(statement.says)] or rules


def _rules(card: View) -> Iterator[Statement]:
    return (Statement(rule.versions[-1].says, rule.id, rule.versions[-1].cite) for rule in card.rules)


def _documentation(card: View) -> Iterator[Statement]:
    for r in card.documentation:
        stands = "decides the code" if r.tier == "code" else f"{r.tier}, the code stands without it"
        yield Statement(f"{r.element.replace('_', ' ')} ({stands})", r.id, r.cite)


def _modifiers(card: View) -> Iterator[Statement]:
    if card.card and card.card.modifiers:
        yield from _own(card, f"Modifiers seen with {card.record.id}: {', '.join(card.card.modifiers)}.")


def _limit(card: View) -> Iterator[Statement]:
    return _own(card, limits(card), *(edition for _, _, edition in card.limits))


def _history(card: View) -> Iterator[Statement]:
    return _own(card, "; ".join(f"{event.on} {event.what}" for event in card.history))


def _payers(card: View) -> Iterator[Statement]:
    return (Statement(f"{s.name}: {s.description} Default: {s.default}.", s.name, s.cite) for s in card.switches)


def _claim(card: View) -> Iterator[Statement]:
    return _own(card, claim(card))


_PARTS: dict[Matter, _Part] = {
    "when": _when,
    "time": _lengths,
    "beside": _beside,
    "documentation": _documentation,
    "missing": _documentation,
    "modifier": _modifiers,
    "limit": _limit,
    "history": _history,
    "payer": _payers,
    "claim": _claim,
    "why": _rules,
    "why_not": _rules,
}


def _alike(question: Question, rulebook: Rulebook) -> list[Statement]:
    """The records that share most of the question's weight of words; rare words weigh more."""
    known = _statements(rulebook)
    texts = [_words(f"{s.says} {s.record.replace('.', ' ').replace('_', ' ')}") for s in known]
    often = Counter(word for words in texts for word in words)
    asked = _words(question.text)
    weight = {word: math.log(1 + len(texts) / (1 + often[word])) for word in asked}
    whole = sum(weight.values())
    if not whole:
        return []
    near = _words(" ".join(_NEAR.get(matter, "") for matter in question.matters))
    scores = [(sum(weight[w] for w in asked & words) / whole, bool(near & words)) for words in texts]
    order = sorted(range(len(texts)), key=lambda place: (-scores[place][0], not scores[place][1], place))
    return [known[place] for place in order[:MOST] if scores[place][0] >= ENOUGH]


def _statements(rulebook: Rulebook) -> list[Statement]:
    rules = [Statement(r.versions[-1].says, r.id, r.versions[-1].cite) for r in rulebook.rules.values()]
    asked = [Statement(_asked(r.element, r.question), r.id, r.cite) for r in rulebook.requirements]
    switches = [Statement(f"{s.description} Default: {s.default}.", s.name, s.cite) for s in rulebook.switches.values()]
    return [*rules, *asked, *switches]


def _words(text: str) -> set[str]:
    """The words that carry meaning, cut to their first six letters so that "infusions" meets "infusion"."""
    return {word[:6] for word in _WORD.findall(text.casefold()) if word not in _PLAIN}
