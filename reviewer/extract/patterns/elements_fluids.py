"""Wordings of why fluid was given: the clinical reason and the purpose.

Both can make a fluid codable, so each asks for words that tie the reason to the fluid.
"""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_scope import scope
from reviewer.extract.patterns.elements_sentences import Sentence, Stretches
from reviewer.extract.patterns.elements_wording import ElementRules, Wording
from reviewer.extract.wire import Said
from reviewer.language.lazy import Lazy

_FLUID = (
    r"(?:(?-i:NS|LR|D5W|D5\s?NS|D5\s?1/2\s?NS|1/2\s?NS|NaCl|IVF|IVFs)\b|normal\s+saline|"
    r"saline|lactated\s+ringer\w*|IV\s+fluids?|fluids?|hydration|bolus|sodium\s+chloride|"
    r"plasma-?lyte)"
)

_LOSS = r"(?:(?:severe\s+|moderate\s+|mild\s+|clinical\s+)?(?:dehydration|volume\s+depletion|" r"hypovol[ae]*mia))"
_CAUSE = (
    r"(?:(?:severe\s+|moderate\s+|mild\s+|clinical\s+|volume\s+)?(?:dehydration|"
    r"dehydrated|volume\s+depletion|hypovol[ae]*emi[ac]|depletion)|"
    r"(?:poor|decreased|inadequate|minimal)\s+(?:PO|oral)\s+intake|(?:inability|"
    r"unable)\s+to\s+(?:tolerate|keep\s+down|take)\s+(?:PO|oral\w*|fluids|"
    r"liquids)(?:\s+\w+)?|"
    r"(?:intractable\s+|persistent\s+|ongoing\s+|excessive\s+)?(?:nausea(?:\s*(?:and|&|/|"
    r",)\s*)?)?(?:vomiting|emesis)|hyperemesis(?:\s+gravidarum)?|diarrhea|gastroenteritis|"
    r"high\s+(?:stoma|ostomy)\s+output|"
    r"acute\s+kidney\s+injury|(?-i:AKI)\b|rising\s+creatinine|elevated\s+creatinine|"
    r"hypercalcemia|tumor\s+lysis(?:\s+syndrome)?|orthosta\w+(?:\s+hypotension)?|"
    r"hypotension|heat\s+exhaustion|hypernatremia|rhabdomyolysis)"
)

_PREVENT = (
    r"(?:(?:prevent(?:ion\s+of)?|reduce|minimi[sz]e|avoid|"
    r"protect\s+against)\s+(?:\w+[- ]induced\s+)?(?:nephrotoxicity|renal\s+toxicity|"
    r"kidney\s+(?:injury|damage)|hemorrhagic\s+cystitis|tumor\s+lysis(?:\s+syndrome)?)|"
    r"(?:nephrotoxicity|renal)\s+(?:prevention|protection|prophylaxis)|renal\s+protection)"
)

_BETWEEN = (
    r"(?:[\s,()@#:/.%~\d–>→-]|\b(?:ml|l|liters?|litres?|cc|iv|bolus|over|at|start(?:ed|"
    r"ing)?|hung|infus(?:ed|ing)|ran|"
    r"runs?|running|given|administered|x|hrs?|hours?|h|min(?:utes)?|via|piv|port|forearm|"
    r"hand|arm|left|right|r|to|from|"
    r"was|were|is|wide|open|rate|completed?|in|stop(?:ped)?|am|pm|per|bag|same|time|began|"
    r"through|the|and|ns|lr)\b)"
    r"{0,90}?"
)
"""What may stand between a fluid and its reason: volumes, rates, times and the line, never another drug's name."""

_NOT_HYDRATING = r"(?!\s+(?:flush\w*|kvo|tko|carrier|diluent|to\s+keep))"

