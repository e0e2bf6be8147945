"""Whether a value can be read in the words it rests on: digits of times and doses, names, words for each kind.

Each check is small and its own: it asks whether the words CAN carry the value, not whether they do. That is enough to
see that a value, or its words, were exchanged.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

from reviewer.verify.records import Plain, Records, key

CLOCKS = ("start", "stop", "arrived", "left")
QUANTITIES: tuple[str, ...] = (
    "dose",
    "discarded",
    "volume",
    "ordered_dose",
    "weight",
    "height",
    "creatinine_clearance",
    "rates",
)
QUANTITIES += ("concentration", "body_surface_area")
LINKS = {"access_site": "access_sites", "visit": "visits", "pump": "pumps"}
WORDS: dict[str, dict[str, str]] = {
    "route": {
        "intravenous": r"\biv|ivp|vein|venous|port\b|picc|piv|line|lumen|central|cath|access|\bcvc|bag|drip|hung",
        "intra_arterial": r"arter|\bi\.?a\.?\b",
        "subcutaneous": r"sub\W?c|\bs\.?[cq]\.?\b|\bsq|under the skin|on-?body|onpro|inject|shot",
        "intramuscular": r"\bi\.?m\.?\b|muscul|muscle|gluteal|delt|glut",
        "intradermal": r"dermal|\bid\b",
        "intrathecal": r"thecal|\bit\b|spinal|csf|lumbar",
        "intraventricular": r"ventricul|ommaya|reservoir",
        "intraperitoneal": r"periton|\bip\b|abdom|belly",
        "intrapleural": r"pleur|chest",
        "intralesional": r"lesion",
        "intravesical": r"vesic|bladder|cath",
        "oral": r"\bp\.?\s?o\.?\b|oral|mouth|tab|swallow",
        "topical": r"topic|skin|cream|appl|patch",
        "inhaled": r"inhal|neb",
    },
    "technique": {
        "infusion": r"infus|ivpb|bag|drip|piggy|hung|\bran\b|run|bolus|start|rate|over|gtt|\biv\b|ml\b|kvo|tko",
        "push": r"push|ivp\b|\bip\b|bolus|syringe|hand|slow|\bp\b|inject",
        "injection": r"inject|\bsub\W?c|\bs\.?[cq]\.?|\bsq|\bi\.?m\.?\b|given|instil|intra|shot|thecal|dermal",
        "pump": r"pump|cadd|elastom|ball|portable|ambulat",
    },
    "status": {
        "held": r"h[oe]ld|not given|defer|omit|skip|withh|postpone|cancel",
        "refused": r"refus|declin",
        "planned": r"plan|order|schedul|will|to be|next|tomorrow|due|to receive|pending",
        "stopped_early": r"stop|discontin|not restart|d/?c|halt|early|terminat|abort|reaction|not complet|infiltrat",
    },
    "purpose": {
        "flush": r"flush|lock|irrig|saline|heparin|rinse|clear",
        "keep_open": r"kvo|tko|keep|open|carrier|line|maint",
        "hydration": r"hydrat|fluid|bolus|volume",
        "premedication": r"pre\W?med|prior|before|prophyl",
    },
    "presence": {
        "continuous": r"stay|remain|present|continu|throughout|bedside|beside|attend|with (?:the )?p",
        "intermittent": r"interm|check|every|q\d",
        "absent": r"left|absent|not |no ",
    },
    "container": {"single_dose": r"single|sdv|\bsd\b", "multi_dose": r"multi|mdv"},
    "device": {"on_body_injector": r"on\W?body|onpro|obi\b"},
    "kind": {
        "peripheral_iv": r"piv|peripher|\biv\b|\d+\s*g|gauge|angio|cath|hep\W?lock|saline lock|hand|arm|\bac\b|\bfa\b",
        "midline": r"midline",
        "picc": r"picc|periph\w* inserted",
        "central_line": r"central|cvc|tlc|hickman|broviac|lumen|line|jugul|\bij\b|groshong",
        "implanted_port": r"port|mediport|powerport|huber|pac\b",
        "arterial_catheter": r"arter|\bia\b|sheath|cath",
        "spinal_needle": r"lumbar|spinal|\blp\b|l\d|needle|puncture|thecal",
        "ommaya_reservoir": r"ommaya|reservoir",
        "peritoneal_port": r"periton|port|\bip\b",
        "peritoneal_catheter": r"periton|cath|tenckhoff",
        "pleural_catheter": r"pleur|chest|cath|tube|thora",
        "portable": r"cadd|portab|ambulat|home|worn|elastom|dose\W?fuse|ball",
        "implantable": r"implant|hepatic|medtronic|codman|intrathecal|intera",
        "elastomeric": r"elastom|ball|easypump|homepump|infusor",
        "stationary": r"station|pole|alaris|bedside|smart|plum|baxter|volumetric|pump",
    },
    "action": {
        "initiated": r"start|connect|initiat|beg[au]n|placed|hung|hook|program|attach|load|runn|infus|set|going|home",
        "refilled": r"refill|fill|new|chang|replac",
        "maintained": r"maint|check|interrog|servic|program|batter|evaluat",
        "disconnected": r"dis\W?c|remov|d/?c|off|unhook|take|took|de-?access|complet",
    },
    "owner": {
        "clinic": r"clinic|our|facil|hospit|infusion|cent|depart|office",
        "patient": r"patient|own|pt\b|his|her",
        "supplier": r"home|suppl|dme|vendor|pharm|company|care|rent|agency",
    },
    "payer": {
        "medicare": r"medicare|mcr|part b",
        "medicaid": r"medicaid|mcd",
        "commercial": r"commerc|bcbs|blue|aetna|cigna|united|uhc|ppo|hmo|insur|humana|health|anthem|employer",
    },
    "primary_reason": {
        "chemotherapy": r"chemo|treat|cycle|infus|regimen",
        "therapy": r"ther|treat|infus|antibio|iron|here for|present|inj",
        "hydration": r"hydrat|fluid",
    },
    "setting": {
        "facility": r"hosp|facil|outpat|infusion|center|centre|depart|clinic",
        "physician": r"office|clinic|physician|practice|group|associates",
    },
}
SHORT = {
    "right": r"\br(?:t|ight)?\b",
    "left": r"\bl(?:t|eft)?\b",
    "forearm": r"\bfa\b|forearm",
    "antecubital": r"\bac\b|antecub",
    "abdomen": r"\babd|belly",
    "jugular": r"\b[ie]j\b|jugul",
    "subclavian": r"\bsc\b|subclav",
    "basilic": r"basil",
    "bilateral": r"both|bilat",
}
"""Words for places of the body as notes shorten them."""
SPELLED = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(1, 13),
        strict=True,
    )
)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.h]?([0-5]\d)?(?:[:.]\d\d)?\s*([ap]\.?m?\b\.?)?", re.I)
_SOFT_BREAK = re.compile(r"=[ \t]*\r?\n")
_WITH_STOPS = re.compile(r"\b([IiSs])\.[ ]?([VvMmCcQq])\.")
_NUMBER = re.compile(rf"\b(?:\d{{1,3}}|{'|'.join(SPELLED)})\b")
_SPACE = re.compile(r"\s+")


def readable(name: str, value: Any, texts: list[str], facts: Plain, records: Records) -> bool:
    """Whether a value of a fact called `name` can be read in the words of its spans."""
    words = _WITH_STOPS.sub(r"\1\2", html.unescape(_SOFT_BREAK.sub("", " ".join(texts))))
    folded = _SPACE.sub(" ", words).casefold()
    if name in CLOCKS:
        return _clock(value, folded)
    if name in QUANTITIES:
        return _quantity(name, value, folded)
    if name == "lesions" and value == sum(_counted(word) for word in _NUMBER.findall(folded)):
        return True
    if name in ("planned_hours", "duration_minutes", "lesions"):
        return _length(value, folded)
    if name in LINKS:
        return any(entry["id"] == value for entry in facts.get(LINKS[name], ()))
    if name == "date_of_service":
        return _date(value, folded)
    if name in ("drug", "product"):
        return _drug(value, folded, records)
    if name == "location":
        return all(re.search(SHORT.get(part, re.escape(part[:3])), folded) for part in _parts(value.casefold()))
    if name in WORDS:
        pattern = WORDS[name].get(value)
        return pattern is None or re.search(pattern, folded, re.I) is not None
    if isinstance(value, str):
        return _free(value, folded)
    return True


def _counted(word: str) -> int:
    return SPELLED[word] if word in SPELLED else int(word)


def _clock(value: str, words: str) -> bool:
    """The hour and the minute stand in the words; a time of day in words and a sum of times are let pass."""
    wanted = value[-5:]
    hour, minute = int(wanted[:2]), int(wanted[3:5])
    found = set()
    for first, second, half in _CLOCK.findall(words):
        found |= _readings(first, second, half)
    for digits in re.findall(r"(?<!\d)\d{3,4}(?!\d)", words):
        found.add((int(digits[:-2]), int(digits[-2:])))
    if (hour, minute) in found or (hour % 12, minute) in {(h % 12, m) for h, m in found}:
        return True
    if re.search(r"noon|midnight", words):
        return minute == 0 and hour in (0, 12, 24)
    return not any(second or half or len(first) > 2 for first, second, half in _CLOCK.findall(words))


def _readings(first: str, second: str, half: str) -> set[tuple[int, int]]:
    hour, minute = int(first), int(second or 0)
    if hour > 24:
        return set()
    if not second and not half:
        return set()
    return {(hour % 12 + (12 if half[:1].lower() == "p" else 0), minute)} if half else {(hour, minute)}


def _number(value: Any, words: str) -> bool:
    plain = f"{float(value):g}" if float(value) < 1_000_000 else str(int(value))
    numbers = {n.replace(",", "") for n in re.findall(r"\d[\d,]*(?:\.\d+)?|\.\d+", words)}
    if any(_same(number, plain) for number in numbers):
        return True
    return any(SPELLED[word] == float(value) for word in re.findall(r"[a-z]+", words) if word in SPELLED)


def _concentration(value: Any, words: str) -> bool:
    """An amount in a volume: the number itself, or one number of the words over another."""
    if _number(value, words):
        return True
    numbers = [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?|\.\d+", words)]
    scales = (1, 1000, 0.001)
    return any(
        abs(a / b * k - float(value)) < 1e-6 * float(value) for a in numbers for b in numbers if b for k in scales
    )


def _quantity(name: str, value: Any, words: str) -> bool:
    """An amount and its unit; that nothing was discarded may be told in words."""
    if name == "concentration":
        return _concentration(value["amount"], words)
    if name == "discarded" and not value["amount"]:
        return re.search(r"\bno\b|none|nil|zero|0|without|entire|whole|all", words) is not None
    return _number(value["amount"], words) and (name == "body_surface_area" or _unit(value.get("unit", ""), words))


def _same(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _unit(unit: str, words: str) -> bool:
    letters = re.match(r"[a-z\u00b5%]*", unit.casefold())
    stem = letters[0][:2] if letters else ""
    others = {"un": "u|iu", "ml": "cc|l", "mc": "ug|\u00b5|micro", "g": "gm|gram", "ho": "h"}
    return re.search(rf"{re.escape(stem)}|{others.get(stem, 'milli|micro')}", words) is not None


def _length(value: Any, words: str) -> bool:
    """A length or a count: its number in minutes, hours or days, or spelled out."""
    whole = float(value)
    if any(_number(number, words) for number in (whole, whole / 60, whole / 24, whole / 1440, whole * 60)):
        return True
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", words)]
    mixed = {a * 60 + b for a in numbers for b in numbers}
    return whole in mixed or bool(re.search(r"half|quarter|an? hour|week|day", words))


def _date(value: str, words: str) -> bool:
    year, month, day = value.split("-")
    numbers = {int(n) for n in re.findall(r"\d+", words)}
    told_month = int(month) in numbers or MONTHS[int(month) - 1] in words
    in_one = value.replace("-", "") in words or f"{month}{day}{year}" in words
    return in_one or (int(day) in numbers and told_month and bool({int(year), int(year[2:])} & numbers))


def _drug(value: str, words: str, records: Records) -> bool:
    if _free(value, words):
        return True
    names = {name for row in records.drug(value).rows for name in records.names_of(row)}
    text = f" {key(words)} "
    return any(f" {name} " in text for name in names)


def _free(value: str, words: str) -> bool:
    """The value's words stand in the text, in their order or each somewhere."""
    wanted = _SPACE.sub(" ", value).casefold().strip(" .,;")
    if wanted in words:
        return True
    return all(part in words for part in _parts(wanted))


def _parts(text: str) -> Iterable[str]:
    return [part for part in re.split(r"[^\w]+", text) if part]
