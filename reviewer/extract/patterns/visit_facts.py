"""The visit itself: its date, the setting, the payer, why the patient came, and who the patient is.

Words as written; several readings are all emitted. Dates of birth, of orders, of consents, of earlier and next
visits are no dates of service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from reviewer.extract.patterns.elements_scope import relative, scope
from reviewer.extract.patterns.elements_sentences import sentences
from reviewer.extract.wire import Said
from reviewer.language.dates import FoundDate, ends_stay, find_dates, one_stay
from reviewer.language.folding import lowered
from reviewer.language.lazy import Lazy
from reviewer.language.sections import section_at
from reviewer.language.vocabulary import read_payer, read_primary_reason, read_setting
from reviewer.notes.note import Note


class VisitFacts(NamedTuple):
    """Readings of each fact of the visit, in the order of the notes."""

    date_of_service: tuple[Said, ...]
    setting: tuple[Said, ...]
    payer: tuple[Said, ...]
    primary_reason: tuple[Said, ...]
    patient: tuple[Said, ...]


def read_visit_facts(notes: tuple[Note, ...]) -> VisitFacts:
    """The facts of the visit, each quoted verbatim. Words that carry no setting, payer or reason are left out.

    `patient` holds name, record number, date of birth and age with sex as written ("MRN 4471", "62M"), so that
    notes of different patients can be told apart.
    """
    return VisitFacts(
        date_of_service=_of_service(notes),
        setting=tuple(said for note in notes for said in _settings(note) if read_setting(said.text)),
        payer=tuple(said for note in notes for said in _payers(note) if read_payer(said.text)),
        primary_reason=_primary_reason(notes),
        patient=tuple(said for note in notes for said in _patients(note)),
    )


def _said(note: Note, start: int, end: int, text: str | None = None) -> Said:
    quote = note.text[start:end]
    return Said(text=text or quote, quote=quote, note_id=note.id, at=start)


_LABELLED = Lazy(
    r"(?:(?<!prior )(?<!previous )(?<!last )\bDOS|"
    r"\b(?:late\s+entry|addendum|retrospective\s+(?:entry|note))\s+(?:for|of|to|re)"
    r"(?:\s+(?:the\s+)?(?:visit|treatment|infusion|service|note|encounter|date))*(?:\s+(?:on|of))?|\bdate\s+of\s+(?:service|visit|encounter|treatment|infusion)|\b(?:service|"
    r"visit|encounter|treatment|infusion|appointment|note)\s+date|"
    r"(?<!\w\s)\bdate)(?:\s*/\s*time)?\s*[:=]?\s*(?:of\s+)?\Z",
    re.IGNORECASE,
)
_OTHER_DATE = Lazy(
    r"\b(?:DOB|D\.O\.B\.?|birth\w*|born|consent\w*|signed|sign(?:ature)?|orders?(?:ed)?|"
    r"next|follow[- ]?up|f/u|appt\.?|appointment|return\w*|RTC|RTO|rtn\.?|"
    r"(?:see|come|comes|be) back|last|previous\w*|prior|since|"
    r"dx['’]?d?|diagnos\w+|started|begun|"
    r"exp(?:ires?|iry|iration|\.)?|lot|mfg|admit\w*|admission|discharg\w+|surgery|placed|"
    r"inserted|scan|ct|mri|pet|echo|labs?|cbc|anc|printed|reported|faxed|scheduled|due|"
    r"history|hx|vaccin\w+|approved|auth\w*|effective|"
    r"valid|through|thru|until|by|cycle\s+\d+|C\d+D?\d*|updated|revised|reviewed|verified|"
    r"on\s+file|biopsy|port|picc|transfus\w+|from|date\s+of\s+(?:order|birth|consent|"
    r"diagnosis)|dated|refill|disconnect|to\s+end|ends?|stop(?:s|ped)?|last\s+dose|"
    r"(?<!date )given(?:\s+on)?)(?:\b|(?<=\.))(?:[^|;\n.]|\.(?!\s)){0,22}\Z",
    re.IGNORECASE,
)
_OTHER_AFTER = Lazy(r"\s*\)?\s*(?:labs?\b|ct\b|mri\b|scan\b|order\b|consent\b|biopsy\b|surgery\b)", re.IGNORECASE)
_HEADER = Lazy(
    r"\b(?:note|flow\s?sheet|record|MAR|eMAR|clinic|unit|cent(?:er|re)|suite|visit|room|"
    r"office|encounter|infusion|oncology|hospital|HOPD|PACU|department|printout|progress|"
    r"nursing|summary|report|procedure|pharmacy)\b",
    re.IGNORECASE,
)
_COMING_BACK = Lazy(r"\A(?:next|follow|f/u|appt|appointment|return|rt[con]\b)", re.IGNORECASE)
_SIGNED = Lazy(r"\b(?:signed by (?:the )?(?:patient|pt)|(?:patient|pt) signature|consent\w*)\b", re.IGNORECASE)
_ADMITTED = Lazy(r"\b(?:admit(?:ted)?|admission|obs\w*\s+(?:start|began|admit\w*))\b[^|;\n.]{0,16}\Z", re.IGNORECASE)
_ADDED = Lazy(r"\b(?:addendum|late\s+entry)\s*[(@,]?\s*(?:(?:written|entered|dated|added|on)\s+)*\Z", re.IGNORECASE)
_STAMPED = Lazy(r"(?:[\sT,@]{1,3}\d{1,2}:?\d\d(?:\s?h(?:rs?)?)?)?\s*(?:[:;)]|\n|\Z|for\b)", re.IGNORECASE)
_ADDED_AFTER = Lazy(
    r"(?:[\sT,@]{1,3}\d{1,2}:?\d\d(?:\s?h(?:rs?)?)?)?\s*[-:,]?\s*(?:addendum|late\s+entry)\b", re.IGNORECASE
)
_THAT_DAY = Lazy(
    r"\b(?:today|tonight|now|this\s+(?:morning|afternoon|evening|visit)|presents?|presented|return(?:s|ed)|arriv(?:es|ed)|"
    r"back\s+(?:for|in)|here\s+for|came|comes)\b",
    re.IGNORECASE,
)
_STAMP = Lazy(r"[\s\[(*-]*\Z")
_HEADER_REACH = 60
_LINE_REACH = 400


class _DateReading(NamedTuple):
    found: FoundDate
    rank: int


def _line_bounds(text: str, place: int) -> tuple[int, int]:
    """The line around a place, cut to a bounded reach."""
    low, high = max(0, place - _LINE_REACH), min(len(text), place + _LINE_REACH)
    start, end = text.rfind("\n", low, place), text.find("\n", place, high)
    return start + 1 if start >= 0 else low, end if end >= 0 else high


def _rank(text: str, found: FoundDate, first_text: int) -> int | None:
    """How surely a date is that of the visit: 0 labelled, 1 in a header, 2 a time stamp, 3 in a sentence, None not."""
    start, end = _line_bounds(text, found.start)
    before = text[max(start, found.start - 48) : found.start]
    other = _OTHER_DATE.search(before)
    if other and not _LABELLED.search(before):
        heads = start <= first_text and _HEADER.search(other[0]) and not _COMING_BACK.match(other[0])
        if not heads:
            return None
    if _SIGNED.search(text, start, found.start) and re.search(r"(?<!\w\s)\bdate\s*[:=]?\s*\Z", before, re.IGNORECASE):
        return None
    if _OTHER_AFTER.match(text, found.end, found.end + 20):
        return None
    if _LABELLED.search(before):
        return 0
    near = text[max(start, found.start - _HEADER_REACH) : min(end, found.end + _HEADER_REACH)]
    opens = _STAMP.match(text[start : found.start]) if found.start - start <= 6 else None
    if (
        found.start - start <= 120
        and (_HEADER.search(near) or start <= first_text)
        and (opens or not re.search(r"[.;]\s", before))
    ):
        stamped = opens and re.match(r"[\sT]+\d{1,2}:?\d\d\b(?!/)", text[found.end : found.end + 8])
        return 2 if stamped else 1
    return 2 if opens else 3


def _of_service(notes: tuple[Note, ...]) -> tuple[Said, ...]:
    """The dates of service that are told; when an addendum was written is none where another date is told."""
    told = [(said, _is_of_writing(note.text, said)) for note in notes for said in _dates(note)]
    return tuple(said for said, written in told if not written) or tuple(said for said, _ in told)


def _is_of_writing(text: str, said: Said) -> bool:
    """Whether a date is the stamp of an addendum or a late entry, which bears the day on which it was written.

    One that tells of that day itself is a visit's own.
    """
    start = said.at if said.at is not None else text.find(said.quote)
    end = start + len(said.quote)
    if _THAT_DAY.search(text, end, end + _LINE_REACH * 10):
        return False
    before = text[_line_bounds(text, start)[0] : start]
    headed = _ADDED.search(before) and _STAMPED.match(text, end, end + 24)
    return bool(headed or (_STAMP.match(before) and _ADDED_AFTER.match(text, end, end + 40)))


def _dates(note: Note) -> Iterator[Said]:
    text = note.text
    first_text = len(text) - len(text.lstrip())
    ranked = [
        _DateReading(found, rank) for found in find_dates(text) if (rank := _rank(text, found, first_text)) is not None
    ]
    # "07/04 - 07/05" heads a stay, whose first day is the date of service.
    ranked = [
        reading
        for before, reading in zip([None, *ranked], ranked, strict=False)
        if before is None or not one_stay(text, before.found, reading.found)
    ]
    first = ranked[0].found if ranked else None
    ranked = [r for r in ranked if first is None or not ends_stay(text, first, r.found)]
    # What heads an earlier visit that was copied in is no day of this one.
    ranked = [reading for reading in ranked if section_at(text, reading.found.start) != "history"] or ranked
    ranked = (
        ranked or [_DateReading(found, 3) for found in find_dates(text) if _ADMITTED.search(text, 0, found.start)][:1]
    )
    if not ranked:
        return
    best = min(reading.rank for reading in ranked)
    seen: set[date] = set()
    for reading in ranked:
        if reading.rank != best or reading.found.on in seen:
            continue
        if best >= 2 and seen:
            return
        seen.add(reading.found.on)
        yield _said(note, reading.found.start, reading.found.end)


_PLACE = Lazy(
    r"(?P<a>\bHOPD\b(?:\s+infusion\s+(?:unit|center|suite))?|"
    r"\bhospital[- ](?:based\s+)?outpatient(?:\s+(?:infusion\s+)?(?:center|centre|"
    r"department|clinic|unit))?|\bhospital\s+(?:infusion\s+(?:center|unit|suite)|PACU|"
    r"department)|\boutpatient\s+cancer\s+center\s+\(hospital\s+department\)|"
    r"\b(?:outpatient|ambulatory|infusion|oncology|"
    r"cancer)\s+(?:\w+\s+){0,3}\((?:private\s+practice|hospital(?:\s+\w+)?|"
    r"physician\s+office)\)|\bphysician(?:['’]s)?\s+office(?:\s+infusion\s+(?:suite|"
    r"room))?|\boffice[- ]based\s+infusion\s+(?:room|suite)|\bprivate\s+practice|"
    r"\bdoctor['’]s\s+office|\bprovider-based\s+(?:clinic|department)|"
    r"\boffice\s+infusion\s+(?:suite|room)|\bemergency\s+department\b|"
    r"\bobservation\s+(?:unit|status)\b|\bPOS[\s:]*(?:11|19|22)\b)",
    re.IGNORECASE,
)
_PLACE_LABEL = Lazy(
    r"\b(?:loc(?:ation)?|setting|site\s+of\s+(?:service|care)|place\s+of\s+service|"
    r"facility|dept|department)\s?:\s{0,3}(?P<v>[^\n|;.,]{3,60})",
    re.IGNORECASE,
)
_ELSEWHERE = Lazy(
    r"\b(?:follow[- ]?up|transferred|sent|go|went|call(?:ed)?|return|discharged|referred|"
    r"admitted|direct|fax(?:ed)?|seen\s+(?:in|at)|visit(?:ed)?\s+to|from|last|"
    r"at\s+the\s+time\s+of|report\s+to|present\s+to|via)\b[^|;]{0,30}\Z",
    re.IGNORECASE,
)


def _settings(note: Note) -> Iterator[Said]:
    for found in _PLACE_LABEL.finditer(note.text):
        if re.search(
            r"hospital|HOPD|office|practice|provider-based|PACU|\bED\b|observation", found["v"], re.IGNORECASE
        ):
            end = found.start("v") + len(found["v"].rstrip())
            yield _said(note, found.start("v"), end)
    labelled = [(found.start(), found.end()) for found in _PLACE_LABEL.finditer(note.text)]
    for found in _PLACE.finditer(note.text):
        inside = any(start <= found.start() < end for start, end in labelled) if len(labelled) < 50 else False
        line, _ = _line_bounds(note.text, found.start())
        before = note.text[max(line, found.start() - 50) : found.start()]
        if not inside and not _ELSEWHERE.search(before):
            yield _said(note, found.start(), found.end())


_PAYER = Lazy(
    r"\b(?P<v>medicare(?:\s+(?:part\s+[ab](?:/b)?|advantage|A/B))?|medicaid|medi-cal|"
    r"(?:anthem\s+)?blue\s+cross(?:[/\s]+blue\s+shield)?|BCBS(?:\s+(?-i:[A-Z]{2}))?|aetna|"
    r"cigna|humana|united\s?health\s?care|UHC|united\s+(?:HMO|PPO)|"
    r"tricare|champva|kaiser(?:\s+permanente)?|anthem|commercial\s+(?:insurance|plan|"
    r"payer|PPO|HMO)|private\s+insurance|self[- ]pay|uninsured|"
    r"workers['’]?\s+comp(?:ensation)?)\b",
    re.IGNORECASE,
)
_PAYER_LABEL = Lazy(
    r"\b(?:payer|payor|primary\s+(?:insurance|payer|payor)|insurance|ins|coverage|"
    r"plan\s+type|financial\s+class)\s?:\s{0,3}(?P<v>[^\n|;.]{2,50}?)(?=\s{2,}|[\n|;.,]|"
    r"\s[A-Z][A-Za-z]{1,12}:|\Z)",
    re.IGNORECASE,
)
_NOT_PAYER_AFTER = Lazy(
    r"\s*(?:guidelines?|rules?|polic(?:y|ies)|regulations?|requirements?|criteria|lcd|ncd|"
    r"manual|abn|number|beneficiary\s+notice|fee|claims?\s+processing|denied\s+last|"
    r"application|eligib\w+)\b",
    re.IGNORECASE,
)
_NOT_PAYER_BEFORE = Lazy(
    r"\b(?:not|no|non-?|per|applied\s+for|apply(?:ing)?\s+for|pending|former(?:ly)?|"
    r"secondary|2ndary|supplement\w*|lost|lapsed|previous(?:ly)?|ineligible\s+for|"
    r"if)\b\s*:?\s*(?:\w+\s+){0,2}\Z",
    re.IGNORECASE,
)


def _payers(note: Note) -> Iterator[Said]:
    taken = set()
    for found in _PAYER_LABEL.finditer(note.text):
        value = found["v"].strip()
        before = note.text[max(0, found.start() - 20) : found.start()]
        if re.search(r"secondary\s*\Z", before, re.IGNORECASE) or not re.search(r"[A-Za-z]{3}", value) or "_" in value:
            continue
        taken.add(_line_bounds(note.text, found.start())[0])
        yield _said(note, found.start("v"), found.start("v") + len(found["v"].rstrip()))
    for found in _PAYER.finditer(note.text):
        line = _line_bounds(note.text, found.start())[0]
        if line in taken or _NOT_PAYER_AFTER.match(note.text, found.end(), found.end() + 30):
            continue
        if not _NOT_PAYER_BEFORE.search(note.text[max(line, found.start() - 40) : found.start()]):
            yield _said(note, found.start("v"), found.end("v"))


_END = r"(?=\s*(?:[.;|\n]|,\s|\s[-–—]\s|\s[A-Z][A-Za-z ]{1,14}:|\Z))"
_REASON = Lazy(
    r"(?:\b(?:main|primary|chief)\s+(?:reason|problem)(?:\s+for\s+(?:(?:the|this|today['’]s)\s+)?(?:visit|encounter))?"
    r"(?:\s(?:is|was)\s|\s?:\s{0,3})"
    r"|\b(?:reason\s+for\s+(?:visit|encounter|treatment)|chief\s+complaint|(?-i:CC)|"
    r"(?<!next )(?<!last )(?<!of )visit(?:\s+type|\s+reason)?|purpose\s+of\s+visit)\s?:\s{0,3}"
    r"|\b(?:arrived|presented|presents|presenting|here\s+today|here|came\s+in|comes\s+in|"
    r"admitted|ambulatory|received\s+ambulatory|arrives|"
    r"ambulated\s+in|(?:came|comes|is|was)\s+back(?:\s[^.;\n]{0,24})?)\s+(?:today\s+)?(?:to\s+(?:the\s+)?(?:clinic|unit|"
    r"infusion\s+\w+)\s+)?for\s+(?:an?\s+|her\s+|his\s+|the\s+)?"
    r"|\bchecked\s+in,\s|(?<![\w-])seen\s+(?:today\s+)?for\s+(?:an?\s+|her\s+|"
    r"his\s+)?)(?P<v>[^.;|\n]{3,80}?)" + _END,
    re.IGNORECASE,
)


_CAME = Lazy(
    r"\b(?:comes?|came|coming|presents?|presented|presenting|arrive[sd]?|seen|returns?|returned|sent(?: over)?|"
    r"referred|visits?|visited|here|needs|brought)\b"
    r"(?:[^.,;|\n]|,(?= ?\d{4}\b)|(?<=\b[ap])\.(?=m\.)|(?<=\bDr)\.){0,70}?"
    r"\b(?P<by>for|because of|due to|with)\s+(?:an?\s+|her\s+|his\s+|the\s+|some\s+|\d L of\s+)?"
    r"(?P<v>(?:(?:iv|intravenous|severe|moderate|mild|acute)\s+){0,2}(?:(?:re)?hydration|dehydration|fluids?|ivf)\b)"
    r"|\b(?:the )?(?:order|visit) (?:is|was) for\s+(?P<o>(?:iv |intravenous )?(?:(?:re)?hydration|fluids?)\b)",
    re.IGNORECASE,
)
"""Fluid told as what a patient came for: it is then the main service of an office (HIER-OFF)."""


def _primary_reason(notes: tuple[Note, ...]) -> tuple[Said, ...]:
    told = tuple(said for note in notes for said in _reasons(note) if read_primary_reason(said.text))
    return told or tuple(said for note in notes for said in _came_for_fluid(note))


def _came_for_fluid(note: Note) -> Iterator[Said]:
    if not _CAME.may_match(lowered(note.text)):
        return
    for sentence in sentences(note):
        for found in _CAME.finditer(sentence.text):
            if scope(sentence, found.start(), found.end()).standing in ("plain", "blank"):
                group = "v" if found["v"] else "o"
                yield _said(note, sentence.start + found.start(group), sentence.start + found.end(group))


def _reasons(note: Note) -> Iterator[Said]:
    if not _REASON.may_match(lowered(note.text)):
        return
    for sentence in sentences(note):
        for found in _REASON.finditer(sentence.text):
            over = scope(sentence, found.start(), found.start("v"))
            if over.standing not in ("plain", "blank") or relative(sentence, found.start()) or "__" in found["v"]:
                continue
            at = sentence.start + found.start("v")
            yield _said(note, at, at + len(found["v"].rstrip()))


_PERSON = (
    r"(?:[A-Z][A-Za-z'’-]+,\s?[A-Z][A-Za-z'’-]*(?:\s[A-Z]\.?)?|"
    r"[A-Z][A-Za-z'’-]*\.?(?:\s[A-Z]\.)?\s[A-Z][A-Za-z'’-]+)"
)
_NAME = Lazy(
    rf"\b(?i:(?:patient|pt)(?:['’]s)?(?:\s+name)?|name)\s?:\s{{0,3}}(?P<v>(?!(?i:id|name|mrn|dob|age|sex|verified|confirmed|education|response|seen|here)\b){_PERSON})(?=\s{{2,}}|[\n|;.,(]|\s(?i:mrn|dob|age|sex|dos|date|acct|[-–—(])|\s\d|\Z)"
)
_NUMBER = Lazy(
    r"\b(?:MRN|medical\s+record\s+(?:no\.?|number|#)|MR\s?#|acct\.?\s?#?|"
    r"account\s+(?:no\.?|number|#)|patient\s+id|pt\s+id)\s?[:#=]?\s{0,3}#?(?P<v>(?=[A-Z-]{"
    r"0,6}\d)[A-Z0-9][A-Z0-9-]{2,14})\b",
    re.IGNORECASE,
)
_BARE_NAME = Lazy(
    r"(?<![A-Za-z:] )(?<!\w)(?P<v>[A-Z][A-Za-z'’-]+,[ ]?[A-Z][A-Za-z'’-]+(?:[ ][A-Z]\.?)?)"
    r"[\s,|(–-]{1,30}(?i:MRN|DOB|medical record)\b"
)
_BIRTH = Lazy(r"\b(?:DOB|D\.O\.B\.?|date\s+of\s+birth|birth\s?date|born)\s?[:=]?\s{0,3}(?:on\s+)?", re.IGNORECASE)
_AGE_SEX = Lazy(
    r"(?=[\dFM])(?<![\w/.-])(?:\d{1,3}\s?[- ]?(?i:y(?:ea)?rs?[- ]?old|y/?o|y\.o\.|yo|"
    r"yr)[ -]+(?i:old\s+)?(?:(?i:female|male|woman|man|gentleman|lady|girl|boy)|[FM])|"
    r"\d{1,3}[FM]|[FM]\s?\d{2}(?=\s?(?:y|yo|yr))|\d{1,3}\s[FM](?=[\s,.;|]))(?![\w%/-])"
)


def _patients(note: Note) -> Iterator[Said]:
    tokens: list[Said] = [
        _said(note, found.start(), found.end("v"), f"{kind} {found['v'].strip()}".strip())
        for kind, pattern in (("name", _NAME), ("MRN", _NUMBER))
        for found in pattern.finditer(note.text)
        if kind != "MRN" or "acc" not in found[0].lower()
    ]
    tokens.extend(_said(note, *found.span("v"), f"name {found['v']}") for found in _BARE_NAME.finditer(note.text))
    tokens.extend(_births(note))
    tokens.extend(_ages(note))
    yield from sorted(tokens, key=lambda said: said.at or 0)


def _births(note: Note) -> Iterable[Said]:
    starts = {found.start: found for found in find_dates(note.text)}
    for label in _BIRTH.finditer(note.text):
        found = starts.get(label.end())
        if found:
            yield _said(note, label.start(), found.end, f"DOB {note.text[found.start : found.end]}")


def _ages(note: Note) -> Iterable[Said]:
    for sentence in sentences(note):
        for found in _AGE_SEX.finditer(sentence.text):
            before = sentence.text[max(0, found.start() - 30) : found.start()]
            if relative(sentence, found.start()) or re.search(
                r"\b(?:at\s+age|aged|since|gauge|needle|Fr|size|catheter)\s*\Z", before, re.IGNORECASE
            ):
                continue
            after = sentence.text[found.end() : found.end() + 24]
            if re.match(
                r"\s*(?:sister|brother|daughter|son\b|mother|father|wife|husband|spouse)", after, re.IGNORECASE
            ):
                continue
            at = sentence.start + found.start()
            yield _said(note, at, at + len(found[0]))
