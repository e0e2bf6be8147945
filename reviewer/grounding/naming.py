"""Which drug an administration names, where, and whether it was given."""

from __future__ import annotations

import re
from typing import Any

from reviewer.extract.wire import Said, WireAdministration
from reviewer.grounding.administrations import UNDER_CUE, Given
from reviewer.grounding.claims import OTHER_DRUG, UNREADABLE, Book, Reading, Refusal, Spot
from reviewer.grounding.giving import gives
from reviewer.grounding.links import link
from reviewer.grounding.lookalikes import unknown_key
from reviewer.grounding.page import Anchor, Page
from reviewer.grounding.quotes import places
from reviewer.grounding.rows import is_denied
from reviewer.language.drugs import DrugFinder
from reviewer.language.lazy import Lazy
from reviewer.language.nameless import names_no_drug
from reviewer.language.vocabulary import read_status
from validator.facts import Administration, Evidence, Fact, Standing, Status
from validator.findings import Ungrounded
from validator.frozen import changing
from validator.rulebook import Rulebook

NOT_NAMED = "the drug is not named in the quote, and the quote does not refer back to it"
NO_GIVING = "the drug is named, but no word, time or table cell says that it was given"
NOT_MIXED = "no words say that these drugs were together"
_REFERRING = Lazy(
    r"\b(?:bag|it|this|same|infusion|dose|remainder|premeds?|chemo\w*|syringe|second|first"
    r"|bottle)\b",
    re.IGNORECASE,
)
_MIXED = Lazy(
    r"\bmix(?:ed|ture)?\b|\b(?:all|both)(?:[ ]in)?[ ]1[ ](?:mini)?bag\b|\b(?:same|one"
    r"|single)[ ](?:\d+[ ]?m?l[ ])?(?:ns[ ]|d5w[ ])?(?:mini-?)?(?:bag|syringe)"
    r"|admix\w*|combined"
    r"|together in|compatible in|\w/\w+[ ](?:bag|minibag|ivpb|syringe)\b"
    r"|\b(?:re-?)?(?:filled|loaded) with\b",
    re.IGNORECASE,
)
_PLUS = Lazy(
    r"[ \t]*(?:\d[\d,.]*[ ]?(?:mg|mcg|g|gm|units?|meq))?[ \t]*"
    r"\+[ \t]*(?:\d[\d,.]*[ ]?(?:mg|mcg|g|gm|units?|meq)[ \t]*)?",
    re.IGNORECASE,
)
_WITH = Lazy(
    r"[ \t]*(?:\d[\d,.]*[ ]?(?:mg|mcg|g|gm|units?|meq))?[ \t]*(?:w/|with)[ \t]*"
    r"(?:\d[\d,.]*[ ]?(?:mg|mcg|g|gm|units?|meq)[ \t]*)?",
    re.IGNORECASE,
)
"""As premedications are put into one bag: "Zofran 8 mg with Decadron 10 mg IVPB"."""
_TOGETHER = Lazy(
    r"concurrent|simultaneous|along(?:side)?|y-?[ ]?site|same[ ]time|together|piggy-?back|while\b"
    r"|running with|in parallel|both|(?:\bsep\.?|separate|\bown|\b2|\btwo)[ ]bags?\b|\by['’]d\b",
    re.IGNORECASE,
)
_CUE_STATUS: dict[str, str] = {
    "held": "held",
    "denied": "held",
    "refused": "refused",
    "plan": "planned",
    "order": "planned",
}


