"""Words for lines, needles and places on the body, to the terms of the contract."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import cast

from reviewer.language.lazy import Lazy
from reviewer.language.terms import named_in, table
from validator.facts import AccessKind

BLADDER = (
    r"(?<!of[ ])(?<!of[ ]the[ ])(?<!ca[ ])(?<!invasive[ ])bladder(?![ ](?:ca|cancer|carcinoma|tumou?r|neoplasm"
    r"|malignan\w+|uc|tcc|urothelial|mets?|metasta\w+|dz|disease|scan\w*|spasms?|irritati\w+|mass|primary)(?!\w))"
)
"""The bladder as a place, not as what a cancer is of ("Gemzar 1400 mg, bladder ca")."""

LINE_NAME = r"(?:line|iv|piv|site|access)[ ]?#?[ ]?(?:[a-d]|[1-4])"
"""What a note may call each of two lines: "Line A: 20g R forearm. Line B: 22g L hand"."""

_ACCESS = table(
    peritoneal_port=r"(?:intra-?)?peritoneal[ ]port|(?-i:IP)[ ]port",
    peritoneal_catheter=r"(?:intra-?)?peritoneal[ ](?:\w+[ ])?(?:catheter|drain)|(?-i:IP)[ ]catheter"
    r"|tenckhoff(?:[ ]catheter)?",
    pleural_catheter=r"chest[ ]tube|pleurx(?:[ ]catheter)?|pleural[ ](?:catheter|drain)"
    r"|thoracostomy[ ]tube|pigtail(?:[ ]catheter)?",
    ommaya_reservoir=r"ommaya(?:[ ]reservoir)?|rickham|(?:intra-?)?ventricular[ ]reservoir",
    arterial_catheter=r"(?:intra-?)?arterial[ ](?:catheter|sheath|access|port|microcatheter)|(?:hepatic"
    r"|femoral|carotid|iliac|ophthalmic)[ ]"
    r"arter(?:y|ial)(?:[ ]\w+){0,2}|(?-i:HAI)(?:[ ](?:pump|port|catheter))?|microcatheter"
    r"|(?-i:IA)[ ]catheter",
    spinal_needle=r"spinal[ ]needle|lumbar[ ]puncture|(?-i:LP)|spinal[ ]tap"
    r"|(?-i:L)[2-5][-/](?-i:L?)[3-5]|interspace",
    picc=r"picc(?:[ ]line)?|peripherally[ ]inserted(?:[ ]central[ ]catheter)?",
    midline=r"midline(?:[ ]catheter)?",
    implanted_port=(
        r"(?:implanted[ ]|chest[ ]|power[ -]?|medi-?)?port-?a-?cath|mediport|power[ -]?port"
        r"|infus-?a-?port"
        r"|(?:implanted[ ]|chest[ ]|venous[ ]|double[ ]lumen[ ])*ports?(?![ ](?:of|placement[ ]scheduled))"
        r"|huber(?:[ ]needle)?",
        r"(?-i:PAC)|(?-i:[LR]C(?:P|WP|W))(?=[ ](?:was[ ])?(?:de-?)?acc)|(?<=via )(?-i:[LR]CP)",
    ),
    central_line=r"cvc|cvl|cvad|central[ ](?:venous[ ])?(?:line|catheter|access)|hickman|broviac"
    r"|groshong|tunnel+ed[ ](?:line|catheter)"
    r"|triple[ ]lumen|tlc|(?:ij|subclavian)[ ](?:line|catheter)|permcath|quinton",
    peripheral_iv=(
        r"pivs?|piv\w?|peripheral(?:[ ]\w+)?|saline[ ]lock|hep-?[ ]?lock"
        r"|angio-?cath\w*|jelco|insyte|butterfly"
        r"|\d\d[ -]?g(?:a|auge)?[ ](?:peripheral[ ])?(?:iv|angio\w*|cath\w*|needle[ ]in[ ]the[ ]vein)"
        r"|iv[ ](?:was[ ]|is[ ])?(?:started|placed|inserted|established|initiated|obtained|site|access|in[ ]place"
        r"|catheter|cannula|line|restarted)"
        r"|(?<!nasal )(?<!oxygen )(?<!o2 )cannulas?(?![ ](?:at|@)[ ]?\d+[ ]?l)"
        r"|\d\d[ ]?g(?:a|auge)?[ ](?:\w+[ ])?vein|peripheral[ ]vein"
        r"|iv(?=[ ](?:in|to|at)?[ ]?(?:the[ ])?(?:r|l|right|left)\b)"
        r"|\d\d[ ]?g(?:a|auge)?,?[ ](?:x[ ]?\d[ ]|to[ ]|in[ ]|the[ ]|his[ ]|her[ ]|dors(?:um|al)[ ](?:of[ ])?)*"
        r"(?:(?:r|l|rt|lt|right|left)[ ])?(?:fore-?arm"
        r"|fa|hand|ac|arm|wrist|antecub\w*)"
        r"|(?:\d\d[ -]?g(?:a|auge)?[ ])?(?:needle|cannula|catheter|angio-?cath\w*)(?:[ ](?:was|is|placed|inserted|put"
        r"|sited|in|into|to|at|the|her|his|a|dorsum|of)){1,5}[ ](?:(?:r|l|rt|lt|right|left)[ ])?(?:fore-?arm|hand|wrist"
        r"|antecub\w*)"
        r"|(?:a|her|his|the)[ ](?:(?:r|l|rt|lt|right|left)[ ])?(?:fore-?arm|hand|wrist|antecub\w*|arm)[ ]vein"
        r"|vein[ ](?:in|of|on)[ ](?:the|her|his)[ ](?:(?:r|l|rt|lt|right|left)[ ])?"
        r"(?:fore-?arm|hand|wrist|antecub\w*|arm)"
        r"|cannulated(?:[ ](?:in|at|the|her|his)){0,2}[ ](?:(?:r|l|rt|lt|right|left)[ ])?(?:fore-?arm|hand|wrist"
        r"|antecub\w*)"
        r"|(?:r|l|rt|lt|right|left)[ ](?:fore-?arm|fa|hand|ac|arm|wrist),?[ ](?:x\d[ ])?#?\d\d[ -]?g(?:a|auge)?"
        r"|(?:r|l|rt|lt|right|left)[ ](?:fore-?arm|hand|wrist|antecub\w*|arm)[ ]vein"
        r"|(?:scalp|foot|ankle|saphenous|cephalic|basilic|metacarpal|jugular)[ ](?:p?iv|vein)(?![ ]?(?:push|pb)\b)"
        r"|vein(?=[ ]?[:=])"
        r"|\d\d[ -]?g(?:a|auge)?,?[ ](?:in[ ]|to[ ])?(?-i:[LR](?:AC|FA|H|W|UE))"
        r"|(?-i:[LR](?:AC|FA)),?[ ]#?\d\d[ -]?g(?:a|auge)?"
        r"|(?:venous|vascular)[ ]access(?=[ :=]+(?:(?:in|via|at|obtained|the)[ ])*(?:r|l|rt|lt|right|left)\b)"
        r"|(?:r|l|rt|lt|right|left)[ ](?:fore-?arm|fa|hand|ac|arm|wrist|antecub\w*)[ ]iv"
        r"(?![ ]?(?:pb|push|bolus|infus\w*|start\w*|fluids?|meds?)\b)",
        r"(?-i:SL)|(?<![\d/.,:-])(?:1[68]|2[024])[ ](?:(?-i:R|L)|rt|lt|right|left)[ ]"
        r"(?:fore-?arm|fa|hand|ac|wrist|antecub\w*)"
        r"|(?<!\w)(?:(?-i:R|L)|rt|lt|right|left)[ ](?:fore-?arm|fa|hand|ac|wrist|antecub\w*)[ ]#?(?:1[68]|2[024])"
        r"(?![\d:/.,-]\d|\d|[ ]?(?:m[gl]|mcg|cc|h|min|units?)\b)",
    ),
)


def read_access_kind(text: str) -> str | None:
    """What kind of line or needle enters the body."""
    named = named_in(_ACCESS, text)
    if named and set(named) <= {"spinal_needle", "ommaya_reservoir"}:
        return named[0]
    return cast(AccessKind, named[0]) if len(named) == 1 else None


_HINTS = {
    "peritoneal_port": ("periton", "ip port"),
    "peritoneal_catheter": ("periton", "ip catheter", "tenckhoff"),
    "pleural_catheter": ("chest", "pleur", "thoracostomy", "pigtail"),
    "ommaya_reservoir": ("ommaya", "rickham", "ventricular"),
    "arterial_catheter": ("arter", "hai", "microcath", "ia cath"),
    "spinal_needle": ("spinal", "lumbar", "lp", "l2", "l3", "l4", "l5", "interspace"),
    "picc": ("picc", "peripherally"),
    "midline": ("midline",),
    "implanted_port": ("port", "pac", "huber", "lcp", "rcp", "lcw", "rcw"),
}
"""Stems of which a text must hold one before a kind is looked for: most notes name one line, not eleven."""


_VENOUS_PORT = Lazy(
    r"\b(?:chest|venous|medi-?|power[ -]?|implanted|infus-?a-?|right|left|rt|lt|R|L)[ ]?(?:chest[ ])?port(?![ ]?of)"
    r"|\bport-?a-?cath|\bPAC\b",
    re.IGNORECASE,
)
_RESERVOIR = Lazy(r"\b(?:reservoir|ommaya|rickham)\b")
_RAN_INTO = Lazy(
    r"\b(?:ran|runs|running|infus(?:ed|es|ing)|pushed|flowed|hung|piggy-?backed|started)\b[^.;\n]{0,50}?"
    r"\b(?:in(?:to)?|via|through|thru)[ ](?:the[ ]|her[ ]|his[ ])?"
    r"(?P<place>(?:right|left|rt|lt|(?-i:R|L))[ ]"
    r"(?:fore-?arm|(?-i:FA|AC)|hand|wrist|antecub\w*(?:[ ](?:fossa|space))?))"
    r"(?![\w-])(?![ ](?:pain|swelling|port))",
    re.IGNORECASE,
)
"""A drug that ran "in the left hand" ran into a vein there; whoever injects names a muscle or the skin."""


def find_access(text: str) -> tuple[tuple[int, int, str], ...]:
    """Every line or needle that the text names: (start, end, kind), in order."""
    found = []
    lowered = text.lower()
    for kind, form in _ACCESS.rows:
        if kind in _HINTS and not any(stem in lowered for stem in _HINTS[kind]):
            continue
        here = [(match.start(), match.end(), kind) for match in form.finditer(text)]
        if here:
            text = form.sub(lambda match: " " * len(match[0]), text)
        found.extend(here)
    places = [match.span("place") for match in _RAN_INTO.finditer(text)]
    found += [(*span, "peripheral_iv") for span in places if not _names_device(found, *span)]
    if any(kind == "peritoneal_port" for _, _, kind in found) and not _VENOUS_PORT.search(lowered):
        found = [one for one in found if one[2] != "implanted_port"]
    return tuple(sorted(one for one in found if not _enters_reservoir(lowered, one)))


def _names_device(found: list[tuple[int, int, str]], start: int, end: int) -> bool:
    """Whether a place on the body is that of a line named right beside it ("left hand PIV", "IV in the left hand")."""
    return any(first - end in range(4) or start - last in range(16) for first, last, _ in found)


def _enters_reservoir(lowered: str, found: tuple[int, int, str]) -> bool:
    """Whether a butterfly needle is the one that a reservoir under the scalp was reached with."""
    start, end, _ = found
    return lowered[start:end] == "butterfly" and bool(_RESERVOIR.search(lowered[max(0, start - 120) : start]))


VENOUS_DEVICES = frozenset({"implanted_port", "picc", "central_line", "midline"})


@lru_cache(maxsize=16)
def devices_in(note: str) -> frozenset[str]:
    """The kinds of line and needle that a note names."""
    return frozenset(kind for _, _, kind in find_access(note))


_SIDES = table(
    right=r"right|rt\.?|(?-i:R)",
    left=r"left|lt\.?|(?:(?<!\d)(?<!\d )|(?<=#\d )|(?<=\b[0-2]\d[0-5]\d ))(?-i:L)(?![2-5])"
    r"|(?-i:L)(?=[ ](?:fore-?arm|fa|hand|ac|wrist|antecub\w*)\b)",
    bilateral=r"bilateral(?:ly)?|both",
)
_PLACES = table(
    **{
        "upper arm": r"upper[ ](?:outer[ ])?arm|(?-i:UA)",
        "forearm": r"fore-?[ ]?arm|(?-i:FA)",
        "antecubital": r"ac|ante-?cub\w*|a/c",
        "hand": r"(?:dorsal[ ])?hand",
        "wrist": r"wrist",
        "arm": r"arm|(?-i:UE|RUE|LUE)",
        "chest": r"chest(?:[ ]wall)?",
        "neck": r"neck|(?-i:IJ)|(?:internal[ ])?jugular",
        "subclavian": r"subclavian|sc[ ]vein",
        "thigh": r"thigh|vastus(?:[ ]lateralis)?",
        "abdomen": r"abd(?:omen|ominal|\.)?|(?-i:LUQ|RUQ|LLQ|RLQ)|belly",
        "deltoid": r"deltoid",
        "gluteal": r"(?:ventro|dorso)?glut(?:e|es|eal|eus)?|buttocks?|hip",
        "groin": r"groin|femoral",
        "foot": r"foot",
        "scalp": r"scalp",
        "trunk": r"trunk",
    }
)
_INJECTED_AT = Lazy(
    r"\d[\d.,]*[ ]?(?:mg|mcg|g|units?|iu|ml)\b[^.;\n]{0,26}?(?<!\w)(?:(?-i:IM|SQ|SC)|sub-?[ ]?cut\w*|sub-?[ ]?q|"
    r"intra-?muscular\w*)(?!\w)[^.;\n]{0,20}?(?<!\w)(?:left|right|bilat\w*|both|rt|lt|(?-i:[LRB]))\b\.?[ ]?"
    r"(?:(?:upper|outer|lower|lateral|posterior|mid|of|side|back)[ ])*"
    r"(?:delt\w*|(?:ventro|dorso)?-?glut\w*|vastus\w*|arms?|thighs?|abd\w*|buttocks?|hips?|flank|quad\w*)\b"
    r"(?![^.;\n]{0,30}\b(?:ordered|planned|due|next)\b)"
    r"|\d[\d.,]*[ ]?(?:mg|mcg|g|units?|iu|ml)\b[^.;\n]{0,16}?(?<!\w)(?:SQ|sub-?[ ]?cut\w*|sub-?[ ]?q)[ ]inj\w*,?[ ]"
    r"(?:to[ ]|in[ ]|the[ ])*(?:abd\w*|arm|thigh)[ ](?-i:L|R|left|right)\b"
    r"(?![^.;\n]{0,30}\b(?:ordered|planned|due|next)\b)"
    r"|\d[\d.,]*[ ]?(?:mg|mcg)\b[^.;\n]{0,20}?(?<!\w)(?:(?-i:IT)|intra-?thecal\w*)[ ](?:through|via|thru)[ ](?:the[ ])?"
    r"(?:spinal[ ]|same[ ])?needle[ ](?:at[ ]|@[ ]?)\d{1,2}:?\d\d\b",
    re.IGNORECASE,
)
"""A dose with its way and the side it went into, as nobody writes of a dose that is only planned."""
_ARTERY = Lazy(
    r"\b((?:(?:left|right|common|proper|internal|external|superficial)[ ])*(?:hepatic|carotid|femoral|celiac|iliac"
    r"|gastroduodenal|ophthalmic|vertebral|renal|uterine|brachial))[ ]arter(?:y|ial)\b",
    re.IGNORECASE,
)
_THROUGH = Lazy(
    r"\b(?:via|through|thru|into|per|using)\b[ \w]{0,30}?\b(?:port\w*|piv|picc|line|iv|hand|arm|forearm|ac)\b"
    r"(?:[ ](?:piv|iv|line))?|\bat[ ](?:half|full|same|a[ ]slower)[ ](?:the[ ])?rate\b"
    r"|(?<=\d)[ \t,;|]+(?:site[: ]+)?(?:(?:(?-i:R|L)|right|left)[ ])?(?:chest[ ])?"
    r"(?:PIV|picc|port|mediport|hand|forearm|AC)(?:[ ](?:(?-i:R|L)|right|left))?"
    r"(?:[ ](?:hand|forearm|fa|ac|arm|wrist|chest))?[ ]*(?=[.;,\n]|\Z)"
    r"|\b(?:without|with[ ]no|w/o)(?:[ ]\w+){0,2}[ ](?:reactions?|incidents?|difficulty|issues?|complications?)\b",
    re.IGNORECASE,
)
_LEVEL = Lazy(r"\bL([2-5])[-/ ]L?([3-5])\b")


def read_location(text: str) -> str | None:
    """Where on the body, as "right chest" or "left forearm"; a spinal level as "L3-4"."""
    if level := _LEVEL.search(text):
        return f"L{level[1]}-{level[2]}"
    sides, places = named_in(_SIDES, text), named_in(_PLACES, text)
    if len(sides) > 1 or len(places) > 1:
        return None
    return " ".join([*sides, *places]) or None


def read_artery(text: str) -> str | None:
    """The artery that words name, as "left hepatic artery"; None when they name none, or two."""
    named = {found[1].lower() for found in _ARTERY.finditer(text)}
    widest = [one for one in named if not any(set(one.split()) < set(other.split()) for other in named)]
    return f"{widest[0]} artery" if len(widest) == 1 else None


def without_line(text: str) -> str:
    """The text without words that only say through which line and how a drug ran ("via L arm PIV, no reaction")."""
    return _THROUGH.sub(" ", text)


def tells_injection(text: str) -> bool:
    """Whether words give a dose, under the skin or into a muscle, and the side it went into ("22.5 mg IM L glute")."""
    return bool(_INJECTED_AT.search(text))
