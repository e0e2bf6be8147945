"""When a documentation requirement applies, and to what: functions that `requirements.toml` names by `when`.

A condition answers with its subjects; none means that the requirement does not apply. A requirement of the
whole encounter also applies where such a drug was given and nothing was coded; it then affects no code.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from validator.facts import Standing
from validator.requirement_view import (
    CAVITY,
    CHEMOTHERAPY,
    DRUG_FAMILIES,
    HORMONAL,
    HYDRATION,
    INITIAL_KINDS,
    INJECTION,
    INTRA_ARTERIAL,
    OWN_HANDS,
    PROLONGED_IV,
    PUMP,
    PUMP_REFILL,
    PUMP_START,
    SCALP_COOLING,
    SPINAL_FLUID,
    THROUGH_LINE,
    TIMED,
    VISIT,
    Subject,
    Subjects,
    View,
)
from validator.requirement_words import names_blood_cancer, names_cancer, tells_of_reaction

Condition = Callable[[View], Subjects]

BY_CODING = "raised_by_coding"
"""The `when` of a requirement that the coding rules raise themselves; nothing here evaluates it."""

CONDITIONS: dict[str, Condition] = {}

_DOUBT = (Standing.DENIED, Standing.CONFLICTING, Standing.UNGROUNDED)
_ANTINEOPLASTIC = CHEMOTHERAPY - HORMONAL
_CHEMOTHERAPY_OR_PUMP = CHEMOTHERAPY | PUMP
_INTRA_ARTERIAL_OR_PUMP = INTRA_ARTERIAL | PUMP
_STAGED = frozenset({"chemo", "chemo_biologic", "hormonal"})
_BY_SIZE = frozenset({"bsa", "auc", "weight"})
_MANY_TIMES, _OFTEN, _THRESHOLDS = 6, 3, (16, 31, 91)
_WHOLE_BODY = frozenset({"intravenous", "subcutaneous", "intramuscular"})


def condition(name: str) -> Callable[[Condition], Condition]:
    """Register a function as the condition `name`."""

    def register(function: Condition) -> Condition:
        CONDITIONS[name] = function
        return function

    return register


def _encounter(codes: tuple[str, ...], given: bool = False) -> Subjects:
    return (Subject(codes),) if codes or given else ()


def _when_coded(name: str, group: frozenset[str]) -> None:
    """Register the plain condition: a code of the group was coded."""
    CONDITIONS[name] = lambda view: _encounter(view.among(group))


_when_coded("prolonged_intra_arterial", frozenset({"96425"}))
_when_coded("pump_start", PUMP_START)
_when_coded("pump_refill", PUMP_REFILL)
_when_coded("cavity", CAVITY)
_when_coded("spinal_fluid", SPINAL_FLUID)
_when_coded("scalp_cooling", SCALP_COOLING)
_when_coded("visit_line", VISIT)
_when_coded("antineoplastic_through_line", THROUGH_LINE)


def _drug_given(view: View) -> bool:
    return not DRUG_FAMILIES.isdisjoint(view.families)


def _chemotherapy_given(view: View) -> bool:
    return "chemotherapy" in view.families


def _anticancer_given(view: View) -> bool:
    return "chemotherapy" in view.families or "hormonal" in view.families


def _intra_arterial_given(view: View) -> bool:
    return "intra_arterial" in view.chemotherapy_routes


@condition("any_service")
def any_service(view: View) -> Subjects:
    """Anything coded, or a drug given: the whole claim rests on it."""
    return _encounter(view.codes, _drug_given(view))


@condition("read_from_notes")
def read_from_notes(view: View) -> Subjects:
    """The facts were read from notes rather than typed, so there are pages that must name the patient."""
    return any_service(view) if _quotes(view) else ()


def _quotes(view: View) -> bool:
    for given in view.given:
        facts = given.facts
        if facts.drug.evidence or facts.start.evidence:
            return True
    return bool([fact for fact in view.documentation.values() if fact.evidence])


@condition("drug_other_than_hydration")
def drug_other_than_hydration(view: View) -> Subjects:
    """A drug was given; hydration has its own clinical reason (DOC-38)."""
    return view.once(_drug_other_than_hydration)


def _drug_other_than_hydration(view: View) -> Subjects:
    ids = {one.administration for event, _, _, _, one in view.given if event.family in DRUG_FAMILIES}
    codes = dict.fromkeys([line.code for line in view.lines if not ids.isdisjoint(line.administrations)])
    return _encounter(tuple(codes), _drug_given(view))


@condition("drug_line")
def drug_line(view: View) -> Subjects:
    """A drug itself is reported."""
    return _encounter(view.drug_codes)


@condition("physician_drug_service")
def physician_drug_service(view: View) -> Subjects:
    """A physician's claim for giving drugs: staff work incident to a physician (DOC-24)."""
    if view.context.setting != "physician":
        return ()
    own = VISIT | OWN_HANDS
    codes = dict.fromkeys(line.code for line in view.lines if line.kind == "administration" and line.code not in own)
    return _encounter(tuple(codes), not view.codes and _drug_given(view))


