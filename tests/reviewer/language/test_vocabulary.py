"""Words as written to the terms of the contract."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reviewer.language import vocabulary as words

TERMS: list[tuple[Callable[[str], object], str, object]] = [
    (words.read_route, "IVPB", "intravenous"),
    (words.read_route, "IVP", "intravenous"),
    (words.read_route, "SQ L upper arm", "subcutaneous"),
    (words.read_route, "IM in the left gluteal muscle", "intramuscular"),
    (words.read_route, "intrathecally", "intrathecal"),
    (words.read_route, "IT", "intrathecal"),
    (words.read_route, "give it", None),
    (words.read_route, "via Ommaya intrathecal", "intraventricular"),
    (words.read_route, "into the hepatic arterial catheter", "intra_arterial"),
    (words.read_route, "R chest port", "intravenous"),
    (words.read_route, "peritoneal port", "intraperitoneal"),
    (words.read_route, "stage IV", None),
    (words.read_route, "IVIG", None),
    (words.read_route, "IV or IM", None),
    (words.read_route, "PO", "oral"),
    (words.read_technique, "IVPB", "infusion"),
    (words.read_technique, "IV push", "push"),
    (words.read_technique, "5-FU bolus", "push"),
    (words.read_technique, "NS 2 L bolus", "infusion"),
    (words.read_technique, "IVPB on pump", "infusion"),
    (words.read_technique, "CADD pump", "pump"),
    (words.read_technique, "instilled", "injection"),
    (words.read_status, "given as ordered", "given"),
    (words.read_status, "not given", "held"),
    (words.read_status, "refused", "refused"),
    (words.read_status, "will receive", "planned"),
    (words.read_status, "stopped due to reaction", "stopped_early"),
    (words.read_status, "held, then resumed", "given"),
    (words.read_access_kind, "22g PIV", "peripheral_iv"),
    (words.read_access_kind, "Right chest port", "implanted_port"),
    (words.read_access_kind, "PICC", "picc"),
    (words.read_access_kind, "lumbar puncture at L3-4", "spinal_needle"),
    (words.read_access_kind, "peritoneal port", "peritoneal_port"),
    (words.read_location, "R chest port", "right chest"),
    (words.read_location, "L3-4", "L3-4"),
    (words.read_location, "R AC", "right antecubital"),
    (words.read_purpose, "NS KVO", "keep_open"),
    (words.read_purpose, "for dehydration", "hydration"),
    (words.read_pump_kind, "clinic-owned portable pump", "portable"),
    (words.read_pump_kind, "on pump", "stationary"),
    (words.read_pump_kind, "SynchroMed II", "implantable"),
    (words.read_pump_action, "emptied, checked and refilled", "refilled"),
    (words.read_pump_owner, "patient's own pump", "patient"),
    (words.read_service_kind, "port irrigated with NS", "port_flush"),
    (words.read_service_kind, "Cathflo", "declotting"),
    (words.read_presence, "MD at bedside throughout", "continuous"),
    (words.read_presence, "not present", "absent"),
    (words.read_device, "Onpro", "on_body_injector"),
    (words.read_setting, "Outpatient cancer center (hospital department)", "facility"),
    (words.read_setting, "Physician office infusion suite", "physician"),
    (words.read_payer, "(Medicare)", "medicare"),
    (words.read_primary_reason, "weekly chemotherapy", "chemotherapy"),
    (words.read_count, "9 lesions", 9),
    (words.read_count, "nine lesions", 9),
    (words.read_count, "18 units", None),
]


@pytest.mark.parametrize(("read", "text", "expected"), TERMS, ids=[f"{r.__name__}:{t}" for r, t, _ in TERMS])
def test_terms(read: Callable[[str], object], text: str, expected: object) -> None:
    assert read(text) == expected