HYDRATION_REASON = ElementRules(
    "hydration_reason",
    ("fluid", "saline", "hydrat", "ns", "lr", "bolus", "d5", "ringer", "nacl", "ivf", "indication"),
    (
        Wording(
            r"\bno\s+(?:signs?\s+of\s+|evidence\s+of\s+|clinical\s+)?dehydration\b|" r"\bnot\s+dehydrated\b",
            False,
            denied="stated",
            planned="drop",
        ),
        Wording(
            r"\b"
            + _FLUID
            + r"\b"
            + _NOT_HYDRATING
            + _BETWEEN
            + r"\b(?:for|due\s+to|2/2|secondary\s+to|because\s+of|given|treat\w*|"
            r"indication)\b\s*:?\s*(?:(?!zofran|nausea\b)[\w-]{1,20}\s+(?:/\s*)?){0,2}?(?P<v>"
            + _CAUSE
            + r"(?:(?:,|\s+and|/)\s*"
            + _CAUSE
            + r")?)",
            denied="drop",
            own=True,
        ),
        Wording(
            r"\b(?P<v>" + _CAUSE + r")\b[^|;.]{0,60}?\b(?:presented\s+for|here\s+for|ambulatory\s+for|treated\s+with|"
            r"requiring|needs|given|received|started\s+on|seen\s+for)\s+(?:(?:iv|an?|the|\d+|l|"
            r"liters?|of|bolus)\s+){0,4}" + _FLUID + r"\b" + _NOT_HYDRATING,
            denied="drop",
            planned="stated",
            own=True,
        ),
        Wording(r"\bindication\s*[:=]?\s*(?P<v>" + _LOSS + r")", denied="drop", own=True),
        Wording(
            r"\b"
            + _FLUID
            + r"\b[^|;.]{0,80}?\b(?P<v>(?:to\s+prevent|prevention\s+of|for|against)\s+(?:\w+\s+){0,2}?(?:nephro-?\s?"
            r"toxicity|renal\s+(?:toxicity|injury|damage|failure)|kidney\s+(?:toxicity|injury|damage)|tumou?r\s+lysis))\b",
            denied="drop",
            planned="stated",
            own=True,
        ),
    ),
)

_VOLUME_LOSS = Lazy(r"\bdehydrat\w+|\bvolume\s+depletion|\bhypovol\w+|\bhyperemesis|\bgastroenteritis", re.IGNORECASE)

_FLUID_THERAPY = Lazy(
    r"\b(?:IV|intravenous)\s+(?:fluids?|(?:re)?hydration)\b|"
    r"\b(?:NS|LR|saline|fluid|lactated\s+ringer\w*)\s+(?:\d[\d.,]*\s*(?:L|mL|liters?|cc)\s+)?bolus\b|"
    r"\bbolus\s+(?:of\s+)?(?:NS|LR|normal\s+saline|saline|IV\s+fluids?|fluids?)\b|"
    r"(?<!pre)(?<!post)(?<!pre-)(?<!post-)\bhydration\s+(?:visit|appointment|therapy|infusion|only)\b",
    re.IGNORECASE,
)
_LOSS_TOLD = Lazy(
    r"\b(?:dehydrat(?:ion|ed)|volume[ -]deplet(?:ion|ed)|hypovol[ae]*mi[ac]|hyperemesis)\b", re.IGNORECASE
)


def names_volume_loss(diagnosis: str) -> bool:
    """Whether a diagnosis is a loss of fluid."""
    return _VOLUME_LOSS.search(diagnosis) is not None


def told_volume_loss(sentence: Sentence) -> Said | None:
    """The words that tell of this patient's loss of fluid, not one that is feared, taught, past or denied."""
    found = _LOSS_TOLD.search(sentence.text)
    if found is None or scope(sentence, found.start(), found.end()).standing != "plain":
        return None
    return Said(text=found[0], quote=found[0], note_id=sentence.note_id, at=sentence.start + found.start())


def names_fluid_therapy(note: Stretches) -> bool:
    """Whether a note names IV fluids as what the patient came for or got, not as planned or refused."""
    return _FLUID_THERAPY.may_match(note.low) and any(_fluid_therapy(piece) for piece in note.pieces)


def _fluid_therapy(sentence: Sentence) -> bool:
    found = _FLUID_THERAPY.search(sentence.text)
    return found is not None and scope(sentence, found.start(), found.end()).standing == "plain"


HYDRATION_PURPOSE = ElementRules(
    "hydration_purpose",
    ("hydrat", "fluid", "saline", "ns", "lr", "nephro", "renal", "kvo", "keep open", "tko"),
    (
        Wording(
            r"\b(?:not\s+(?:for|given\s+as)\s+hydration|no\s+(?:separate\s+|"
            r"additional\s+)?hydration(?:\s+(?:given|ordered|needed))?)\b",
            False,
            denied="stated",
            planned="drop",
        ),
        Wording(
            r"\b(?:pre|post)-?\s?hydration\b|\b(?:"
            + _FLUID
            + r")\b[^|;.]{0,60}?\b(?:for|as)\s+(?:IV\s+)?(?:re)?hydration\b|\bhydration\s+(?:bag|"
            r"bolus|infusion|fluids?|started|given|infused|completed|therapy)\b|\b(?:for|"
            r"as)\s+(?:re)?hydration\b|\b\d+[- ]?h(?:our)?\s+hydration\b|"
            r"\b(?:"
            + _FLUID
            + r")\b[^|;.]{0,60}?\b(?:for|to)\s+(?:the\s+)?(?:"
            + _PREVENT
            + r"|dehydration|rehydrate)\b|\brehydration\b",
            own=True,
        ),
    ),
)

FLUIDS = (
    HYDRATION_REASON,
    HYDRATION_PURPOSE,
)
