"""`frozen` and `changing` behave as the standard library's classes with slots, in everything that is used of them."""

from __future__ import annotations

import pickle
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pytest

from validator.frozen import changing, frozen


@frozen
class Quick:
    name: str
    minutes: int = 15
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> str:
        return f"{self.name} {self.minutes}"


@dataclass(frozen=True, slots=True)
class Slow:
    name: str
    minutes: int = 15
    params: dict[str, Any] = field(default_factory=dict)


@changing
class Open:
    name: str
    minutes: int = 15
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class SlowOpen:
    name: str
    minutes: int = 15
    params: dict[str, Any] = field(default_factory=dict)


@frozen
class Worked:
    minutes: int

    @cached_property
    def hours(self) -> list[int]:
        return [self.minutes // 60]


@frozen
class Checked:
    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 0:
            raise ValueError("minutes")


@pytest.mark.parametrize("kind", [Quick, Slow, Open, SlowOpen])
def test_it_is_made_and_compared_by_its_fields(kind: Any) -> None:
    one = kind("a", params={"x": 1})
    assert (one.name, one.minutes, one.params) == ("a", 15, {"x": 1})
    assert one == kind("a", 15, {"x": 1})
    assert one != kind("b", 15, {"x": 1})
    assert kind("a").params is not kind("a").params
    assert repr(one) == f"{kind.__name__}(name='a', minutes=15, params={{'x': 1}})"
    assert kind.__match_args__ == ("name", "minutes", "params")
    assert not hasattr(one, "__dict__")
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError):
        kind("a", unknown=1)


@pytest.mark.parametrize("kind", [Quick, Slow])
def test_it_never_changes(kind: Any) -> None:
    one = kind("a")
    with pytest.raises(AttributeError):
        one.minutes = 16
    with pytest.raises(AttributeError):
        del one.minutes
    assert one.minutes == 15


@pytest.mark.parametrize("kind", [Open, SlowOpen])
def test_an_open_one_changes_and_so_has_no_hash(kind: Any) -> None:
    one = kind("a")
    one.minutes += 1
    assert one.minutes == 16
    assert one != kind("a")
    with pytest.raises(AttributeError):
        one.unknown = 1
    with pytest.raises(TypeError):
        hash(one)


def test_what_is_worked_out_once_is_kept_with_a_frozen_one() -> None:
    one = Worked(90)
    assert one.hours is one.hours
    with pytest.raises(AttributeError):
        one.minutes = 16  # type: ignore[misc]
    assert one == Worked(90)


@pytest.mark.parametrize("kind", [Quick, Slow, Open, SlowOpen])
def test_the_standard_library_and_pickle_know_it(kind: Any) -> None:
    one = kind("a", params={"x": 1})
    assert replace(one, minutes=16) == kind("a", 16, {"x": 1})
    assert asdict(one) == {"name": "a", "minutes": 15, "params": {"x": 1}}
    assert [f.name for f in fields(kind)] == ["name", "minutes", "params"]
    assert pickle.loads(pickle.dumps(one)) == one


def test_equal_objects_have_one_hash_and_other_classes_are_never_equal() -> None:
    assert len({Checked(1), Checked(1), Checked(2)}) == 2
    other: Any = (1,)
    assert Checked(1) != other
    slow: Any = Slow("a")
    assert Quick("a") != slow


def test_methods_and_checks_of_the_class_are_kept() -> None:
    assert Quick("a").told == "a 15"
    with pytest.raises(ValueError, match="minutes"):
        Checked(-1)
    with pytest.raises(ValueError, match="minutes"):
        Checked(minutes=-1)