@condition("facility_supervision_in_doubt")
def facility_supervision_in_doubt(view: View) -> Subjects:
    """In a hospital general supervision needs no entry, unless the record speaks against it (DOC-25)."""
    fact = view.documentation.get("supervision")
    if view.context.setting != "facility" or fact is None or fact.standing not in _DOUBT:
        return ()
    return any_service(view)


@condition("chemotherapy")
def chemotherapy(view: View) -> Subjects:
    """Treatment with an antineoplastic, hormonal or complex drug."""
    return _encounter(view.among(CHEMOTHERAPY), _anticancer_given(view))


@condition("chemotherapy_and_its_drugs")
def chemotherapy_and_its_drugs(view: View) -> Subjects:
    """The same, with the codes of the drugs given by it."""
    ids = set(chain.from_iterable([line.administrations for line in view.lines if line.code in CHEMOTHERAPY]))
    codes = dict.fromkeys(
        [
            line.code
            for line in view.lines
            if line.code in CHEMOTHERAPY or (line.kind == "drug" and not ids.isdisjoint(line.administrations))
        ]
    )
    return _encounter(tuple(codes), _anticancer_given(view))


@condition("antineoplastic")
def antineoplastic(view: View) -> Subjects:
    """Treatment in the sense of the safety standards, which leave hormonal injections out."""
    return _encounter(view.among(_ANTINEOPLASTIC), _chemotherapy_given(view))


@condition("chemotherapy_or_pump")
def chemotherapy_or_pump(view: View) -> Subjects:
    """Chemotherapy, or a prolonged infusion by pump."""
    return _encounter(view.among(_CHEMOTHERAPY_OR_PUMP), _anticancer_given(view))


CONDITIONS["needs_consent"] = chemotherapy_or_pump


@condition("intra_arterial")
def intra_arterial(view: View) -> Subjects:
    """Chemotherapy into an artery."""
    return _encounter(view.among(INTRA_ARTERIAL), _intra_arterial_given(view))


@condition("intra_arterial_or_pump")
def intra_arterial_or_pump(view: View) -> Subjects:
    """Chemotherapy into an artery, or a prolonged infusion by pump."""
    return _encounter(view.among(_INTRA_ARTERIAL_OR_PUMP), _intra_arterial_given(view))


@condition("drug_without_artery_or_pump")
def drug_without_artery_or_pump(view: View) -> Subjects:
    """Any other drug treatment."""
    return () if intra_arterial_or_pump(view) else drug_other_than_hydration(view)


def _treats_cancer(view: View) -> bool:
    """Whether an anticancer drug was given and the diagnosis, where stated, is a cancer (DRUG-2)."""
    diagnosis = view.text("diagnosis")
    if diagnosis and not names_cancer(diagnosis):
        return False
    for given in view.given:
        for drug in given.event.drugs:
            if drug.admin_class in _STAGED:
                return True
    return False


@condition("cancer_with_stage")
def cancer_with_stage(view: View) -> Subjects:
    """Treatment of a cancer that has a stage; leukaemia and its kin have none."""
    return view.once(_cancer_with_stage)


def _cancer_with_stage(view: View) -> Subjects:
    if not _treats_cancer(view) or names_blood_cancer(view.text("diagnosis")):
        return ()
    return chemotherapy(view)


@condition("cancer_with_location")
def cancer_with_location(view: View) -> Subjects:
    """Treatment of a cancer with a place; without a diagnosis only treatment into an artery asks for it."""
    if not view.documented("diagnosis"):
        return intra_arterial(view)
    return cancer_with_stage(view)


@condition("complex_biologic")
def complex_biologic(view: View) -> Subjects:
    """A biologic reported with the codes for complex drugs (DRUG-4)."""
    codes = dict.fromkeys(
        [code for given in view.given if given.event.complex_biologic for code in given.codes if code in CHEMOTHERAPY]
    )
    return _encounter(tuple(codes))


@condition("dosed_by_body_size")
def dosed_by_body_size(view: View) -> Subjects:
    """An antineoplastic dosed by body size or renal function; a dose into one place of the body is not."""
    sized = [
        given
        for given in view.given
        if (given.event.family == "chemotherapy" or not _ANTINEOPLASTIC.isdisjoint(given.codes))
        and given.event.route in _WHOLE_BODY
        and [drug for drug in given.event.drugs if not _BY_SIZE.isdisjoint(drug.traits)]
    ]
    codes = {code: None for given in sized for code in given.codes if code in _ANTINEOPLASTIC}
    return _encounter(tuple(codes), bool([given for given in sized if given.event.family == "chemotherapy"]))


