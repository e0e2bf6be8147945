"""The time of a signature, of an order or of a condition is no drug's start or stop."""

from __future__ import annotations

import pytest
from grounding.wording import dose_of, grounded, standing

SIGNED = (
    "Paclitaxel 270 mg IVPB infusion started, electronically signed by K. Mirov RN 09/16/2025 0840",
    "Paclitaxel 270 mg IVPB. Signed order of Dr. Varga 09/16/2025 0840",
    "Paclitaxel 270 mg IVPB infusion.\nElectronically signed: T. Varga MD 09/16/2025 0840",
    "Paclitaxel 270 mg IVPB infusion complete, e-signed N. Okoro RN OCN 0840",
    "Paclitaxel 270 mg IVPB given, order entered by Dr. Varga 0840",
    "0840 Electronically signed: T. Varga MD. Paclitaxel 270 mg IVPB infusion.",
)


@pytest.mark.parametrize("text", SIGNED)
@pytest.mark.parametrize("role", ["start", "stop"])
def test_a_signatures_time_is_refused(text: str, role: str) -> None:
    made = grounded(text, dose_of("a1", "Paclitaxel", **{role: ("0840", text)})).encounter.administrations[0]
    assert standing(getattr(made, role))[0] != "grounded"


@pytest.mark.parametrize(
    "text",
    [
        "Orders signed by Dr. Varga, Paclitaxel 270 mg IVPB started 0840",
        "Consent signed, Paclitaxel 270 mg IVPB hung at 0840",
        "Order received from Dr. Varga at 0820, Paclitaxel 270 mg IVPB started 0840",
        "Paclitaxel 270 mg IVPB started 0840. Electronically signed K. Mirov RN 1121",
    ],
)
def test_a_giving_beside_a_signature_keeps_its_time(text: str) -> None:
    made = grounded(text, dose_of("a1", "Paclitaxel", start=("0840", text))).encounter.administrations[0]
    assert standing(made.start) == ("grounded", "08:40")


@pytest.mark.parametrize("words", ["If", "0930 Unless", "- In case", "Provided that"])
def test_a_condition_tells_no_time(words: str) -> None:
    text = f"{words} Paclitaxel 270 mg IVPB is started 0840 call Dr. Varga."
    made = grounded(text, dose_of("a1", "Paclitaxel", start=("0840", text))).encounter.administrations[0]
    assert standing(made.start)[0] != "grounded"
    assert standing(made.status)[0] != "grounded"
