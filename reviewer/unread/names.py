"""Which words are drugs' names, which may be, and which drug a misspelt one is near. Likeness only ever suggests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

from reviewer.language.drugs import DrugMention, finder
from reviewer.language.lazy import Lazy
from reviewer.language.vocabulary import tells_giving
from validator.records import Drug
from validator.rulebook import Rulebook

_SHORTEST, _LONG = 5, 8
"""Letters of a word that may be a misspelt name, and of one that may be so by two letters."""
_MOST_KEPT = 20_000
_ENDINGS = Lazy(
    r"(?:ed|ing|ly|tion|sion|ment|ance|ence|ness|ous|ful|able|ible|ity|ism|ists?|ward|ologist|ectomy|oscopy|itis|"
    r"osis|emia|uria|algia|pathy|graphy|gram|logy)\Z",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"[A-Za-z]{1,2}\d|.*\d-\d")
_PLAIN_WORDS = """
    abd abdomen ac access accessed acetate across additional admin administer administers afebrile after again ago
    aki albumin-bound all allergies allergy allowed alone also am ambit amount amt an and angiocath another
    antecubital anterior antibiotic antibiotics antiemetic any appearance applied approx approximately april arm
    arms arteries artery at auc august available away back bag bags beads bed before being below beside between
    bicarbonate bid big bilateral biopsy bladder bldg blood body bolus both bottle bp bsa but butterfly buttock by
    cadd calcium cancer cannula cap capsule capsules carbonate carrier cassette cath catheter cc cells chair
    challenge change charge chart chase check checked chemo chemotherapy chest chloride citrat citrate civi ckd
    clear clinic code column combined cont continue continuous contrast count creatinine csf cup curlin cycle daily
    day days dc december deep deliver delivers deltoid depot dextrose diluent dilute discard discarded dispensed
    distal dka dorsogluteal dose dosed doses dosing double drain drained draw drawn drip drop drops drug drugs due
    during each ear effusion elbow else empty emulsion end ended entire etc every exactly extra eye eyes fa fashion
    fast february feeding ferritin few filter final finish first five flow fluid fluids flush foley foot for
    forearm four friday from full further gauge gave gbq get give given gives gluconate glucose glute glutes
    gluteus gm good got gram grams gtt had half hand hang has have he height hemoglobin hep her here hip his
    history hold home homepump hospital hour hours hr hrs huber hung hydration hydrochloride if implant in inf
    infuse infused infuses infusion infusor inj inject injected injection injections intake into intrathecal is it
    iu iv ivf ivp ivpb january joint july june kept kidney kit knee kvo label lac last lateral least left leg legs
    lesion lesions less leukemia level lfa line liposomal liquid liter liters litre litres liver load loading lot
    low lower lumen lymphoma magnesium main maintenance mar march max maximum may mbq mcg mci md med medication
    medications meds meq mesylate mg micrograms microspheres milligrams min minibag minimum mins minute minutes mix
    mixed ml mmol monday month months more most much muscle myeloma nail nails neb nebs needle net new next nine no
    none normal not note november now nurse nursing october odt of off office old on once one only open or oral
    orally order ordered orders other out output over oxygen pack packet pain part patch patent patient peg
    pegylated per peripheral pfs pharm pharmacy phosphat phosphate physician picc piggyback pills piv planned
    plaque plaques plasma platelets plt plts plus po policy port portion post posterior potassium powder ppn pre
    prefilled premed premedication premeds premix prep preservative-free pressure prior prizm prn product protocol
    provider proximal pt ptc pulse pump pumped pure push pushed pushes qd qid quantity rac raise raised rapid rate
    reaction reading reads ready received receives record reduced relapsed relief remaining repeat repeated reports
    reservoir residual resp rest result results return right rinse rn room rounded route rows run running rx saline
    same sat saturday sc scalp second section separate september series serum set seven shoulder side sig single
    site six size skin slow small sodium soft sol soln solution solutions some space spinal spread sq standard
    start started starting stat states sterile steroid steroids still stock stop stopped straight strength strt sub
    subcut subq succinate sulf sulfat sulfate sulphate sum summary sunday supply syr syringe syringes tab tablet
    tablets tabs takes tartrate temp ten test than that the their then therapy there these they thigh third this
    three through thursday tid time times tko to today together tolerated tomorrow took total tpn transfused
    treatment triple tube tuesday tumor two tx type ug under undiluted unit units until up upper urine used usual
    value values vein ventrogluteal via vial vials visit vol volume vs was waste wasted water wbc wednesday weekly
    weight went were when with within without wound wrist wt yes yesterday
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
Shapes = dict[tuple[str, int], tuple[tuple[str, int], ...]]