@changing
class Naming:
    """Finds the drug mentions of every administration, before any of their fields is judged."""

    book: Book
    rulebook: Rulebook
    finder: DrugFinder

    def key(self, said: Said) -> str:
        """What makes two names the same drug: the ingredient, else the words themselves."""
        known = self.rulebook.find_drug(said.text)
        if known:
            return known[0].ingredient
        found = self.finder.find(said.text)
        ingredients = {mention.ingredient for mention in found}
        return ingredients.pop() if len(ingredients) == 1 else unknown_key(said.text)

    def unknown_names(self, administrations: tuple[WireAdministration, ...]) -> None:
        """Let the pages know the names that only the reader knows, so that they too part one drug from another."""
        for administration in administrations:
            for said in administration.drug:
                page = self.book.pages.get(said.note_id)
                key = self.key(said)
                if page is None or not key.startswith("?"):
                    continue
                found = places(page.text, said.text)
                page.extra = (*page.extra, *(Anchor(page.note.id, p.start, p.end, key) for p in found))

    def given(self, wire: WireAdministration) -> tuple[Given, Fact[str]]:
        """The administration's mentions, and its drug as a fact."""
        keys = {self.key(said) for said in wire.drug}
        candidates: list[Anchor] = []

        def judge_as(key: str, said: Said) -> Any:
            def judge(spot: Spot) -> Reading[str] | Refusal:
                anchor = self._anchor(spot, key)
                if anchor is None:
                    return Refusal(NOT_NAMED, said.text, spot)
                candidates.append(anchor)
                words = self.book.pages[anchor.note_id].text[anchor.start : anchor.end]
                return Reading(words, spot, (anchor.note_id, anchor.start, anchor.end))

            return judge

        readings: list[Fact[str]] = []
        for said in wire.drug:
            path = f"administrations.{wire.id}.drug"
            readings.append(self.book.settle(path, (said,), Fact[str], judge_as(self.key(said), said), [], free=True))
        anchors = sorted(set(candidates), key=lambda a: (a.note_id, a.start))
        key = next(iter(keys)) if len(keys) == 1 else "?"
        given = Given(wire, key, anchors, lambda a: a.key in keys, lambda _: False)
        if wire.drug and all(names_no_drug(said.text) for said in wire.drug):
            return given, Fact[str]()
        return given, _one_name(readings, keys)

    def _anchor(self, spot: Spot, key: str) -> Anchor | None:
        page = spot.page
        inside = [a for a in page.anchors if a.start < spot.quote.end and spot.quote.start < a.end and a.key == key]
        exact = [a for a in inside if a.start < spot.end and spot.start < a.end]
        if exact or inside:
            return (exact or inside)[0]
        if _REFERRING.search(page.text, spot.quote.start, spot.quote.end):
            found = link(page, spot.start, spot.end, lambda a: a.key == key, lambda _: False)
            return found.anchor if found else None
        return None


def _one_name(readings: list[Fact[str]], keys: set[str]) -> Fact[str]:
    """One drug fact: readings of one ingredient agree, whatever name each note uses."""
    good = [one for one in readings if one.standing is Standing.GROUNDED]
    evidence: dict[tuple[str, int], Evidence] = {(e.note_id, e.start): e for one in good for e in one.evidence}
    if not good:
        return readings[0] if readings else Fact[str]()
    if len(keys) == 1:
        return Fact[str](value=good[0].value, standing=Standing.GROUNDED, evidence=tuple(evidence.values()))
    values = tuple(dict.fromkeys(one.value for one in good if one.value))
    standing = Standing.CONFLICTING if len(good) > 1 and len(values) > 1 else Standing.GROUNDED
    return Fact[str](
        value=values[0],
        standing=standing,
        evidence=tuple(evidence.values()),
        readings=values if standing is Standing.CONFLICTING else (),
    )


def own_mentions(everyone: list[Given]) -> None:
    """Two administrations of one drug: a mention that only the other one quotes is not this one's."""
    claimed: dict[Anchor, set[str]] = {}
    for given in everyone:
        for anchor in given.anchors:
            claimed.setdefault(anchor, set()).add(given.wire.id)
    for given in everyone:
        keys = {anchor.key for anchor in given.anchors}
        given.own = _owner(given.wire.id, keys, claimed)


