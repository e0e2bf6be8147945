"""Which drugs a statement is about, which stretch of it belongs to each, and whether it shows that each was given."""

from __future__ import annotations

import re
from typing import NamedTuple

from reviewer.extract.patterns.details import amounts_in, is_dose
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.segments import Fragment, Statement
from reviewer.extract.patterns.zones import Zone
from reviewer.language.additives import ADDITIVES, carries, rides_along
from reviewer.language.companions import is_backdrop, of_harm
from reviewer.language.cue_rules import HERE_TODAY
from reviewer.language.cues import Cue, cue
from reviewer.language.drugs import DrugMention
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.pump_words import is_poured_in
from reviewer.language.sentences import sentence_at
from reviewer.language.vocabulary import read_device

_CARRIER_BEFORE = Lazy(
    r"(?:\b(?:in|into|with|w/|diluted (?:in|with|(?:up )?to)|mixed (?:in|with)|reconstituted (?:in|with)|added to|"
    r"(?:via|through|thru) (?:a |the )?(?:free-?[ ]?flowing|running|side[ -]?(?:arm|port) of|line of|patent)):?[ \t]*"
    r"(?:a |an |the |one |1 |same |the same )?|/[ \t]*)(?:(?:half a )?(?:lit(?:er|re)|bag) of )?"
    r"(?:\d[\d,.]*[ ]?(?:m?L|cc|liters?)?[ \t]*(?:of |bag of |bag |x \d )?(?:PF |preservative[- ]free |sterile |"
    r"normal |warm(?:ed)? |bacteriostatic )?)?$",
    re.IGNORECASE,
)
_FLUSH_AFTER = Lazy(
    r"[ \t]*(?:\d[\d,.]*[ ]?(?:m?L|cc|units?)[ \t]*)?(?:iv[ \t]+)?"
    r"(?:[+&/][ \t]*heparin(?: \d[\d,.]*[ ]?units?)?[ \t]*)?(?:flush|lock)",
    re.IGNORECASE,
)
_FLUSH_BEFORE = Lazy(
    r"\b(?:flush(?:ed|es|ing)?|irrigated|locked|lock|instilled for lock|primed|cleared)\b[^;.\n]{0,40}$|"
    r"\bflush[^;.]{0,6}:?[ \t]*$",
    re.IGNORECASE,
)
_UNKNOWN = Lazy(
    r"(?<![\w-])(?P<name>[A-Za-z][A-Za-z]{3,}(?:[01][A-Za-z]*)?(?:-[A-Za-z0-9]+)*|(?-i:[A-Z]{2,5}-?\d{2,6}[A-Z]?"
    r"|[BK]-?\d{1,2}|(?!IVP)[A-Z]{3,5}|"
    r"[A-Z][a-z]{2}|Mg(?=[ ]\d[\d.]*[ ]?(?:g|gm|grams?)\b)))[ "
    r"\t]+(?P<dose>\d[\d,.]*[ ]?(?:mg|mcg|g|gm|units?|iu|"
    r"meq|mL|million units))\b",
    re.IGNORECASE,
)
_UNKNOWN_AFTER = Lazy(
    r"\d[\d,.]*[ ]?(?:mg|mcg|g|gm|units?)[ \t]+(?:of[ \t]+)?(?P<name>[A-Za-z]{3,}(?:mab|cept|platin|taxel|rubicin|"
    r"cillin|mycin|floxacin|azole|parin|setron|stim|"
    r"tide|kin|nib|vir|dronate|dronic|penem|caine|olol|pril|sartan|statin|tinib|ciclib|parib|zomib|limus|leucel|vec|"
    r"rsen|siran|cogene|ase))(?:-[a-z]{4})?\b",
    re.IGNORECASE,
)
_GAUGE = Lazy(r"(?:1[4-9]|2[0-7]) ?g", re.IGNORECASE)
_FLUIDS = Lazy(
    r"\b(?:IV ?fluids?|IVF|fluid bolus|crystalloid)\b(?=[^;.]{0,40}\d[\d,.]*[ ]?(?:mL|cc|L|liters?)\b)", re.IGNORECASE
)
_FLUIDS_END = Lazy(
    r"[ ]*(?:were |was |now )?(?:off|done|in|completed?|finished|stopped|down|infused|ended|d/c'?d)\b", re.IGNORECASE
)
_PLAIN_WORD = Lazy(
    r"(?:"
    r"about|actual|additional|adjusted|administered|again|also|anesthetic|another|antecubital|antibiotic|"
    r"approx|approximately|arm|aspirated|bag|bags|blood|body|bolus|bottle|calculated|capped|"
    r"cassette|chemo|chemotherapy|chest|concentration|contained|contains|count|creatinine|"
    r"decreased|delivered|discarded|dosage|dose|dosed|doses|drained|drawn|drug|each|effusion|"
    r"emptied|every|filled|final|first|fluid|fluids|flush|forearm|from|gauge|given|glucose|"
    r"hand|height|heparinized|hours|huber|hung|increased|infused|infusion|injected|injection|"
    r"instilled|intake|into|last|least|lesion|lesions|level|line|loading|maintenance|max|"
    r"maximum|medication|minutes|needle|only|order|ordered|output|over|oxygen|pain|planned|"
    r"platelets|plus|port|premed|premedication|premeds|prescribed|prior|programmed|protocol|pump|"
    r"push|pushed|rate|received|reduced|refilled|remaining|removed|repeat|reservoir|residual|"
    r"returned|running|same|second|single|slow|started|steroid|strength|syringe|than|then|"
    r"third|total|unit|units|urine|vial|vials|volume|was|waste|wasted|weight|were|with|"
    r"withdrawn|wrist"
    r")\Z",
    re.IGNORECASE,
)
_GIVING = Lazy(
    r"\b(?:given|gave|give|administered|admin|infused|infusing|ran|running|hung|started|start|begun|began|initiated|"
    r"received|instilled|injected|introduced|pushed|bolused|"
    r"restarted|recommenced|resumed|connected|refilled|delivered|completed?|finished|stopped|ended|commenced|spiked|applied|"
    r"put (?:through|into|down|in through)|transfused|in progress|done|off|paused|held)\b",
    re.IGNORECASE,
)
_STRONG_GIVING = Lazy(
    r"\b(?:given|gave|administered|infused|ran|hung|started|begun|began|initiated|instilled|injected|introduced"
    r"|pushed|bolused|"
    r"connected|attached|delivered|spiked|"
    r"completed?|finished|received|refilled|transfused|infusing|running)\b",
    re.IGNORECASE,
)
_TELLING = ("start", "stop", "give", "run", "resume")
_WAY = Lazy(
    r"(?<![\w])(?:IV ?PB|IV[ -]?push|IVP|"
    r"IV(?! (?:sites?|access|lines?|start(?:ed)?|placed|inserted|catheter|cannula|pole|team|removed|d/?c|room|suite|"
    r"clinic|center|bag))|"
    r"IM|SQ|SC|sub-?[ ]?q|sub-?cut\w*|(?-i:IT|IA|IP|HAI)|intra-?\w+ly|"
    r"intra-?(?:dermal|thecal|venous|muscular|arterial|lesional|vesical|pleural|peritoneal)|"
    r"push|bolus|gtt|drip|piggyback|on-?pro|on-?body|(?-i:OBI)|(?:under|beneath|below) (?:the |her |his )?skin|PO"
    r"|by mouth|orally|nebs?)(?![\w])",
    re.IGNORECASE,
)
_AT_RATE = Lazy(r"(?:@|\bat)[ ]?\d{2,4}\b|\d[ ]?m[lL]/h", re.IGNORECASE)
_BESIDE = Lazy(
    r"(?:\b(?:pre|post|before|after|prior to|following)|hydration for)[ -]+(?:the |her |his )?$", re.IGNORECASE
)
_NUMBERED_APART = expression(r"#[ ]?\d[^;]*;")
"""What parts two bags of one drug: "NS #1 in; NS #2 hung"."""
_NOT_AT_HAND = Lazy(
    r"\b(?:not (?:available|in stock|approved|covered)|unavailable|out of stock|instead)\b", re.IGNORECASE
)
"""What parts the product that was not to be had from the one that was given in its place."""
_CHECKBOX = expression(r"[(\[][ ]?[xX✓✔]?[ ]?[)\]]|[☐☑☒□]")
_EMPTY_LINK = Lazy(r"[\s(\[/,=-]*(?:aka|brand|generic|or|i\.e\.)?[\s(\[/,=-]*", re.IGNORECASE)
_BARE_DOSE = Lazy(r"[ ]\.?\d{1,3}(?:\.\d+)?[ ](?:slow )?(?:IV ?P|IV[ -]push|IM|SQ|SC)(?![\w])", re.IGNORECASE)
"""A number between a drug and its way is its dose: "Benadryl 25 IVP"."""
_LATER = Lazy(
    rf"\b(?:next|tomorrow|(?<!blood )return(?:s|ing)?{HERE_TODAY}|in \d+ (?:days|weeks)|follow-?up|will (?:return"
    rf"|switch|start)|"
    r"cycle \d+ (?:on|in)|future|rtc)\b",
    re.IGNORECASE,
)


