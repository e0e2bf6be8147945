"""Answers from the drug table: the class that decides the family of codes, the codes and units of the products."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from reviewer.asking.answer import Statement
from reviewer.asking.question import Question
from validator.findings import Citation
from validator.records import Drug
from validator.rulebook import Rulebook

RULE = "drug.class"
_WORD = re.compile(r"[A-Za-z][\w'-]*")
_LONGEST, _SHORTEST = 4, 4
"""Words of the longest name tried, letters of the shortest: many abbreviations are words of a question too."""


def statements(question: Question, rulebook: Rulebook) -> list[Statement]:
    """What the table says of each drug that a question names, by name or code, and asks its class or code of."""
    found = dict.fromkeys(_drugs(question, rulebook) if "drug" in question.matters else ())
    by_name = groupby(sorted(found, key=lambda d: (d.ingredient, d.code, d.product)), key=lambda d: d.ingredient)
    return [one for _, drugs in by_name for one in _of_drug(tuple(drugs), question, rulebook)]


def _drugs(question: Question, rulebook: Rulebook) -> Iterator[Drug]:
    for code in question.codes:
        if code not in rulebook.codes and rulebook.drug_of_code(code):
            yield from (d for drugs in rulebook.drug_names().values() for d in drugs if d.code == code)
    words = _WORD.findall(question.text)
    taken = 0
    for start in range(len(words)):
        for length in range(_LONGEST, 0, -1):
            name = " ".join(words[start : start + length])
            if start >= taken and len(name) >= _SHORTEST and (known := rulebook.find_drug(name)):
                yield from known
                taken = start + length
                break


def _of_drug(drugs: tuple[Drug, ...], question: Question, rulebook: Rulebook) -> Iterator[Statement]:
    name = drugs[0].ingredient
    classes = " or ".join(sorted({drug.admin_class.replace("_", " ") for drug in drugs}))
    cited = rulebook.rules[RULE].versions[-1].cite
    yield Statement(f"{name} is of the class {classes} in the drug table; the class decides the codes.", RULE, cited)
    products: dict[tuple[str, str], str] = {}
    for drug in drugs:
        if drug.code and drug.unit_amount is not None:
            key = drug.code, drug.source
            unit = f"per {drug.unit_amount} {drug.unit}"
            products.setdefault(key, f"{drug.code}: {drug.product}, {unit}.")
    for (code, source), says in products.items():
        cite = tuple(Citation(source=one, at="drug table") for one in source.split(";") if one in rulebook.sources)
        if not question.codes or code in question.codes:
            yield Statement(says, code, cite)
