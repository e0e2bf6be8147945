"""Which documentation requirements an encounter does not meet: domain rules, section 9, and the decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

import pytest
from requirement_book import BOOK

from validator.events import Event
from validator.facts import Administration, Encounter, Evidence, Fact, Standing
from validator.findings import CodeLine
from validator.gaps import Gap
from validator.records import Drug
from validator.requirements import RequirementContext, documentation_gaps

DAY = date(2026, 3, 14)

EVERYTHING: dict[str, Any] = {
    "patient_identity": True,
    "signed_order": True,
    "informed_consent": "signed 3 March",
    "diagnosis": "ovarian carcinoma",
    "stage": "IIIC",
    "medical_necessity": "second line after recurrence",
    "vital_signs": True,
    "adverse_reactions": "none",
    "patient_response": "tolerated well",
    "administering_signature": "S. Alvarez RN",
    "supervision": "Dr. Roe in the suite",
    "double_check": True,
    "body_surface_area": 1.7,
    "cycle_day": "C2D1",
    "labs_reviewed": True,
    "allergies_reviewed": True,
    "line_patency": True,
    "education": True,
    "provider_assessment": True,
    "lot_number": "on the label log",
    "encounter_diagnosis": True,
    "infusion_volume_rate": True,
}


def drug(name: str, admin_class: str = "chemo", traits: tuple[str, ...] = ()) -> Drug:
    return Drug(
        ingredient=name,
        product=name,
        names=(name,),
        code="J9999",
        unit_amount=None,
        unit="",
        admin_class=cast(Any, admin_class),
        routes=("intravenous",),
        pushable=True,
        separately_paid=True,
        container="single_dose",
        vial_sizes=(),
        traits=frozenset(traits),
    )


@dataclass
class Visit:
    """A visit being put together for a test: contract facts, and the lines that coding found."""

    documentation: dict[str, Any] = field(default_factory=lambda: dict(EVERYTHING))
    administrations: list[dict[str, Any]] = field(default_factory=list)
    lines: list[CodeLine] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)
    setting: str = "facility"
    payer: str | None = None
    on: date = DAY
    switches: dict[str, bool | int | str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def gives(
        self,
        name: str,
        codes: tuple[str, ...],
        family: str = "chemotherapy",
        mode: str = "infusion",
        drugs: tuple[Drug, ...] | None = None,
        complex_biologic: bool = False,
        drug_codes: tuple[str, ...] = (),
        **facts: Any,
    ) -> Visit:
        """One more drug given through the port, all about it documented unless `facts` says otherwise."""
        identity = f"a{len(self.administrations) + 1}"
        self.administrations.append(
            {
                "id": identity,
                "drug": name,
                "dose": "100 mg",
                "route": "intravenous",
                "start": "09:00",
                "access_site": "s1",
                **facts,
            }
        )
        self.shapes.append(
            {
                "family": family,
                "mode": mode,
                "drugs": (drug(name),) if drugs is None else drugs,
                "complex_biologic": complex_biologic,
            }
        )
        for code in codes + drug_codes:
            kind = "drug" if code in drug_codes else "administration"
            self.lines.append(
                CodeLine(
                    code=code,
                    units=1,
                    date=self.on,
                    label="",
                    kind=cast(Any, kind),
                    administrations=(identity,),
                )
            )
        return self

    def encounter(self) -> Encounter:
        data = {
            "encounter": {"date_of_service": self.on.isoformat(), **self.more.get("encounter", {})},
            "access_sites": [{"id": "s1", "kind": "implanted_port", "location": "right chest"}],
            "administrations": self.administrations,
            "documentation": self.documentation,
        }
        return Encounter.model_validate({**data, **{k: v for k, v in self.more.items() if k != "encounter"}})

    def gaps(self) -> tuple[Gap, ...]:
        encounter = self.encounter()
        events = tuple(
            _event(facts, shape) for facts, shape in zip(encounter.administrations, self.shapes, strict=True)
        )
        return documentation_gaps(
            RequirementContext(
                encounter=encounter,
                lines=tuple(self.lines),
                events=events,
                setting=self.setting,
                payer=self.payer,
                switches=self.switches,
                on=self.on,
                rulebook=BOOK,
            )
        )

    def found(self) -> dict[str, Gap]:
        gaps = self.gaps()
        assert len({(gap.requirement, gap.administration) for gap in gaps}) == len(gaps)
        return {gap.requirement: gap for gap in gaps}


def _event(facts: Administration, shape: dict[str, Any]) -> Event:
    return Event(
        id=facts.id,
        facts=facts,
        members=(facts,),
        ingredient=facts.drug.value,
        route=facts.route.get(),
        start=None,
        stop=None,
        minutes=60,
        segments=(),
        extent=(),
        site=facts.access_site.get(),
        visit=None,
        **shape,
    )


def chemotherapy(**facts: Any) -> Visit:
    """One hour of a chemotherapy drug by vein, with its drug line."""
    return Visit().gives("carboplatin", ("96413",), drug_codes=("J9045",), **facts)


def test_a_fully_documented_visit_has_no_gap() -> None:
    assert chemotherapy().gaps() == ()


def test_nothing_given_and_nothing_coded_asks_nothing() -> None:
    assert Visit(documentation={}).gaps() == ()


MISSING_ONE = [
    ("signed_order", "order.signed", ("96413", "J9045")),
    ("diagnosis", "diagnosis.stated", ("96413", "J9045")),
    ("stage", "diagnosis.stage", ("96413",)),
    ("medical_necessity", "necessity.treatment-plan", ("96413", "J9045")),
    ("administering_signature", "signature.administering", ("96413", "J9045")),
    ("provider_assessment", "provider.assessment", ("96413",)),
    ("informed_consent", "consent.before-treatment", ("96413",)),
    ("vital_signs", "monitoring.vital-signs", ("96413",)),
    ("adverse_reactions", "monitoring.adverse-reactions", ("96413",)),
    ("double_check", "verification.two-person", ("96413",)),
    ("cycle_day", "regimen.cycle-day", ("96413",)),
    ("labs_reviewed", "labs.reviewed", ("96413",)),
    ("allergies_reviewed", "allergies.reviewed", ("96413",)),
    ("line_patency", "line.patency", ("96413",)),
    ("education", "education.given", ("96413",)),
    ("patient_response", "response.tolerance", ("96413", "J9045")),
    ("lot_number", "drug.lot", ("J9045",)),
    ("encounter_diagnosis", "diagnosis.encounter-order", ("96413",)),
    ("infusion_volume_rate", "infusion.volume-rate", ("96413",)),
]


@pytest.mark.parametrize(("element", "requirement", "affects"), MISSING_ONE)
def test_one_missing_element_is_one_gap(element: str, requirement: str, affects: tuple[str, ...]) -> None:
    visit = chemotherapy()
    del visit.documentation[element]
    gaps = visit.gaps()
    assert [gap.requirement for gap in gaps] == [requirement]
    assert set(gaps[0].affects) == set(affects)
    assert gaps[0].standing is Standing.NOT_STATED


def test_nothing_coded_yet_still_asks_for_what_the_treatment_needs() -> None:
    visit = Visit(documentation={}).gives("carboplatin", ())
    found = visit.found()
    assert found["consent.before-treatment"].affects == ()
    assert {"order.signed", "diagnosis.stated", "monitoring.vital-signs"} <= found.keys()


SAID = Evidence(note_id="n", start=0, end=8, text="declined")
STANDINGS: list[tuple[Fact[Any], Standing]] = [
    (Fact[Any](value=False, standing=Standing.DENIED, evidence=(SAID,)), Standing.DENIED),
    (Fact[Any](value=False, standing=Standing.GROUNDED, evidence=(SAID,)), Standing.DENIED),
    (Fact[Any](standing=Standing.CONFLICTING, evidence=(SAID,), readings=("a", "b")), Standing.CONFLICTING),
    (Fact[Any](value="yes", standing=Standing.UNGROUNDED, evidence=(SAID,)), Standing.UNGROUNDED),
    (Fact[Any](standing=Standing.NOT_STATED, evidence=(SAID,)), Standing.NOT_STATED),
]


@pytest.mark.parametrize(("fact", "standing"), STANDINGS)
def test_a_gap_says_how_the_element_stands_and_which_words_are_near(fact: Fact[Any], standing: Standing) -> None:
    visit = chemotherapy()
    visit.documentation["informed_consent"] = fact
    (gap,) = visit.gaps()
    assert (gap.requirement, gap.standing, gap.near) == ("consent.before-treatment", standing, (SAID,))


@pytest.mark.parametrize(
    ("words", "standing"),
    [
        ("patient declined to sign", Standing.DENIED),
        ("consent pending", Standing.DENIED),
        ("unable to locate consent", Standing.DENIED),
        ("risks and benefits discussed, patient agrees", Standing.NOT_STATED),
    ],
)
def test_words_that_are_no_consent_do_not_count(words: str, standing: Standing) -> None:
    visit = chemotherapy()
    visit.documentation["informed_consent"] = words
    (gap,) = visit.gaps()
    assert (gap.requirement, gap.standing) == ("consent.before-treatment", standing)


@pytest.mark.parametrize("words", ["signed 1/30", "risks discussed, written consent obtained", "on file"])
def test_words_of_consent_count(words: str) -> None:
    visit = chemotherapy()
    visit.documentation["informed_consent"] = words
    assert visit.gaps() == ()


def test_no_reaction_and_no_allergy_are_answers() -> None:
    visit = chemotherapy()
    visit.documentation |= {"adverse_reactions": False, "allergies_reviewed": False}
    assert visit.gaps() == ()


@pytest.mark.parametrize(
    ("observed", "asked"),
    [
        ("hives on the chest at 10:05", True),
        ("hives, no dyspnea", True),
        ("no fever. Rigors at 11:00", True),
        ("none", False),
        ("no s/s of reaction", False),
        ("No nausea, rash or itching", False),
        ("tolerated without reaction", False),
        ("denies pain; uneventful", False),
    ],
)
def test_a_reaction_asks_for_its_details(observed: str, asked: bool) -> None:
    visit = chemotherapy()
    visit.documentation["adverse_reactions"] = observed
    assert ("reaction.details" in visit.found()) is asked
    visit.documentation["reaction_details"] = "10:05 stopped, diphenhydramine, restarted 10:40"
    assert visit.gaps() == ()


def test_consent_concerns_chemotherapy_artery_pump_and_cavity_lines_only() -> None:
    visit = Visit(documentation={**EVERYTHING, "informed_consent": {}, "supervision": {}})
    for code in ("96409", "96446", "96450", "96521"):
        visit.gives("carboplatin", (code,))
    visit.gives("ondansetron", ("96367",), family="therapeutic", drugs=(drug("ondansetron", "antiemetic"),))
    assert set(visit.found()["consent.before-treatment"].affects) == {"96409", "96446", "96450", "96521"}


def test_a_therapeutic_visit_needs_no_consent_stage_or_two_person_check() -> None:
    visit = Visit(documentation={}).gives(
        "iron sucrose", ("96365",), family="therapeutic", drugs=(drug("iron sucrose", "therapeutic"),)
    )
    assert visit.found().keys() == {
        "order.signed",
        "signature.administering",
        "necessity.treatment-plan",
        "infusion.volume-rate",
        "response.tolerance",
    }


def test_a_hormonal_injection_alone_is_outside_the_safety_standards_for_chemotherapy() -> None:
    hormone = (drug("leuprolide", "hormonal"),)
    visit = Visit(documentation={}).gives("leuprolide", ("96402",), family="hormonal", mode="injection", drugs=hormone)
    outside = {
        "verification.two-person",
        "dose.body-size",
        "regimen.cycle-day",
        "labs.reviewed",
        "allergies.reviewed",
        "line.patency",
    }
    assert outside.isdisjoint(visit.found())
    assert "consent.before-treatment" in visit.found()
    visit.gives("carboplatin", ("96413",), drugs=(drug("carboplatin", traits=("auc",)),))
    found = visit.found()
    assert outside <= found.keys()
    assert found["verification.two-person"].affects == ("96413",)


def test_a_missing_dose_puts_the_codes_of_that_drug_at_risk() -> None:
    visit = chemotherapy(dose=None).gives("ondansetron", ("96375",), family="therapeutic", mode="push")
    (gap,) = visit.gaps()
    assert (gap.requirement, gap.administration, gap.subject) == ("dose.given", "a1", "carboplatin")
    assert set(gap.affects) == {"96413", "J9045"}


def test_the_volume_of_a_fluid_is_its_dose() -> None:
    visit = Visit(documentation={**EVERYTHING, "hydration_reason": "vomiting", "ordered_volume_rate": True})
    fluid = (drug("sodium chloride", "hydration"),)
    visit.gives("sodium chloride", ("96360",), family="hydration", drugs=fluid, dose=None, volume="1000 mL")
    assert visit.gaps() == ()
    visit.administrations[0]["volume"] = None
    assert [gap.requirement for gap in visit.gaps()] == ["dose.given"]


def test_hydration_without_a_reason_is_at_risk_and_stays_coded() -> None:
    visit = Visit().gives("sodium chloride", ("96360", "96361"), family="hydration", drugs=())
    found = visit.found()
    assert set(found["hydration.reason"].affects) == {"96360", "96361"}
    assert set(found["hydration.order"].affects) == {"96360", "96361"}


def test_one_access_site_missing_names_its_drug_and_several_are_asked_at_once() -> None:
    visit = chemotherapy(access_site=None).gives("paclitaxel", ("96417",))
    (gap,) = visit.gaps()
    assert (gap.requirement, gap.administration, gap.affects) == ("access.site", "a1", ("96413",))
    visit.gives("cisplatin", ("96415",), access_site=None)
    (gap,) = visit.gaps()
    assert (gap.administration, gap.subject, gap.affects) == (
        None,
        "carboplatin and cisplatin",
        ("96413", "96415"),
    )


def test_a_site_without_kind_or_place_is_not_documented() -> None:
    visit = chemotherapy()
    visit.more["access_sites"] = [{"id": "s1"}]
    assert [gap.requirement for gap in visit.gaps()] == ["access.site"]
    visit.more["access_sites"] = [{"id": "s1", "kind": "picc"}]
    assert visit.gaps() == ()


ARTERIAL = {"intra_arterial_reason": "unresectable liver metastases", "arterial_catheter_verified": True}


def arterial(**documentation: Any) -> Visit:
    visit = Visit(documentation={**EVERYTHING, **ARTERIAL, **documentation})
    visit.more["access_sites"] = [{"id": "s1", "kind": "arterial_catheter", "location": "right hepatic artery"}]
    return visit.gives("floxuridine", ("96422",), route="intra_arterial")


def test_treatment_into_an_artery_asks_for_its_own_reason_artery_and_catheter_check() -> None:
    assert arterial().gaps() == ()
    visit = arterial(intra_arterial_reason={}, arterial_catheter_verified={}, patient_response={})
    visit.more["access_sites"] = [{"id": "s1", "kind": "arterial_catheter"}]
    found = visit.found()
    assert found.keys() == {
        "intra-arterial.reason",
        "arterial.catheter-verified",
        "access.artery",
        "response.artery-or-pump",
    }
    assert all(gap.affects == ("96422",) for gap in found.values())


def test_a_prolonged_arterial_start_asks_for_history_and_pump_teaching() -> None:
    visit = Visit(documentation={**EVERYTHING, **ARTERIAL})
    visit.more["access_sites"] = [{"id": "s1", "location": "hepatic artery"}]
    visit.gives("floxuridine", ("96425",), route="intra_arterial", mode="pump")
    assert visit.found().keys() == {"history.prior-treatment", "education.pump"}


@pytest.mark.parametrize("code", ["96416", "G0498"])
def test_whose_pump_it_is_is_asked_once_a_prolonged_start_is_coded(code: str) -> None:
    visit = Visit(documentation={**EVERYTHING, "pump_teaching": True})
    visit.gives("fluorouracil", (code,), mode="pump", pump="p1")
    visit.more["pumps"] = [{"id": "p1", "kind": "portable"}]
    (gap,) = visit.gaps()
    assert (gap.requirement, gap.affects) == ("pump.owner", (code,))
    visit.more["pumps"] = [{"id": "p1", "kind": "portable", "owner": "clinic"}]
    assert visit.gaps() == ()


def test_supervision_is_asked_of_a_physician_and_not_of_a_hospital() -> None:
    visit = chemotherapy()
    visit.documentation["supervision"] = {}
    assert visit.gaps() == ()
    visit.setting = "physician"
    assert [(gap.requirement, gap.affects) for gap in visit.gaps()] == [("supervision.direct", ("96413",))]


def test_what_a_physician_does_in_person_needs_no_supervision() -> None:
    visit = Visit(setting="physician").gives("methotrexate", ("96450",), route="intrathecal", mode="injection")
    visit.documentation |= {"supervision": {}, "spinal_fluid_handling": True}
    assert visit.gaps() == ()
    visit.gives("carboplatin", ("96413",))
    assert visit.found()["supervision.direct"].affects == ("96413",)


def test_body_size_is_asked_for_a_drug_dosed_by_it_and_given_to_the_whole_body() -> None:
    by_size = (drug("methotrexate", traits=("bsa",)),)
    visit = Visit().gives("methotrexate", ("96450",), route="intrathecal", mode="injection", drugs=by_size)
    visit.documentation |= {"body_surface_area": {}, "spinal_fluid_handling": True}
    assert visit.gaps() == ()
    visit.gives("nivolumab", ("96413",)).gives("methotrexate", ("96417",), drugs=by_size)
    assert [(gap.requirement, gap.affects) for gap in visit.gaps()] == [("dose.body-size", ("96417",))]


def test_a_hospital_is_asked_when_the_record_speaks_against_supervision() -> None:
    visit = chemotherapy()
    visit.documentation["supervision"] = False
    assert [(gap.requirement, gap.standing) for gap in visit.gaps()] == [("supervision.general", Standing.DENIED)]


@pytest.mark.parametrize(
    ("words", "on", "switch", "accepted"),
    [
        ("Dr. Roe in the suite", DAY, "present_in_suite", True),
        ("Dr. Roe by real-time audio-video", DAY, "allowed", True),
        ("Dr. Roe by real-time audio-video", date(2025, 6, 1), "allowed", True),
        ("Dr. Roe by video", date(2019, 6, 1), "allowed", False),
        ("Dr. Roe by video", DAY, "present_in_suite", False),
        ("Dr. Roe by telephone", DAY, "allowed", False),
        ("Dr. Roe, audio-only", DAY, "allowed", False),
    ],
)
def test_virtual_supervision_counts_by_date_and_policy_and_audio_alone_never(
    words: str, on: date, switch: str, accepted: bool
) -> None:
    visit = chemotherapy()
    visit.setting, visit.on, visit.switches = "physician", on, {"supervision_virtual": switch}
    visit.documentation["supervision"] = words
    assert (visit.gaps() == ()) is accepted


def test_the_main_reason_is_asked_only_where_a_physician_had_several_kinds_to_choose_from() -> None:
    visit = chemotherapy().gives("ondansetron", ("96375",), family="therapeutic", mode="push", drugs=())
    assert visit.gaps() == ()
    visit.setting = "physician"
    (gap,) = visit.gaps()
    assert (gap.requirement, set(gap.affects)) == ("visit.primary-reason", {"96413", "96375"})
    visit.more["encounter"] = {"primary_reason": "chemotherapy"}
    assert visit.gaps() == ()
    alone = chemotherapy()
    alone.setting = "physician"
    assert alone.gaps() == ()


def test_a_complex_biologic_needs_evidence_of_monitoring() -> None:
    biologic = (drug("infliximab", "complex_biologic"),)
    visit = Visit().gives("infliximab", ("96413",), drugs=biologic, complex_biologic=True)
    visit.documentation["diagnosis"] = "Crohn disease"
    assert visit.gaps() == ()
    visit.documentation["vital_signs"] = {}
    assert visit.found().keys() == {"monitoring.complex-biologic", "monitoring.vital-signs"}
    visit.documentation["complexity_monitoring"] = "titrated, vital signs every 30 minutes"
    assert visit.found().keys() == {"monitoring.vital-signs"}


@pytest.mark.parametrize(
    ("diagnosis", "asked"),
    [
        ("rheumatoid arthritis", set()),
        ("acute myeloid leukemia", set()),
        ("AML in remission", set()),
        ("stage III colon cancer", set()),
        ("colon cancer, 5 mm residual", {"diagnosis.stage"}),
        ("cancer", {"diagnosis.stage", "diagnosis.tumor-location"}),
        ("metastatic malignancy", {"diagnosis.tumor-location"}),
    ],
)
def test_stage_and_place_are_asked_of_a_cancer_that_has_them(diagnosis: str, asked: set[str]) -> None:
    visit = chemotherapy()
    visit.documentation |= {"diagnosis": diagnosis, "stage": {}}
    assert visit.found().keys() == asked


def test_who_discarded_is_asked_only_where_something_was_discarded() -> None:
    assert chemotherapy(discarded="0 mg").gaps() == ()
    (gap,) = chemotherapy(discarded="40 mg").gaps()
    assert (gap.requirement, gap.administration, gap.affects) == ("waste.signer", "a1", ("J9045",))


def test_the_patient_is_asked_for_only_where_pages_were_read() -> None:
    visit = chemotherapy()
    del visit.documentation["patient_identity"]
    assert visit.gaps() == ()
    words = {"note_id": "n", "start": 0, "end": 11, "text": "carboplatin"}
    visit.administrations[0]["drug"] = {"value": "carboplatin", "standing": "grounded", "evidence": [words]}
    (gap,) = visit.gaps()
    assert gap.requirement == "patient.identity"
    assert set(gap.affects) == {"96413", "J9045"}


def test_a_visit_without_a_date_asks_for_it() -> None:
    visit = chemotherapy()
    visit.more["encounter"] = {"date_of_service": None}
    assert [gap.requirement for gap in visit.gaps()] == ["visit.date-of-service"]


def test_a_push_without_a_clock_time_is_a_matter_of_good_practice() -> None:
    visit = Visit().gives("doxorubicin", ("96409",), mode="push", start=None)
    assert [gap.requirement for gap in visit.gaps()] == ["push.time"]


def test_a_vesicant_push_makes_the_check_of_the_line_a_risk() -> None:
    vesicant = (drug("doxorubicin", traits=("vesicant",)),)
    visit = Visit().gives("doxorubicin", ("96409",), mode="push", drugs=vesicant)
    visit.documentation["line_patency"] = {}
    assert visit.found().keys() == {"line.patency", "line.patency-vesicant"}


OTHER: list[tuple[str, Callable[[Visit], Visit], dict[str, Any], str]] = [
    ("package number", lambda v: replace(v, payer="medicaid"), {"ndc": True}, "drug.package-number"),
    (
        "notice",
        lambda v: replace(v, payer="medicare"),
        {"noncovered_service": True, "abn": {}},
        "liability.notice",
    ),
    ("dose off label", lambda v: v, {"dose_variance": True}, "dose.variance-reason"),
    (
        "provider's signature",
        lambda v: replace(v, more={"services": [{"id": "v", "kind": "evaluation_and_management"}]}),
        {},
        "signature.provider",
    ),
]


@pytest.mark.parametrize(("name", "change", "said", "requirement"), OTHER, ids=[one[0] for one in OTHER])
def test_what_only_some_visits_need(
    name: str, change: Callable[[Visit], Visit], said: dict[str, Any], requirement: str
) -> None:
    visit = change(chemotherapy())
    visit.documentation |= said
    if requirement == "drug.package-number":
        assert visit.gaps() == ()
        del visit.documentation["ndc"]
    assert visit.found().keys() == {requirement}


@pytest.mark.parametrize(
    ("codes", "requirement"),
    [
        (("96521",), "pump.refill-details"),
        (("96446",), "cavity.volume-dwell"),
        (("96450",), "spinal-fluid.handling"),
    ],
)
def test_what_only_some_codes_need(codes: tuple[str, ...], requirement: str) -> None:
    visit = Visit().gives("methotrexate", codes, route="other", mode="injection")
    assert visit.found().keys() == {requirement}


def test_a_visit_line_needs_its_own_note_and_scalp_cooling_its_diagnosis() -> None:
    visit = chemotherapy()
    visit.lines.append(CodeLine(code="99214", units=1, date=DAY, label="", kind="service"))
    assert visit.found().keys() == {"visit.separate-note", "signature.provider"}
    visit = chemotherapy()
    visit.lines.append(CodeLine(code="97008", units=1, date=DAY, label="", kind="service"))
    visit.documentation["diagnosis"] = {}
    assert visit.found()["scalp.indication"].affects == ("97008",)


def test_an_injection_asks_for_its_place() -> None:
    visit = Visit().gives("bortezomib", ("96401",), mode="injection", route="subcutaneous", access_site=None)
    assert [(gap.requirement, gap.affects) for gap in visit.gaps()] == [("injection.site", ("96401",))]
    visit.documentation["injection_site"] = "left abdomen"
    assert visit.gaps() == ()
    del visit.documentation["injection_site"]
    visit.administrations[0]["access_site"] = "left abdomen"
    assert visit.gaps() == ()


def test_an_oral_drug_asks_for_nothing() -> None:
    assert Visit(documentation={}).gives("capecitabine", (), route="oral").gaps() == ()


def test_a_requirement_is_asked_only_while_it_is_in_force() -> None:
    visit = Visit().gives("fluorouracil", ("96416",), mode="pump")
    visit.documentation["pump_teaching"] = True
    assert "pump.owner" in visit.found()
    visit.on = date(2015, 12, 31)
    assert visit.gaps() == ()


def test_the_order_of_the_drugs_does_not_matter() -> None:
    def visit(backwards: bool) -> set[Gap]:
        drugs = [("carboplatin", "96413"), ("paclitaxel", "96417"), ("cisplatin", "96415")]
        made = Visit(documentation={"diagnosis": "ovarian carcinoma"})
        for name, code in drugs:
            made.gives(name, (code,), access_site=None, dose=None)
        if backwards:
            for part in (made.administrations, made.shapes, made.lines):
                cast(list[Any], part).reverse()
        return {gap._replace(affects=tuple(sorted(gap.affects))) for gap in made.gaps()}

    assert visit(False) == visit(True)
