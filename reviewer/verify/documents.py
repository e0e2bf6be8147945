"""Which documentation a claim needs and the facts lack, worked out again: the requirements no coding rule raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from reviewer.verify.derived.world import NO_NEEDLE, Bag, World, told
from reviewer.verify.met import MEETS
from reviewer.verify.records import Plain

ARTERY = {"96420", "96422", "96423", "96425"}
FLUID = {"96450", "96542"}
CAVITY = {"96440", "96446"}
LINE = {"96409", "96411", "96413", "96415", "96416", "96417", "G0498"} | ARTERY
CHEMO = {"96401", "96402", "96405", "96406", "51720"} | LINE | FLUID | CAVITY
LONG = {"96416", "G0498"}
STARTS = LONG | {"96425", "C8957"}
REFILLS = {"96521", "96522"}
PUMPS = STARTS | REFILLS
TIMED = {*["96365", "96366", "96367", "96368", "96369", "96370", "96413", "96415", "96417", "96422", "96423"]}
SCALP = {"0662T", "0663T", "97007", "97008", "97009"}
VISITS = {*["99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215", "G0463"]}
BY_HAND = {"96405", "96406", "51720"} | CAVITY | FLUID
INITIALS = (
    {"96409", "96411", "96413", "96415", "96417"},
    {*["96365", "96366", "96367", "96368", "96369", "96374", "96375", "96376"]},
    {"96360", "96361"},
)
DRUGS = ("chemotherapy", "hormonal", "therapeutic")
WHEN_CODED = {
    "prolonged_intra_arterial": {"96425"},
    "pump_start": STARTS,
    "pump_refill": REFILLS,
    "cavity": CAVITY,
    "spinal_fluid": FLUID,
    "scalp_cooling": SCALP,
    "visit_line": VISITS,
    "antineoplastic_through_line": LINE,
}
CANCER = re.compile(
    r"cancer|carcinoma|neoplas|malignan|tumou?r|sarcoma|lymphoma|leuk|myeloma|melanoma|blastoma|glioma|metasta"
    r"|mesothelioma|waldenstr|myelodysplas|\b(?-i:CA|Ca|NSCLC|SCLC|HCC|CRC|GBM|GIST|AML|ALL|CLL|CML|NHL|DLBCL|MDS|MM)\b",
    re.I,
)
BLOOD = re.compile(r"leuk|myeloma|waldenstr|myelodysplas|\b(?-i:AML|ALL|CLL|CML|MDS|MM)\b", re.I)


class Lack(NamedTuple):
    """A requirement that is not met. `one` and `service` are ids, `name` what a question calls the subject."""

    requirement: str
    one: str | None
    service: str | None
    name: str
    affects: tuple[str, ...]
    standing: str
    near: tuple[tuple[str, int, int], ...]


class Subject(NamedTuple):
    """What a requirement is asked about."""

    affects: tuple[str, ...]
    facts: Plain | None = None
    bag: Bag | None = None


class Documents:
    """The documentation of one encounter beside what was coded and given in it."""

    def __init__(self, world: World, lines: Iterable[tuple[str, str, list[str]]]) -> None:
        self.world, self.lines = world, list(lines)
        self.codes = tuple(dict.fromkeys(code for code, _, _ in self.lines))
        self.drug_codes = tuple(dict.fromkeys(code for code, kind, _ in self.lines if kind == "drug"))
        self.entries: Plain = world.facts.get("documentation", {})
        self.bags = sorted(world.bags, key=lambda b: (b.start is None, b.start or 0, b.ids[0]))
        self.families = {bag.family for bag in self.bags if bag.route not in NO_NEEDLE}
        self.sites = {site["id"]: site for site in world.part("access_sites")}

    def known(self, element: str) -> bool:
        """Whether an element is documented and not denied."""
        return self.world.documented(element)

    def text(self, element: str) -> str:
        """The words of a documented element."""
        value = told(self.entries, element)
        return value if isinstance(value, str) else ""

    def of(self, one: Plain, drug: bool) -> tuple[str, ...]:
        """The codes that rest on an administration: of drugs, or of services."""
        found = (code for code, kind, ids in self.lines if (kind == "drug") == drug and one["id"] in ids)
        return tuple(dict.fromkeys(found))

    def among(self, group: Iterable[str]) -> tuple[str, ...]:
        """The coded codes of a group."""
        return tuple(code for code in self.codes if code in set(group))

    def given(self) -> list[tuple[Bag, Plain]]:
        """Every drug given with its bag."""
        return [(bag, one) for bag in self.bags for one in bag.members]

    def lacks(self) -> list[Lack] | None:
        """What is not met, each once; None where nothing was coded or given."""
        if not self.lines and not self.bags:
            return []
        found = []
        for record in self.world.records.requirements.values():
            subjects = SUBJECTS.get(record["when"], _unknown)(self)
            if subjects and self.world.records.in_force(record, self.world.on):
                found += self._of(record, subjects)
        return found

    def _of(self, record: Plain, subjects: list[Subject]) -> list[Lack]:
        lacks = []
        for subject in subjects:
            lack = MEETS[record["check"]](self, subject, record["element"])
            if lack is not None:
                one = subject.facts
                name = (one.get("drug", {}).get("value") or "") if one else ""
                lacks.append(Lack(record["id"], one["id"] if one else None, None, name, subject.affects, *lack))
        if len(lacks) < 2 or record["scope"] != "encounter":
            return lacks
        names = list(dict.fromkeys(sorted(lack.name for lack in lacks if lack.name)))
        name = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
        affects = tuple(dict.fromkeys(code for lack in lacks for code in lack.affects))
        worst = min((lack.standing for lack in lacks), key=_weight)
        near = tuple(dict.fromkeys(span for lack in lacks for span in lack.near))
        return [Lack(record["id"], None, None, name, affects, worst, near)]


def _weight(standing: str) -> int:
    return {"conflicting": 0, "denied": 1, "ungrounded": 2}.get(standing, 3)


def _unknown(_: Documents) -> list[Subject]:
    return []


def _all(codes: Iterable[str], given: bool = False) -> list[Subject]:
    codes = tuple(codes)
    return [Subject(codes)] if codes or given else []


def _one_of(group: set[str]) -> Callable[[Documents], list[Subject]]:
    return lambda d: _all(d.among(group))


def _drug_given(d: Documents) -> bool:
    return bool(d.families & set(DRUGS))


def _any(d: Documents) -> list[Subject]:
    return _all(d.codes, _drug_given(d))


def _anticancer(d: Documents) -> bool:
    return bool(d.families & {"chemotherapy", "hormonal"})


def _chemo(d: Documents) -> list[Subject]:
    return _all(d.among(CHEMO), _anticancer(d))


def _read(d: Documents) -> list[Subject]:
    words = [f for _, one in d.given() for f in (one.get("drug", {}), one.get("start", {}))] + [*d.entries.values()]
    return _any(d) if any(fact.get("evidence") for fact in words) else []


def _not_fluid(d: Documents) -> list[Subject]:
    ids = {one["id"] for bag, one in d.given() if bag.family in DRUGS}
    return _all(dict.fromkeys(code for code, _, given in d.lines if ids & set(given)), _drug_given(d))


def _office(d: Documents) -> list[Subject]:
    if d.world.facility:
        return []
    codes = [code for code, kind, _ in d.lines if kind == "administration" and code not in VISITS | BY_HAND]
    return _all(dict.fromkeys(codes), not d.codes and _drug_given(d))


def _doubted(d: Documents) -> list[Subject]:
    standing = d.entries.get("supervision", {}).get("standing")
    return _any(d) if d.world.facility and standing in ("denied", "conflicting", "ungrounded") else []


def _with_drugs(d: Documents) -> list[Subject]:
    ids = {one for code, _, given in d.lines if code in CHEMO for one in given}
    codes = (c for c, kind, given in d.lines if c in CHEMO or (kind == "drug" and ids & set(given)))
    return _all(dict.fromkeys(codes), _anticancer(d))


def _staged(d: Documents) -> list[Subject]:
    words = d.text("diagnosis")
    drugs = any(row["admin_class"] in ("chemo", "chemo_biologic", "hormonal") for bag in d.bags for row in bag.rows)
    if (words and not CANCER.search(words)) or not drugs or BLOOD.search(words):
        return []
    return _chemo(d)


def _artery(d: Documents) -> list[Subject]:
    given = any(bag.family == "chemotherapy" and bag.route == "intra_arterial" for bag in d.bags)
    return _all(d.among(ARTERY), given)


def _artery_or_pump(d: Documents) -> list[Subject]:
    given = any(bag.family == "chemotherapy" and bag.route == "intra_arterial" for bag in d.bags)
    return _all(d.among(ARTERY | PUMPS), given)


def _by_size(d: Documents) -> list[Subject]:
    body = ("intravenous", "subcutaneous", "intramuscular")
    sized = [
        (bag, one)
        for bag, one in d.given()
        if bag.route in body and any({"bsa", "auc", "weight"} & set(row["traits"].split(";")) for row in bag.rows)
    ]
    codes = dict.fromkeys(code for _, one in sized for code in d.of(one, False) if code in CHEMO - {"96402"})
    return _all(codes, any(bag.family == "chemotherapy" for bag, _ in sized))


def _complex(d: Documents) -> list[Subject]:
    return _all(
        dict.fromkeys(c for bag, one in d.given() if bag.biologic for c in d.of(one, False) if c in CHEMO),
    )


def _competing(d: Documents) -> list[Subject]:
    kinds = [codes for codes in map(d.among, INITIALS) if codes]
    return _all(c for kind in kinds for c in kind) if not d.world.facility and len(kinds) > 1 else []


def _doubtful_cover(d: Documents) -> list[Subject]:
    packs = d.world.records.policies[d.world.policy]["payers"]
    payer = d.world.payer or (packs[0] if packs else None)
    notice = d.entries.get("abn", {}).get("standing") in ("denied", "conflicting", "ungrounded")
    return _any(d) if payer == "medicare" and (d.known("noncovered_service") or notice) else []


def _visit(d: Documents) -> list[Subject]:
    return _all(d.among(VISITS), any(s["kind"] == "evaluation_and_management" for s in d.world.part("services")))


def _each(keep: Callable[[Documents, Bag, Plain], tuple[str, ...] | None]) -> Callable[[Documents], list[Subject]]:
    """Every drug given for which `keep` names the codes at stake."""

    def subjects(d: Documents) -> list[Subject]:
        kept = ((keep(d, bag, one), bag, one) for bag, one in d.given())
        return [Subject(codes, one, bag) for codes, bag, one in kept if codes is not None]

    return subjects


def _reported(d: Documents, bag: Bag, one: Plain) -> tuple[str, ...] | None:
    codes = d.of(one, False) + d.of(one, True)
    return codes if codes or (bag.family in DRUGS and bag.route not in NO_NEEDLE) else None


def _by_route(route: str) -> Callable[[Documents, Bag, Plain], tuple[str, ...] | None]:
    def keep(d: Documents, bag: Bag, one: Plain) -> tuple[str, ...] | None:
        return d.of(one, False) if bag.route == route and _reported(d, bag, one) is not None else None

    return keep


def _coded(group: set[str]) -> Callable[[Documents, Bag, Plain], tuple[str, ...] | None]:
    def keep(d: Documents, _: Bag, one: Plain) -> tuple[str, ...] | None:
        return tuple(code for code in d.of(one, False) if code in group) or None

    return keep


def _vesicant(d: Documents, bag: Bag, one: Plain) -> tuple[str, ...] | None:
    return _coded(LINE)(d, bag, one) if bag.mode == "push" and bag.trait("vesicant") else None


def _pushed(d: Documents, bag: Bag, one: Plain) -> tuple[str, ...] | None:
    return d.of(one, False) or None if bag.mode == "push" else None


def _wasted(d: Documents, _: Bag, one: Plain) -> tuple[str, ...] | None:
    amount = told(one, "discarded")
    return d.of(one, True) or None if amount and amount["amount"] > 0 else None


def _medicaid(d: Documents, _: Bag, one: Plain) -> tuple[str, ...] | None:
    packs = d.world.records.policies[d.world.policy]["payers"]
    payer = d.world.payer or (packs[0] if packs else None)
    return d.of(one, True) or None if payer == "medicaid" else None


SUBJECTS: dict[str, Callable[[Documents], list[Subject]]] = {
    **{name: _one_of(group) for name, group in WHEN_CODED.items()},
    "any_service": _any,
    "read_from_notes": _read,
    "drug_other_than_hydration": _not_fluid,
    "drug_line": lambda d: _all(d.drug_codes),
    "physician_drug_service": _office,
    "facility_supervision_in_doubt": _doubted,
    "chemotherapy": _chemo,
    "chemotherapy_and_its_drugs": _with_drugs,
    "antineoplastic": lambda d: _all(d.among(CHEMO - {"96402"}), "chemotherapy" in d.families),
    "chemotherapy_or_pump": lambda d: _all(d.among(CHEMO | PUMPS), _anticancer(d)),
    "needs_consent": lambda d: _all(d.among(CHEMO | PUMPS), _anticancer(d)),
    "intra_arterial": _artery,
    "intra_arterial_or_pump": _artery_or_pump,
    "drug_without_artery_or_pump": lambda d: [] if _artery_or_pump(d) else _not_fluid(d),
    "cancer_with_stage": _staged,
    "cancer_with_location": lambda d: _staged(d) if d.known("diagnosis") else _artery(d),
    "complex_biologic": _complex,
    "dosed_by_body_size": _by_size,
    "competing_initial_services": _competing,
    "dose_variance_noted": lambda d: _all(d.drug_codes or d.codes) if d.known("dose_variance") else [],
    "medicare_doubtful_coverage": _doubtful_cover,
    "provider_visit": _visit,
    "each_administration": _each(_reported),
    "each_intravenous_access": _each(_by_route("intravenous")),
    "each_intra_arterial_access": _each(_by_route("intra_arterial")),
    "vesicant_push": _each(_vesicant),
    "timed_infusion": _each(_coded(TIMED)),
    "each_hydration": _each(_coded({"96360", "96361"})),
    "each_prolonged_intravenous_start": _each(_coded(LONG)),
    "each_injection": _each(_coded({"96372", "96401", "96402"})),
    "each_push": _each(_pushed),
    "each_discarded_amount": _each(_wasted),
    "each_medicaid_drug_line": _each(_medicaid),
}
"""The subjects by the `when` of a record. One that is not here is only checked field by field."""