_BRACKETS = expression(r"\([^()\n]*\)")
_HAS_TEXT = expression(r"\d")


class Subject(NamedTuple):
    """A drug named in a statement, with its zone. `mentions` holds brand and generic of one naming.

    `tail` is what goes on about it behind brackets that name another drug: "A 140 mg (after B 25 mg IVP) 0930-1035".
    """

    ingredient: str
    mentions: tuple[DrugMention, ...]
    zone: Zone
    cue: Cue
    flush: bool
    tail: tuple[int, int] = (0, 0)

    @property
    def mention(self) -> DrugMention:
        """The first naming."""
        return self.mentions[0]


def subjects(page: Page, statement: Statement, pieces: tuple[Fragment, ...]) -> list[Subject]:
    """The drugs of a statement in order, carriers of other drugs left out."""
    groups = _groups(page, statement, pieces)
    found: list[Subject] = []
    for index, group in enumerate(groups):
        start = _zone_start(page, pieces, statement, groups, index)
        end = statement.end if index + 1 == len(groups) else _zone_start(page, pieces, statement, groups, index + 1)
        zone = Zone(start, end, group[0].start, _name_end(page, group))
        first = group[0]
        found.append(
            Subject(first.ingredient, group, zone, cue(page.text, first.start, first.end), _is_flush(page, zone, first))
        )
    return _around_brackets(page, statement, found)


