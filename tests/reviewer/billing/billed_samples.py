"""Invented charge files and claims. No person, account or claim in them exists."""

from __future__ import annotations

NAME = "TESTPATIENT"
AMOUNT = "98765432.10"

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260315*0900*^*00501*000000001*0*T*:~"


def claim_837p(*lines: str, claim: str = "C1", frequency: str = "1") -> str:
    """One professional claim in one interchange; `lines` are the segments of its service lines."""
    return interchange(claim_loop(*lines, claim=claim, frequency=frequency), "005010X222A1")


def claim_837i(*lines: str, claim: str = "C1") -> str:
    """One institutional claim in one interchange."""
    head = f"CLM*{claim}*{AMOUNT}***13:A:1**A*Y*Y~DTP*434*RD8*20260314-20260314~CL1*1*9*01~"
    return interchange(head + "".join(lines), "005010X223A2")


def claim_loop(*lines: str, claim: str = "C1", frequency: str = "1") -> str:
    """The claim loop of a professional claim."""
    head = f"CLM*{claim}*{AMOUNT}***11:B:{frequency}*Y*A*Y*Y~HI*ABK:C3490~NTE*ADD*{NAME} TOLERATED WELL~"
    return head + "".join(lines)


def interchange(claims: str, version: str) -> str:
    """Envelope and headers around claim loops."""
    return (
        f"{ISA}GS*HC*SENDER*RECEIVER*20260315*0900*1*X*{version}~ST*837*0001*{version}~"
        f"BHT*0019*00*0001*20260315*0900*CH~NM1*41*2*INVENTED CLINIC*****46*1~HL*1**20*1~HL*2*1*22*0~"
        f"SBR*P*18*******MB~NM1*IL*1*{NAME}*JANE****MI*1EG4TE5MK73~{claims}"
        "SE*20*0001~GE*1*1~IEA*1*000000001~"
    )


def sv1(number: int, composite: str, units: object, day: str = "20260314", basis: str = "UN") -> str:
    """A professional service line."""
    return f"LX*{number}~SV1*{composite}*{AMOUNT}*{basis}*{units}***1~DTP*472*D8*{day}~"


def sv2(number: int, revenue: str, composite: str, units: object, day: str = "") -> str:
    """An institutional service line; without a day of its own where none is given."""
    dated = f"DTP*472*D8*{day}~" if day else ""
    return f"LX*{number}~SV2*{revenue}*{composite}*{AMOUNT}*UN*{units}~{dated}"
