"""Words that look like drugs, by their ending or by the amount behind them, though no table knows them.

They part one drug's values from another's; they are never facts by themselves. Without them, the end of a drug that
nobody knows could pass for the end of the one before it.
"""

from __future__ import annotations

import re

from reviewer.language.kept import expression

Span = tuple[int, int]

_BY_AMOUNT = expression(
    r"\b([A-Za-z]{5,})[ \t]+\d[\d.,]*[ \t]?(?:mg|mcg|µg|ug|gm|grams?|g|units?|iu|meq|mmol|mci)(?![\w/]|[ ]huber)",
    re.IGNORECASE,
)
_BY_ENDING = expression(
    r"\b[A-Za-z]{3,}(?:mab|tinib|ciclib|parib|zomib|platin|taxel|rubicin|bicin|poside|tecan|cillin|mycin|micin"
    r"|floxacin|azole|setron|pitant|dronate|grastim|poetin|leukin|feron|tidine|azepam|azolam|cept)\b",
    re.IGNORECASE,
)
_ENDING_OF_PLAIN_WORDS = expression(r"(?:ed|ing|ly|tion|ment|ance|ence|ness|ous|ful|able|ible|ity|ate)$")
_PLAIN_WORDS = """
    angiocath antecubital cannula catheter chest deltoid forearm gauge gluteal huber peripheral thigh upper wrist
    bead beads emulsion microspheres
    about above acetate across additional administer after again albumin amount another antiemetic approx approximately
    around before below between bicarbonate bolus calcium chemo chemotherapy chloride containing
    contains contrast creatinine cumulative daily depot dispense dosage doses drain drip drugs equals
    every exactly extra final first fluid further fluids flush given glucose hydration hydrochloride infuse
    infusion injection intra intraarterial intradermal intralesional intramuscular intramuscularly
    intraperitoneal intrapleural intrathecal intravenous intravenously intravesical least left level
    levels liposomal loading magnesium maximum medication medications nearly needle orally order other
    output packed pegylated phosphate piggyback plain potassium premed premeds prior push pushes receive
    received receives reconstitute reduced repeat right route second serum single sodium split start
    strength subcut subcutaneous subq sulfate syringe syringes their then therapy there these third
    today total treatment under units until urine usual vials volume waste weekly weight while within
    without
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())


def unknown_key(name: str) -> str:
    """What makes two mentions of an unknown drug the same one: its words, without case or spacing."""
    return "?" + " ".join(name.casefold().split())


def drug_like(text: str) -> list[Span]:
    """Where words stand that look like a drug's name, also where they stand without an amount again."""
    words = {found[1].casefold() for found in _BY_AMOUNT.finditer(text)}
    words = {word for word in words if not _ENDING_OF_PLAIN_WORDS.search(word)}
    words |= {found[0].casefold() for found in _BY_ENDING.finditer(text)}
    words -= _PLAIN
    if not words:
        return []
    form = re.compile(rf"\b(?:{'|'.join(sorted(words))})\b", re.IGNORECASE)
    return [found.span() for found in form.finditer(text)]