def _name_end(page: Page, group: tuple[DrugMention, ...]) -> int:
    """Where a drug's naming ends: behind the brackets that hold its other name."""
    end = group[-1].end
    closes = len(group) > 1 and page.text[end : end + 1] == ")" and page.text[group[-1].start - 1] == "("
    return end + 1 if closes else end


def _around_brackets(page: Page, statement: Statement, found: list[Subject]) -> list[Subject]:
    """Gives what stands behind brackets to the drug before them, not to the last one that they name."""
    for span in _BRACKETS.finditer(page.text, statement.start, statement.end) if len(found) > 1 else ():
        inside = [n for n, one in enumerate(found) if span.start() < one.mention.start < span.end()]
        if not inside or inside[0] == 0 or found[inside[-1]].zone.end <= span.end():
            continue
        before, last = found[inside[0] - 1], found[inside[-1]]
        if (
            before.tail != (0, 0)
            or within(page.clocks, before.zone.drug_end, span.start())
            or not _HAS_TEXT.search(page.text, span.end(), last.zone.end)
        ):
            continue
        found[inside[0] - 1] = before._replace(tail=(span.end(), last.zone.end))
        found[inside[-1]] = last._replace(zone=last.zone._replace(end=span.end()))
    return found


def _groups(page: Page, statement: Statement, pieces: tuple[Fragment, ...]) -> list[tuple[DrugMention, ...]]:
    named = list(within(page.mentions, statement.start, statement.end)) + _unknown(page, statement, pieces)
    named.sort()
    named = [
        mention
        for mention in named
        if not _is_carrier(page, mention, named, statement) and not _only_dates(page, mention, named)
    ]
    groups: list[tuple[DrugMention, ...]] = []
    for mention in named:
        before = groups[-1][-1] if groups else None
        if before and before.ingredient == mention.ingredient and _same_naming(page, before, mention):
            groups[-1] = (*groups[-1], mention)
        else:
            groups.append((mention,))
    return groups


def _only_dates(page: Page, mention: DrugMention, named: list[DrugMention]) -> bool:
    """Whether a drug is named only for when another was given, or against what ("NS 1 L pre cisplatin 0800-1000")."""
    if of_harm(page.text, mention.start, mention.end) or is_backdrop(page.text, mention.start, mention.end):
        return any(other.start < mention.start for other in named)
    if not _BESIDE.search(page.text[max(0, mention.start - 16) : mention.start]):
        return False
    if not any(other.start < mention.start for other in named):
        return False
    if _BARE_DOSE.match(page.text, mention.end):
        return False
    return not any(is_dose(item) for item in within(page.quantities, mention.end, mention.end + 14))