class Names:
    """The drug table's names, to look up and to be near to."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.finder = finder(rulebook)
        self._nearest: dict[str, str | None] = {}

    def find(self, text: str) -> tuple[DrugMention, ...]:
        """Every drug that a text names."""
        return self.finder.find(text)

    def drugs(self, name: str) -> tuple[Drug, ...]:
        """The drugs of a name as the table has it; none for a name it does not have."""
        return tuple(self.rulebook.find_drug(name))

    def known(self, name: str) -> str | None:
        """The ingredient that a name is known for; None for one that the table does not have, or has for several."""
        found = {drug.ingredient for drug in self.drugs(name)} or {one.ingredient for one in self.find(name)}
        return found.pop() if len(found) == 1 else None

    def near(self, word: str) -> str | None:
        """The name of the table that a word may be a misspelling of; None where none is near, or several are."""
        low = word.casefold()
        if low not in self._nearest:
            if len(self._nearest) > _MOST_KEPT:
                self._nearest.clear()
            self._nearest[low] = _near(low, self._shapes)
        return self._nearest[low]

    def is_plain(self, word: str) -> bool:
        """Whether a word that stands where a drug's name may stand is none: a way, a place, a measure, an act."""
        low = word.casefold()
        return _is_plain(low) or (_ENDINGS.search(low) is not None and self.near(low) is None)

    @cached_property
    def _shapes(self) -> Shapes:
        return _by_shape(self.rulebook.drug_names())


_NAMES: dict[int, tuple[Rulebook, Names]] = {}


def names_of(rulebook: Rulebook) -> Names:
    """The names of a rulebook, laid out once."""
    known = _NAMES.get(id(rulebook))
    if known is None or known[0] is not rulebook:
        known = (rulebook, Names(rulebook))
        _NAMES.clear()
        _NAMES[id(rulebook)] = known
    return known[1]


@lru_cache(maxsize=8192)
def _is_plain(word: str) -> bool:
    return word in _PLAIN or bool(_NUMBERED.match(word)) or tells_giving(word)


def _by_shape(names: Iterable[str]) -> Shapes:
    """Names of one word, each with its letters, by their first letter and length, and by their last one and length."""
    shapes: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for name in names:
        if len(name) >= _SHORTEST and name.isalpha() and name.isascii():
            entry = name, _letters(name)
            shapes.setdefault((name[0], len(name)), []).append(entry)
            shapes.setdefault((f"{name[-1]}$", len(name)), []).append(entry)
    return {shape: tuple(found) for shape, found in shapes.items()}


def _letters(word: str) -> int:
    """Which letters a word has, as bits: words a step apart differ in two at most."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits


def _near(word: str, shapes: Shapes) -> str | None:
    if len(word) < _SHORTEST or not word.isascii() or not word.isalpha():
        return None
    most = 1 if len(word) < _LONG else 2
    mine = _letters(word)
    found: dict[str, int] = {}
    for length in range(len(word) - most, len(word) + most + 1):
        for shape in ((word[0], length), (f"{word[-1]}$", length)):
            for name, letters in shapes.get(shape, ()):
                if (mine ^ letters).bit_count() <= 2 * most and name not in found:
                    found[name] = _steps(word, name, most)
    least = min(found.values(), default=most + 1)
    nearest = [name for name, steps in found.items() if steps == least]
    return nearest[0] if len(nearest) == 1 and least <= most else None


def _steps(one: str, other: str, most: int) -> int:
    """Letters to change, add, drop or swap from one word to the other; more than `most` is only told as more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row, earlier = row, [i], before
        for j, mine in enumerate(other, 1):
            steps = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != mine))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == mine:
                steps = min(steps, earlier[j - 2] + 1)
            row.append(steps)
        if min(row) > most:
            return most + 1
        before = last
    return row[-1]
