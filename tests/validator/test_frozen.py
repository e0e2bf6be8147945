"""`frozen` behaves as the standard library's frozen class with slots, in everything that is used of it."""

from __future__ import annotations

import pickle
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import pytest

from validator.frozen import frozen


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


@frozen
class Checked:
    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 0:
            raise ValueError("minutes")


@pytest.mark.parametrize("kind", [Quick, Slow])
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


@pytest.mark.parametrize("kind", [Quick, Slow])
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