def _same_naming(page: Page, before: DrugMention, mention: DrugMention) -> bool:
    """Whether a second name of an ingredient only explains the first: "Taxol (paclitaxel) 140 mg"."""
    between = page.text[before.end : mention.start]
    if _CHECKBOX.search(between) or _NUMBERED_APART.search(between) or _NOT_AT_HAND.search(between):
        return False
    if ";" in between and cue(page.text, before.start, before.end) != cue(page.text, mention.start, mention.end):
        return False  # "held at first; X 200 mg then run 1050-1124"
    return bool(_EMPTY_LINK.fullmatch(between)) or not (
        within(page.clocks, before.end, mention.start)
        or any(is_dose(q) for q in within(page.quantities, before.end, mention.start))
    )


def _unknown(page: Page, statement: Statement, pieces: tuple[Fragment, ...]) -> list[DrugMention]:
    """Names the drug table does not have, where the words around them are those of a dose that was given."""
    found: list[DrugMention] = []
    for piece in pieces:
        known = within(page.mentions, piece.start, piece.end)
        if any(m.drugs and m.drugs[0].admin_class not in ("hydration", "flush") for m in known):
            continue
        unnamed = within(page.unnamed, piece.start, piece.end)[:1]
        if unnamed:
            words = page.text[slice(*unnamed[0])]
            found.append(DrugMention(*unnamed[0], words, words.lower(), ()))
            continue
        match = _FLUIDS.search(page.text, piece.start, piece.end)
        if match and (known or _is_told_fluid(page, match)):
            continue
        if match:
            found.append(DrugMention(match.start(), match.end(), match[0], "iv fluids", ()))
            continue
        match = _UNKNOWN.search(page.text, piece.start, piece.end)
        if (
            match is None
            or _GAUGE.fullmatch(match["dose"])
            or _is_plain_word(match["name"])
            or page.text[match.end() : match.end() + 1] == "/"
        ):
            match = _UNKNOWN_AFTER.search(page.text, piece.start, piece.end)
        if match is None or _is_plain_word(match["name"]) or any(m.start < match.end() for m in known):
            continue
        if (
            _WAY.search(page.text, match.end(), min(statement.end, match.end() + 60))
            or _STRONG_GIVING.search(page.text, piece.start, piece.end)
            or any(match.end() <= place < piece.end for place in page.ranges)
        ):
            start, end = match.span("name")
            found.append(DrugMention(start, end, page.text[start:end], page.text[start:end].lower(), ()))
    return found


def _is_told_fluid(page: Page, match: re.Match[str]) -> bool:
    """Whether "IV fluids off, 1 L in" ends a fluid that the note names elsewhere, and is no fluid of its own."""
    ends = _FLUIDS_END.match(page.text, match.end())
    return bool(ends) and any(m.drugs and m.drugs[0].admin_class == "hydration" for m in page.mentions)


def _is_plain_word(name: str) -> bool:
    return bool(_PLAIN_WORD.match(name) or _GIVING.fullmatch(name))


def _is_carrier(page: Page, mention: DrugMention, named: list[DrugMention], statement: Statement) -> bool:
    """Whether a fluid only carries the drug before it, or an electrolyte only rides in the fluid before it."""
    earlier = [other for other in named if statement.start <= other.start < mention.start]
    text = page.text
    if not mention.drugs or not earlier:
        return bool(
            mention.drugs
            and mention.drugs[0].admin_class == "hydration"
            and re.search(
                r"\b(?:diluted|mixed|reconstituted) (?:in|with)[^;.]{0,20}$|"
                r"\d ?(?:mg|mcg|g|gm|grams?|units?|meq)\b[^;.]{0,12}\bin (?:\d[\d,]* ?(?:mL|cc)? ?|"
                r"a bag )(?:of )?$|\A\W*in \d[\d,]* ?(?:mL|cc)? ?(?:of )?$",
                text[statement.start : mention.start],
                re.IGNORECASE,
            )
        )
    before = text[earlier[-1].end : mention.start]
    near = text[max(0, mention.start - 120) : mention.start]
    if carries(mention.drugs[0].admin_class, near, text[mention.end : mention.end + 24]):
        return True
    if mention.drugs[0].admin_class in ("hydration", "flush") and earlier[-1].drugs[:1] != mention.drugs[:1]:
        if re.search(
            r"[;.](?!\d)|\b(?:then|followed by|flush|and)\b|\d{4}(?![ ]?(?:mg|mcg|g|units?|mL)\b|[ ]?\Z)",
            before,
            re.IGNORECASE,
        ) and not re.search(r"\b(?:in|into|mixed)\b[^;.]{0,18}$", before):
            return False
        return bool(_CARRIER_BEFORE.search(before))
    fluid = next((other for other in reversed(earlier) if other.ingredient not in ADDITIVES), earlier[-1])
    in_fluid = fluid.drugs and fluid.drugs[0].admin_class == "hydration"
    apart = bool(within(page.clocks, fluid.end, mention.start)) or not in_fluid
    if not apart and rides_along(
        mention.ingredient, text[fluid.end : mention.start], text[mention.end : mention.end + 40]
    ):
        return True
    if mention.ingredient in ADDITIVES and earlier[-1].drugs and earlier[-1].drugs[0].admin_class == "hydration":
        return bool(
            re.search(
                r"(?:\b(?:with|w/|\+|plus|and)|\+)[ \t]*\d[\d.]*[ ]?(?:meq|mmol|g|gm|mg)[ \t]*(?:of )?$",
                before,
                re.IGNORECASE,
            )
        ) and not within(page.clocks, earlier[-1].end, mention.start)
    return False


