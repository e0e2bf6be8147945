"""Lines in the body: each once, and a drug goes through its own words' line or the one line in use."""

from __future__ import annotations

import pytest
from given import encounter_of
from wording import dose_of, first, grounded, reasons, standing

from reviewer.grounding.administrations import NO_LINE


def sites(text: str) -> list[tuple[object, object]]:
    return [(site.kind.value, site.location.value) for site in grounded(text).encounter.access_sites]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22g PIV started L forearm. PIV removed intact.", [("peripheral_iv", "left forearm")]),
        (
            "Right chest port accessed with 20g Huber, brisk blood return. Port flushed.",
            [("implanted_port", "right chest")],
        ),
        ("PICC R upper arm, both lumens patent. PICC dressing changed.", [("picc", "right upper arm")]),
        (
            "Left chest Mediport accessed and a separate 20g PIV placed R forearm.",
            [("implanted_port", "left chest"), ("peripheral_iv", "right forearm")],
        ),
        (
            "22g PIV L forearm, infiltrated. New 22g PIV placed R hand.",
            [("peripheral_iv", "left forearm"), ("peripheral_iv", "right hand")],
        ),
        ("Right chest port accessed. IV site without redness.", [("implanted_port", "right chest")]),
        ("07/04/2025 2150 L chest port accessed, blood return.", [("implanted_port", "left chest")]),
        ("2150 1.5 L NS hung, chest port accessed.", [("implanted_port", "chest")]),
        ("Lumbar puncture at L3-4.", [("spinal_needle", "L3-4")]),
        ("No IV access needed.", []),
        ("Plan: port placement next week.", []),
        ("VSS.", []),
    ],
)
def test_every_line_is_one_site(text: str, expected: list[tuple[object, object]]) -> None:
    assert sites(text) == expected


def test_two_sides_told_of_one_port_are_a_conflict_not_two_sites() -> None:
    (site,) = grounded("R chest port accessed.\nL chest port de-accessed.").encounter.access_sites
    assert site.location.standing == "conflicting"
    assert set(site.location.readings) == {"right chest", "left chest"}


def test_a_drug_without_words_of_its_own_goes_through_the_only_line() -> None:
    given = first("22g PIV started L forearm.\n1000 Zofran 4 mg IVP", dose_of("a1", "Zofran", route="IVP"))
    assert standing(given.access_site) == ("grounded", "s1")
    assert "PIV" in given.access_site.evidence[0].text


def test_an_injection_under_the_skin_goes_through_no_line() -> None:
    text = "22g PIV started L forearm.\n1000 Prolia 60 mg SQ R upper arm"
    result = grounded(text, dose_of("a1", "Prolia", route="SQ", site="R upper arm"))
    (given,) = result.encounter.administrations
    place = next(site for site in result.encounter.access_sites if site.id == given.access_site.value)
    assert (place.kind.value, place.location.value) == (None, "right upper arm")
    assert first(text, dose_of("a1", "Prolia", route="SQ")).access_site.standing == "not_stated"


def test_each_drug_of_two_lines_keeps_its_own() -> None:
    text = (
        "Left chest Mediport accessed and a separate 20g PIV placed R forearm. "
        "Irinotecan 300 mg ran through the Mediport from 0900 to 1000. "
        "Cetuximab 450 mg ran through the right forearm PIV from 0905 to 1005."
    )
    result = grounded(
        text,
        dose_of("a1", "Irinotecan", site="the Mediport"),
        dose_of("a2", "Cetuximab", site="right forearm PIV"),
        dose_of("a3", "Irinotecan", site="right forearm PIV"),
        dose_of("a4", "Irinotecan", technique="ran"),
    )
    one, other, wrong, silent = result.encounter.administrations
    assert (one.access_site.get(), other.access_site.get()) == ("s1", "s2")
    assert wrong.access_site.standing == "ungrounded"
    assert silent.access_site.get() is None


def test_a_line_that_was_taken_out_is_no_longer_in_use() -> None:
    text = (
        "22g PIV started L forearm. Doxorubicin 90 mg IVPB ran 9:00 to 10:00 AM; PIV removed. "
        "New 22g PIV placed R hand, and NS 1 L IV infused 3:00 to 4:00 PM."
    )
    result = grounded(text, dose_of("a1", "Doxorubicin", route="IVPB"), dose_of("a2", "NS", route="IV"))
    assert [a.access_site.get() for a in result.encounter.administrations] == ["s1", "s2"]


def test_the_same_line_is_the_one_before() -> None:
    text = "R chest port accessed. Oxaliplatin 135 mg IVPB 0933-1215. Leucovorin 632 mg via same line 0933-1215."
    given = first(text, dose_of("a1", "Leucovorin", site="same line"))
    assert standing(given.access_site) == ("grounded", "s1")


def test_the_words_of_the_only_line_carry_the_route() -> None:
    text = "22g PIV started L forearm. Normal saline 1 L ran 1300 to 1415."
    given = first(text, dose_of("a1", "Normal saline", route=("PIV", "22g PIV started L forearm")))
    assert standing(given.route) == ("grounded", "intravenous")


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Aranesp 200 mcg SC left upper arm at 1025.", (None, "left upper arm")),
        ("Faslodex 500 mg IM both gluteal muscles at 1025.", (None, "bilateral gluteal")),
        ("Neulasta 6 mg given subcutaneously in the right arm at 10:25 AM.", (None, "right arm")),
        ("Neulasta Onpro on-body injector applied to the back of the left arm at 1025.", (None, "left arm")),
        ("Velcade 2.4 mg SQ at 1025.", None),
    ],
)
@pytest.mark.parametrize("port", ["Port accessed.", "Right chest port accessed, blood return."])
def test_the_reader_puts_no_injection_into_a_port(words: str, place: tuple[object, object] | None, port: str) -> None:
    text = f"DOS 03/14/2026. Infusion note.\n{port}\nGemzar 1700 mg IVPB 0945-1020. {words}"
    encounter = encounter_of(text)
    by_id = {site.id: (site.kind.value, site.location.value) for site in encounter.access_sites}
    gemzar, injection = encounter.administrations
    assert by_id[str(gemzar.access_site.value)][0] == "implanted_port"
    assert by_id.get(str(injection.access_site.value)) == place


def test_a_claim_that_an_injection_went_through_a_line_is_refused() -> None:
    text = "Right chest port accessed. 1000 Prolia 60 mg SQ given."
    result = grounded(text, dose_of("a1", "Prolia", route="SQ", site="Right chest port accessed"))
    assert not result.encounter.administrations[0].access_site.known
    assert reasons(result, "administrations.a1.access_site") == [NO_LINE]