@condition("reaction_recorded")
def reaction_recorded(view: View) -> Subjects:
    """The record tells of a reaction."""
    return any_service(view) if tells_of_reaction(view.text("adverse_reactions")) else ()


@condition("competing_initial_services")
def competing_initial_services(view: View) -> Subjects:
    """A physician's claim on which services of several kinds could hold the initial code (HIER-OFF)."""
    if view.context.setting != "physician":
        return ()
    kinds = [codes for codes in map(view.among, INITIAL_KINDS) if codes]
    return _encounter(tuple(chain.from_iterable(kinds))) if len(kinds) > 1 else ()


@condition("dose_variance_noted")
def dose_variance_noted(view: View) -> Subjects:
    """The record says that the dose or schedule departs from the label."""
    return _encounter(view.drug_codes or view.codes) if view.documented("dose_variance") else ()


@condition("medicare_doubtful_coverage")
def medicare_doubtful_coverage(view: View) -> Subjects:
    """Medicare, and the record doubts coverage or speaks of a notice that was not given."""
    notice = view.documentation.get("abn")
    doubted = view.documented("noncovered_service") or (notice is not None and notice.standing in _DOUBT)
    return any_service(view) if view.context.payer == "medicare" and doubted else ()


@condition("provider_visit")
def provider_visit(view: View) -> Subjects:
    """A visit with a provider took place on the same day."""
    held = [service for service in view.encounter.services if service.kind == "evaluation_and_management"]
    return _encounter(view.among(VISIT), bool(held))


@condition("each_administration")
def each_administration(view: View) -> Subjects:
    """Every drug given that carries a code, or would if nothing were missing."""
    return tuple([given.subject(given.codes + given.drug_codes) for given in view.reported()])


def _through(view: View, route: str) -> Subjects:
    return tuple([given.of_services for given in view.reported() if given.event.route == route])


@condition("each_intravenous_access")
def each_intravenous_access(view: View) -> Subjects:
    """Every drug given into a vein."""
    return _through(view, "intravenous")


@condition("each_intra_arterial_access")
def each_intra_arterial_access(view: View) -> Subjects:
    """Every drug given into an artery."""
    return _through(view, "intra_arterial")


@condition("vesicant_push")
def vesicant_push(view: View) -> Subjects:
    """A vesicant pushed into a vein or artery."""
    pushed = [given for given in view.given if given.event.mode == "push" and given.event.has_trait("vesicant")]
    return view.with_codes(THROUGH_LINE, pushed)


@condition("timed_infusion")
def timed_infusion(view: View) -> Subjects:
    """Every drug whose running time is reported; fluids have their own requirement (DOC-38)."""
    return view.with_codes(TIMED)


@condition("each_hydration")
def each_hydration(view: View) -> Subjects:
    """Every fluid reported as hydration."""
    return view.with_codes(HYDRATION)


@condition("each_prolonged_intravenous_start")
def each_prolonged_intravenous_start(view: View) -> Subjects:
    """A prolonged intravenous infusion by pump, whose code depends on whose pump it is (decision 3)."""
    return view.with_codes(PROLONGED_IV)


@condition("each_injection")
def each_injection(view: View) -> Subjects:
    """Every drug injected under the skin or into a muscle."""
    return view.with_codes(INJECTION)


@condition("each_push")
def each_push(view: View) -> Subjects:
    """Every push into a vein or artery that is reported."""
    return tuple([given.of_services for given in view.given if given.codes and given.event.mode == "push"])


@condition("each_discarded_amount")
def each_discarded_amount(view: View) -> Subjects:
    """Every drug line of which an amount above nothing was discarded."""
    found = []
    for given in view.given:
        discarded = given.facts.discarded.get()
        if discarded is not None and discarded.amount > 0 and given.drug_codes:
            found.append(given.subject(given.drug_codes))
    return tuple(found)


@condition("each_medicaid_drug_line")
def each_medicaid_drug_line(view: View) -> Subjects:
    """Every drug line of a payer that asks for package numbers."""
    if view.context.payer != "medicaid":
        return ()
    return tuple(given.subject(given.drug_codes) for given in view.given if given.drug_codes)


@condition("times_in_a_pattern")
def times_in_a_pattern(view: View) -> Subjects:
    """Clock times that look rounded or made to fit: every one of six or more on a quarter hour, or three infusions
    that each just reach a threshold (TIME-23).
    """
    events = [given.event for given in view.given]
    if len(events) < _OFTEN:
        return ()
    times = [m for event in events for m in (event.start, event.stop) if m is not None]
    on_the_quarter = not [m for m in times if m % 15] and len(set(times)) >= _MANY_TIMES
    lengths = [event.minutes for event in events if event.mode == "infusion"]
    just_enough = [threshold for threshold in _THRESHOLDS if lengths.count(threshold) >= _OFTEN]
    return any_service(view) if on_the_quarter or just_enough else ()