def _is_flush(page: Page, zone: Zone, mention: DrugMention) -> bool:
    if not mention.drugs or (
        mention.drugs[0].admin_class not in ("hydration", "flush")
        and mention.ingredient not in ("heparin", "heparin sodium")
    ):
        return False
    if mention.drugs[0].admin_class == "flush":
        return True
    before = page.text[max(0, zone.start - 40, mention.start - 60) : mention.start]
    return bool(_FLUSH_AFTER.match(page.text, mention.end) or _FLUSH_BEFORE.search(before))


def _zone_start(
    page: Page, pieces: tuple[Fragment, ...], statement: Statement, groups: list[tuple[DrugMention, ...]], index: int
) -> int:
    mention = groups[index][0]
    start = max((piece.start for piece in pieces if piece.start <= mention.start), default=statement.start)
    if index and start < groups[index - 1][-1].end:
        return _between(page, groups[index - 1][-1].end, mention.start)
    return start


def _between(page: Page, start: int, end: int) -> int:
    """Where one drug's words end and the next one's begin within a fragment: after a plus, a slash or a comma."""
    joint = None
    for joint in re.finditer(r"[+/,&]|\b(?:with|w/|and|plus)\b", page.text[start:end]):  # noqa: B007 - the last one counts
        pass
    return start + joint.end() if joint else end


def shows_giving(page: Page, subject: Subject, preface: str, timed: bool) -> bool:
    """Whether a statement shows that its drug was given, not only that it is spoken of."""
    zone = page.text[subject.zone.start : subject.zone.end]
    if subject.flush:
        return bool(amounts_in(page, subject.zone.start, subject.zone.end))
    if subject.mention.drugs and subject.mention.drugs[0].admin_class == "blood" and timed:
        return True
    if any(subject.zone.start <= start < subject.zone.end for start in page.ranges) and timed:
        return True
    dose = any(
        is_dose(item) or item.unit in ("mL", "L") for item in amounts_in(page, subject.zone.start, subject.zone.end)
    )
    dose = dose or bool(_BARE_DOSE.match(page.text, subject.zone.drug_end))
    way = bool(_WAY.search(zone))
    told = any(word.kind in _TELLING for word in within(page.events, subject.zone.start, subject.zone.end))
    giving = told or bool(_GIVING.search(zone) or _STRONG_GIVING.search(preface))
    giving = giving or is_poured_in(page.text, sentence_at(page.text, subject.zone.start)[0], subject.zone.drug_start)
    if timed and subject.mention.drugs and subject.mention.drugs[0].admin_class == "hydration":
        way = way or bool(_AT_RATE.search(zone))
    if timed:
        return (
            dose
            or way
            or giving
            or read_device(zone) is not None
            or (preface.rstrip().endswith(":") and names_way(preface))
        )
    if dose:
        return way or giving
    near = page.text[subject.zone.start : min(subject.zone.end, subject.zone.drug_end + 60)]
    return bool(_STRONG_GIVING.search(near)) and not re.search(r"\btolerat", near, re.IGNORECASE)


def names_way(words: str) -> bool:
    """Whether words name a route or a technique."""
    return bool(_WAY.search(words))


def may_be_meant(page: Page, statement: Statement, subject: Subject) -> bool:
    """Whether a drug only spoken of is today's ("here for Remicade"), so that "infusion started" may mean it."""
    sentence = page.text[statement.start : statement.end]
    return subject.cue in ("none", "plan", "order") and not _LATER.search(sentence)
