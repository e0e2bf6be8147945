"""Clock notations of notes, and the numbers that look like clocks and are none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.language.clock import find_clocks, find_dates, find_ranges, read_clock

ONE = [
    ("0910", "09:10"),
    ("09:10", "09:10"),
    ("9:10", "09:10"),
    ("9:10 AM", "09:10"),
    ("9:10 a.m.", "09:10"),
    ("9:10am", "09:10"),
    ("9:10 PM", "21:10"),
    ("9:10p", "21:10"),
    ("12:15 AM", "00:15"),
    ("12:15 PM", "12:15"),
    ("9a", "09:00"),
    ("9 AM", "09:00"),
    ("9 p.m.", "21:00"),
    ("0910a", "09:10"),
    ("1030am", "10:30"),
    ("09;10", "09:10"),
    ("@1115", "11:15"),
    ("@ 1115", "11:15"),
    ("1000h", "10:00"),
    ("0910 hrs", "09:10"),
    ("0910 hours", "09:10"),
    ("09:10:30", "09:10"),
    ("started at 9.10", "09:10"),
    ("O910", "09:10"),
    ("l0:30", "10:30"),
    ("1i:30", "11:30"),
    ("1O:15 PM", "22:15"),
    ("noon", "12:00"),
    ("12 noon", "12:00"),
    ("midnight", "24:00"),
    ("2400", "24:00"),
    ("0000", "00:00"),
    ("00:15", "00:15"),
    ("1915 Paclitaxel started", "19:15"),
    ("2015 infusion started", "20:15"),
    ("0947 L forearm PIV", "09:47"),
    ("1000 L forearm PIV", "10:00"),
    ("morphine 2 mg IVP 1120 for pain", "11:20"),
    ("0.25 mg 0910", "09:10"),
]

RANGES = [
    ("0910-1115", "09:10", "11:15"),
    ("0910/1115", "09:10", "11:15"),
    ("0910 - 1115", "09:10", "11:15"),
    ("0910–1115", "09:10", "11:15"),
    ("from 9:10 to 11:15", "09:10", "11:15"),
    ("between 0900 and 1000", "09:00", "10:00"),
    ("9:00 to 10:00 AM", "09:00", "10:00"),
    ("3:00 to 4:00 PM", "15:00", "16:00"),
    ("11:00 to 1:00 PM", "11:00", "13:00"),
    ("11:30 AM - 1:15", "11:30", "13:15"),
    ("10:30AM-11", "10:30", "11:00"),
    ("9-10 AM", "09:00", "10:00"),
    ("8:30p-9:15p", "20:30", "21:15"),
    ("start 910-1015", "09:10", "10:15"),
    ("ran 2015-2030", "20:15", "20:30"),
    ("2015-2045", "20:15", "20:45"),
    ("1200 mL drained 1000 to 1025", "10:00", "10:25"),
    ("from 9.10 to 10.15", "09:10", "10:15"),
]

NOT_TIMES = [
    "125 mL/h",
    "1000 mg",
    "1000 mL NS",
    "1200 mL effusion",
    "1000cc",
    "1,000 mg",
    "1000 units",
    "in 2025",
    "since 2019",
    "2015-2019",
    "Dx 2011",
    "Jan 2012",
    "03/04/2025",
    "2026-03-14",
    "BP 120/80",
    "20g Huber",
    "22g PIV",
    "L3-4",
    "lesion at 10:30",
    "10:30 o'clock",
    "mass at the 10:30 position",
    "epinephrine 1:1000",
    "room 1012",
    "Rm 1012",
    "call 555-0910",
    "phone (555) 123-0910",
    "ext 1015",
    "MRN 10150930",
    "MRN 1015",
    "lot 1102",
    "#1234",
    "$1000",
    "ANC 1500",
    "stage 2a",
    "25:00",
    "1060",
    "24:10",
    "46 h",
    "q4h",
    "0.9%",
    "1.85 m2",
    "250l",
    "ratio 1:10",
]


def shown(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@pytest.mark.parametrize(("text", "expected"), ONE)
def test_a_clock_is_read(text: str, expected: str) -> None:
    found = find_clocks(text)
    assert [shown(one.clock.minute) for one in found] == [expected]


@pytest.mark.parametrize(("text", "start", "stop"), RANGES)
def test_a_range_is_read_and_its_halves_settle_each_other(text: str, start: str, stop: str) -> None:
    ((one, other),) = find_ranges(text)
    assert (shown(one.clock.minute), shown(other.clock.minute)) == (start, stop)


@pytest.mark.parametrize("text", NOT_TIMES)
def test_numbers_that_are_no_times(text: str) -> None:
    assert find_clocks(text) == ()


@pytest.mark.parametrize(
    "text", ["0200 (next day)", "0200 (+1)", "0200+1", "next day at 0200", "0200 the following morning", "0200 +1d"]
)
def test_next_day_words_belong_to_the_clock(text: str) -> None:
    (found,) = find_clocks(text)
    assert found.clock.next_day
    assert (found.start, found.end) == (0, len(text))


@pytest.mark.parametrize(
    "text", ["2026-03-14 09:10", "2026-03-14T09:10", "03/14/26 @ 0910", "3/14/2026 0910", "14 Mar 2026 0910"]
)
def test_a_dated_clock_knows_its_date(text: str) -> None:
    (found,) = find_clocks(text)
    assert (found.clock.minute, found.clock.on) == (550, date(2026, 3, 14))


def test_a_date_without_a_year_takes_the_year_it_is_given() -> None:
    assert read_clock("3/14 0910", year=2026) == (550, False, date(2026, 3, 14))
    assert read_clock("3/14 0910") == (550, False, None)


def test_both_ends_of_a_dated_range_stand_on_its_date() -> None:
    ((one, other),) = find_ranges("3/14/2026 0910-1115")
    assert one.clock.on == other.clock.on == date(2026, 3, 14)


@pytest.mark.parametrize("text", ["0910", "9.10"])
def test_digits_alone_are_bare(text: str) -> None:
    assert find_clocks(text)[0].bare


@pytest.mark.parametrize("text", ["09:10", "@0910", "9a", "0910a", "1000h", "noon"])
def test_digits_with_a_mark_are_not_bare(text: str) -> None:
    assert not find_clocks(text)[0].bare


def test_several_clocks_are_no_one_clock() -> None:
    assert read_clock("0910 and 1015") is None
    assert read_clock("nothing here") is None


@given(
    st.integers(0, 23), st.integers(0, 59), st.sampled_from(["{:02}{:02}", "{:02}:{:02}", "{}:{:02}", "@{:02}{:02}"])
)
def test_every_minute_of_the_day_is_read_in_every_plain_notation(hour: int, minute: int, form: str) -> None:
    clock = read_clock("started at " + form.format(hour, minute))
    assert clock is not None
    assert clock.minute == hour * 60 + minute


@given(st.text(max_size=200))
def test_any_text_gives_spans_inside_it_in_order(text: str) -> None:
    found = find_clocks(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert all(0 <= one.clock.minute <= 1440 for one in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03/14/2026", date(2026, 3, 14)),
        ("3/14/26", date(2026, 3, 14)),
        ("2026-03-14", date(2026, 3, 14)),
        ("March 14, 2026", date(2026, 3, 14)),
        ("14-Mar-2026", date(2026, 3, 14)),
        ("14.03.2026", date(2026, 3, 14)),
        ("born 3/4/58", date(1958, 3, 4)),
    ],
)
def test_dates(text: str, expected: date) -> None:
    assert [one.on for one in find_dates(text)] == [expected]


@pytest.mark.parametrize("text", ["1/2 hr", "pain 3/10", "02/30/2026", "120/80", "1/2 NS", "13/45/2026"])
def test_no_dates(text: str) -> None:
    assert find_dates(text, 2026) == ()
