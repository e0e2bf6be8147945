"""`frozen` and `changing`: what `dataclass(frozen=True, slots=True)` and `dataclass(slots=True)` make, only faster.

The standard library writes and compiles six functions for each class, and makes the class twice: half a millisecond
each, while the program starts. Here the constructor is compiled when the first object is made, and all classes share
the rest. `dataclasses.fields`, `replace` and `asdict` work as ever.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field
from functools import cached_property
from typing import Any, TypeVar, dataclass_transform

Kind = TypeVar("Kind")
_set = object.__setattr__


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[Kind]) -> type[Kind]:
    """A class whose objects hold the annotated fields, in order, and never change; equal when their fields are.

    Defaults and `field(default_factory=...)` are as in the standard library. For classes without a base of their own.
    """
    return _made(cls, {"__setattr__": _refuse, "__delattr__": _refuse, "__hash__": _hash})


@dataclass_transform(field_specifiers=(field,))
def changing(cls: type[Kind]) -> type[Kind]:
    """A class as `frozen` makes one, but its objects' fields may be set anew, and it has no hash."""
    return _made(cls, {"__hash__": None})


def _made(cls: type[Kind], shared: dict[str, Any]) -> type[Kind]:
    said: dict[str, Any] = dict(cls.__dict__)
    names = tuple(said.get("__annotations__", ()))
    defaults = {name: said.pop(name) for name in names if name in said}
    said.pop("__dict__", None)
    said.pop("__weakref__", None)
    slots = (*names, "__dict__") if any(isinstance(value, cached_property) for value in said.values()) else names
    shared = {"__init__": _first, "__reduce__": _parts, "__eq__": _equal, "__repr__": _shown, **shared}
    own = {"__slots__": slots, "__match_args__": names, "_defaults": defaults, "__qualname__": cls.__qualname__}
    made: type[Kind] = type(cls.__name__, cls.__bases__, {**shared, "__dataclass_fields__": _FIELDS, **said, **own})
    return made


def _first(self: Any, *given: Any, **named: Any) -> None:
    """The constructor of a class that has no objects yet: compile its own, and use that from now on."""
    kind = type(self)
    _set_on(kind, "__init__", _constructor(kind))
    self.__init__(*given, **named)


def _constructor(kind: Any) -> Any:
    around: dict[str, Any] = {"_set": _set}
    put = "self.{0} = {1}" if kind.__setattr__ is object.__setattr__ else "_set(self, {0!r}, {1})"
    head, body = ["self"], []
    for name in kind.__match_args__:
        default = kind._defaults.get(name, MISSING)
        factory = default.default_factory if isinstance(default, Field) else MISSING
        around[f"_of_{name}"] = default if factory is MISSING else factory
        head.append(name if default is MISSING else f"{name}=_of_{name}")
        value = name if factory is MISSING else f"_of_{name}() if {name} is _of_{name} else {name}"
        body.append(" " + put.format(name, value))
    if hasattr(kind, "__post_init__"):
        body.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(head)}):\n" + "\n".join(body or [" pass"]), around)
    return around["__init__"]


def _values(one: Any) -> tuple[Any, ...]:
    return tuple([getattr(one, name) for name in one.__match_args__])


def _equal(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _shown(self: Any) -> str:
    told = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({told})"


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} never changes")


def _parts(self: Any) -> tuple[Any, tuple[Any, ...]]:
    return type(self), _values(self)


class _Fields:
    """`__dataclass_fields__` of a class, made when the standard library first asks for it."""

    def __get__(self, _: Any, kind: Any) -> dict[str, Field[Any]]:
        plain = type(kind.__name__, (), {"__annotations__": kind.__annotations__, **kind._defaults})
        found: dict[str, Field[Any]] = dataclass(plain).__dataclass_fields__  # type: ignore[attr-defined]
        _set_on(kind, "__dataclass_fields__", found)
        return found


_FIELDS = _Fields()
_set_on = type.__setattr__