def _owner(name: str, keys: set[str], claimed: dict[Anchor, set[str]]) -> Any:
    return lambda anchor: anchor.key in keys and name in claimed.get(anchor, {name})


def partners(book: Book, everyone: list[Given], field: str) -> dict[str, tuple[str, ...]]:
    """The ids that an administration is truly told together with (`mixed_with` or `concurrent_with`)."""
    known = {given.wire.id: given for given in everyone}
    words = _MIXED if field == "mixed_with" else _TOGETHER
    out: dict[str, tuple[str, ...]] = {}
    for given in everyone:
        kept = []
        for other in getattr(given.wire, field):
            if other in known and _told_together(book, given, known[other], field, words):
                kept.append(other)
            else:
                path = f"administrations.{given.wire.id}.{field}"
                book.refused.append(
                    Ungrounded(path=path, administration=given.wire.id, claim=str(other), reason=NOT_MIXED)
                )
        out[given.wire.id] = tuple(kept)
    return out


def _told_together(book: Book, given: Given, other: Given, field: str, words: Lazy) -> bool:
    for said in getattr(given.wire, field.removesuffix("_with")):
        spots = book.spots(said, value_in_quote=False)
        if not isinstance(spots, str) and words.search(spots[0].page.text, spots[0].quote.start, spots[0].quote.end):
            return True
    if field == "mixed_with" and given.wire.pump is not None and given.wire.pump == other.wire.pump:
        return True  # what was poured into one pump
    for mine in given.anchors:
        page = book.pages[mine.note_id]
        spans = [page.sentence(mine.start), page.line(mine.start)]
        for span in spans:
            named = any(a.note_id == mine.note_id and span[0] <= a.start < span[1] for a in other.anchors)
            if named and words.search(page.text, *span):
                return True
        if field == "mixed_with" and any(_joined_by_plus(page, mine, a) for a in other.anchors):
            return True
    return False


def _joined_by_plus(page: Page, one: Anchor, other: Anchor) -> bool:
    """Whether nothing but amounts and a plus stand between two drugs; each would have its own time if it ran alone."""
    if one.note_id != other.note_id:
        return False
    first, second = sorted((one, other), key=lambda anchor: anchor.start)
    between = page.text[first.end : second.start]
    premeds = "antiemetic" in (one.admin_class, other.admin_class)
    return bool(_PLUS.fullmatch(between) or (premeds and _WITH.fullmatch(between)))


def status(book: Book, given: Given, values: dict[str, Any], filling: tuple[Evidence, ...] = ()) -> Fact[Status]:
    """Whether the drug was given, as its own words tell; a plan never counts.

    `filling` are the words by which the pump that holds it was filled.
    """
    kind = Administration.model_fields["status"].annotation or Fact[Status]
    path = f"administrations.{given.wire.id}.status"
    if given.carried_out:
        page, place = book.pages[given.carried_out[0]], given.carried_out[1]
        words = page.text[place.start : place.end]
        sentence = Evidence(note_id=page.note.id, start=place.start, end=place.end, text=words)
        return kind(value="given", standing=Standing.GROUNDED, evidence=(sentence,))
    told = _told(book, given, path)
    live, over = _standing(book, given)
    timed = any(values[name].standing is Standing.GROUNDED for name in ("start", "stop", "duration_minutes"))
    timed = timed or any(values[name].standing is Standing.CONFLICTING for name in ("start", "stop"))
    stopped = [one for one in told if one.value == "stopped_early"]
    not_given = [one for one in told if one.value in ("held", "refused")]
    if given.anchors and (live or (timed and all(cue in ("plan", "order") for cue in over))):
        anchors = live or given.anchors
        acts = [a for a in anchors if gives(book.pages[a.note_id], a)]
        flushed = values["purpose"].evidence if live and values["purpose"].get() == "flush" else ()
        flushed = flushed or (filling if live else ())
        if timed or acts or flushed or any(one.value == "given" for one in told):
            value = "stopped_early" if stopped else "given"
            shown = tuple(one.spot.evidence for one in (stopped or [o for o in told if o.value == "given"]))
            evidence = shown or flushed[:1] or tuple(_words(book, a) for a in (acts or anchors)[:1])
            if not_given and not stopped:
                both = evidence + tuple(one.spot.evidence for one in not_given)
                return kind(
                    value=value, standing=Standing.CONFLICTING, evidence=both, readings=(value, not_given[0].value)
                )
            return kind(value=value, standing=Standing.GROUNDED, evidence=evidence)
    return _not_shown(book, given, path, told, over)


