"""Cassettes: calls of a model as they happened, in readable YAML, replayed without a network.

A cassette holds the request's JSON and the reply's JSON, one header each, and an invented host: nothing of the
machine it was recorded on. A request is answered only by one with the same method, path and body.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from reviewer.errors import ConfigError, InputError, shown

HOST = "llm.invalid"
SUFFIX = ".yaml"
_KEPT = ("content-type",)
_MATCH = ["method", "uri", "body"]

RecordMode = Literal["none", "all"]


@contextmanager
def replaying(folder: Path, name: str) -> Iterator[Any]:
    """Answer every call of a model from the cassette `name` of `folder`; yields it. Nothing reaches a network.

    Raises `InputError` when there is no such cassette or it does not hold what is asked, `ConfigError` when the
    extra is not installed.
    """
    path = folder / f"{name}{SUFFIX}"
    if not is_recorded(folder, name):
        raise InputError(f"{shown(path)}: no such cassette; record it first")
    recorder = _recorder("none")
    from vcr.errors import CannotOverwriteExistingCassetteException

    try:
        with recorder.use_cassette(str(path)) as cassette:
            yield cassette
    except CannotOverwriteExistingCassetteException:
        # Its own words quote both requests, and so the notes.
        raise InputError(f"{shown(path)}: holds no answer to what is asked; record it again") from None


def is_recorded(folder: Path, name: str) -> bool:
    """Whether a folder holds a cassette of that name."""
    return (folder / f"{name}{SUFFIX}").is_file()


@contextmanager
def recording(folder: Path, name: str) -> Iterator[Any]:
    """Record every call of a model into the cassette `name` of `folder`, over an older one. Yields the cassette."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}{SUFFIX}"
    path.unlink(missing_ok=True)
    with _recorder("all").use_cassette(str(path)) as cassette:
        yield cassette


def _recorder(mode: RecordMode) -> Any:
    try:
        import vcr
    except ImportError:
        raise ConfigError("cassettes need the package vcrpy: pip install 'encounter-reviewer[evaluate]'") from None
    _quieten()
    recorder = vcr.VCR(
        record_mode=mode,
        match_on=_MATCH,
        decode_compressed_response=True,
        before_record_request=_plain_request,
        before_record_response=_plain_response,
    )
    recorder.register_serializer("readable", Readable)
    recorder.serializer = "readable"
    return recorder


def _quieten() -> None:
    """Keep the library from logging requests and replies, whatever level the program logs at."""
    logger = logging.getLogger("vcr")
    if logger.getEffectiveLevel() < logging.WARNING:
        logger.setLevel(logging.WARNING)


def _plain_request(request: Any) -> Any:
    """Without the machine it was made on: a cassette of one host answers for any. Called on replay as well."""
    parts = urlsplit(request.uri)
    path = parts.path[parts.path.find("/v1") :] if "/v1" in parts.path else parts.path
    request.uri = urlunsplit(("https", HOST, path, "", ""))
    request.headers = {name: value for name, value in request.headers.items() if name.lower() in _KEPT}
    return request


def _plain_response(response: dict[str, Any]) -> dict[str, Any]:
    response["headers"] = {
        name: value for name, value in response["headers"].items() if name.lower() in ("content-type", "retry-after")
    }
    return response


class Readable:
    """Serialises a cassette as YAML in which JSON bodies are mappings and long texts are blocks."""

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        """The cassette as vcrpy keeps it."""
        data = from_yaml(text)
        for call in data["interactions"]:
            request, response = call["request"], call["response"]
            if "json" in request:
                request["body"] = _dump(request.pop("json"))
            if "json" in response:
                response["body"] = {"string": _dump(response.pop("json"))}
            elif isinstance(response.get("body"), str):
                response["body"] = {"string": response["body"]}
        return data

    @staticmethod
    def serialize(data: dict[str, Any]) -> str:
        """The cassette as it stands in its file."""
        return as_yaml({**data, "interactions": [_readable(call) for call in data["interactions"]]})


def from_yaml(text: str) -> dict[str, Any]:
    """A cassette's file as it stands: requests and responses with their JSON as mappings."""
    import yaml

    # The parser in C, where the package has it, is ten times as fast.
    return dict(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def as_yaml(data: dict[str, Any]) -> str:
    """The text of a cassette's file. The inverse of `from_yaml`."""
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    Dumper.add_representer(str, _block)
    return str(yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=4096))


def _readable(call: dict[str, Any]) -> dict[str, Any]:
    request, response = dict(call["request"]), dict(call["response"])
    sent = _load(request.get("body"))
    if sent is not None:
        del request["body"]
        request["json"] = sent
    body = response.get("body") or {}
    came = _load(body.get("string"))
    if came is not None:
        del response["body"]
        response["json"] = came
    elif isinstance(body.get("string"), bytes):
        response["body"] = {"string": body["string"].decode("utf-8", "replace")}
    return {"request": request, "response": response}


def _load(body: Any) -> Any:
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    try:
        found = json.loads(body) if isinstance(body, str) else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _dump(data: Any) -> str:
    """JSON as the client writes it, so that the bodies of a replayed request and the cassette are equal."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _block(dumper: Any, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