def _told(book: Book, given: Given, path: str) -> list[Reading[str]]:
    good = []
    for said in given.wire.status:
        result = book.read(said, lambda spot: _status_of(given, spot), given.near, meant=read_status)
        if isinstance(result, Reading):
            good.append(result)
        else:
            book.refuse(path, said, result.reason)
    return good


def _status_of(given: Given, spot: Spot) -> Reading[str] | Refusal:
    value = read_status(spot.words)
    if value is None:
        return Refusal(UNREADABLE, spot=spot)
    found = link(spot.page, spot.start, spot.end, given.own, given.partner, listed=True)
    if found is None:
        return Refusal(OTHER_DRUG, value, spot)
    over = spot.page.cue(found.anchor.start, found.anchor.end)
    ended = value == "stopped_early" and over == "held"  # "not restarted" both holds the rest and ends what ran
    if value in ("given", "stopped_early") and over != "none" and found.how != "reference" and not ended:
        return Refusal(UNDER_CUE[over], value, spot)
    return Reading(value, spot)


def _standing(book: Book, given: Given) -> tuple[list[Anchor], list[str]]:
    """The mentions that no cue stands over, and the cues over the others."""
    live, over = [], []
    for anchor in given.anchors:
        page = book.pages[anchor.note_id]
        cue = "held" if is_denied(page, anchor) else page.cue(anchor.start, anchor.end)
        if cue == "none":
            live.append(anchor)
        else:
            over.append(cue)
    return live, over


def _not_shown(book: Book, given: Given, path: str, told: list[Reading[str]], over: list[str]) -> Fact[Any]:
    kind = Administration.model_fields["status"].annotation or Fact[Status]
    other = [one for one in told if one.value not in ("given", "stopped_early")]
    if other:
        return kind(
            value=other[0].value, standing=Standing.GROUNDED, evidence=tuple(one.spot.evidence for one in other[:1])
        )
    evidence = tuple(_words(book, a) for a in given.anchors[:1])
    claims_giving = any(read_status(said.text) in ("given", "stopped_early") for said in given.wire.status)
    if over and not claims_giving and over[0] in _CUE_STATUS and len(over) == len(given.anchors):
        return kind(value=_CUE_STATUS[over[0]], standing=Standing.GROUNDED, evidence=evidence)
    reason = UNDER_CUE[over[0]] if over else NO_GIVING
    if not given.anchors:
        reason = NOT_NAMED
    if not any(one.path == path for one in book.refused):
        claim = given.wire.status[0] if given.wire.status else (given.wire.drug or (_nothing(),))[0]
        book.refuse(path, claim, reason)
    return kind(value="given", standing=Standing.UNGROUNDED, evidence=evidence)


def _nothing() -> Said:
    return Said(text="", quote="", note_id="")


def _words(book: Book, anchor: Anchor) -> Evidence:
    page: Page = book.pages[anchor.note_id]
    start, end = page.clause(anchor.start)
    row = page.row(anchor.start)
    if row is not None:
        start, end = row.start, row.end
    text = page.text[start:end]
    lead = len(text) - len(text.lstrip())
    start, end = start + lead, start + len(text.rstrip())
    return Evidence(note_id=anchor.note_id, start=start, end=end, text=page.text[start:end])
