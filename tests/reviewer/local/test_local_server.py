"""The model inside this process: found, checked, started once, silent, stopped; and once for real."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from model_files import CONTENT, ENTRY

from reviewer.errors import ConfigError
from reviewer.llm import Chat, Message
from reviewer.local import server
from reviewer.local.catalogue import Catalogue, installed_catalogue, model_path, models_folder

# Looked up while tests are collected: later, each runs with an empty REVIEWER_HOME.
FETCHED = model_path(installed_catalogue().entry())
ABSENT = "needs pip install '.[local]' and: reviewer model pull"


class Engine(ModuleType):
    """Stands in for llama.cpp: records what each server was started with."""

    def __init__(self) -> None:
        super().__init__("xllamacpp")
        self.started: list[SimpleNamespace] = []
        self.running: list[str] = []
        self.refuses = False
        engine = self

        class Server:
            def __init__(self, params: SimpleNamespace) -> None:
                if engine.refuses:
                    raise RuntimeError("Failed to init server")
                engine.started.append(params)
                engine.running.append(params.model.path)
                self.listening_address, self._path = f"http://127.0.0.1:{4000 + len(engine.started)}", params.model.path

            def __del__(self) -> None:
                if hasattr(self, "_path"):
                    engine.running.remove(self._path)

        self.Server = Server

    def CommonParams(self) -> SimpleNamespace:  # noqa: N802  # the name in the engine
        parts = {name: SimpleNamespace() for name in ("model", "cpuparams", "cpuparams_batch")}
        return SimpleNamespace(**parts, hostnames=[], verbosity=3, ui=True, endpoint_slots=True, cache_ram_mib=8192)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    stand_in = Engine()
    monkeypatch.setitem(sys.modules, "xllamacpp", stand_in)
    yield stand_in
    server.stop()
    assert stand_in.running == []


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "Mine v2.gguf"
    path.write_bytes(b"GGUF and more")
    return path


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(server, "installed_catalogue", lambda: Catalogue(default="tiny", model=(ENTRY,)))
    models_folder().mkdir(parents=True)
    model_path(ENTRY).write_bytes(CONTENT)
    return model_path(ENTRY)


def test_a_file_is_served_under_its_name_on_a_free_port_of_this_machine(engine: Engine, gguf: Path) -> None:
    endpoint = server.local_endpoint(gguf)
    params = engine.started[0]
    assert (endpoint.base_url, endpoint.model, endpoint.mode) == ("http://127.0.0.1:4001/v1", "Mine v2", "json_schema")
    assert (params.model.path, params.model_alias) == (str(gguf), {"Mine v2"})
    assert (params.hostnames, params.port, params.n_parallel) == (["127.0.0.1"], 0, 1)
    assert params.n_ctx >= endpoint.max_output_tokens + 8000


def test_nothing_of_a_note_is_logged_shown_or_kept_and_only_this_process_may_ask(engine: Engine, gguf: Path) -> None:
    endpoint = server.local_endpoint(gguf)
    params = engine.started[0]
    assert (params.verbosity, params.ui, params.endpoint_slots, params.cache_ram_mib) == (-1, False, False, 0)
    assert endpoint.api_key is not None
    assert params.api_keys == [endpoint.api_key.get_secret_value()]
    assert len(params.api_keys[0]) >= 32
    assert params.api_keys[0] not in repr(endpoint)


def test_one_server_serves_every_call_until_another_model_is_asked_for(engine: Engine, gguf: Path) -> None:
    first = server.local_endpoint(gguf)
    assert server.local_endpoint(str(gguf)) == first
    assert len(engine.started) == 1
    other = gguf.with_name("other.gguf")
    other.write_bytes(b"GGUF")
    assert server.local_endpoint(other).model == "other"
    assert engine.running == [str(other)]


def test_after_it_was_stopped_it_starts_anew_with_another_key(engine: Engine, gguf: Path) -> None:
    first = server.local_endpoint(gguf)
    server.stop()
    assert engine.running == []
    assert server.local_endpoint(gguf).api_key != first.api_key


@pytest.mark.parametrize("name", [None, "default", "tiny", Path("default")])
def test_a_fetched_model_is_named_or_is_the_default(engine: Engine, fetched: Path, name: Path | str | None) -> None:
    assert server.local_endpoint(name).model == "tiny"
    assert engine.started[0].model.path == str(fetched)


def test_a_model_that_was_not_fetched_is_told_with_the_command(fetched: Path) -> None:
    fetched.unlink()
    with pytest.raises(ConfigError, match="tiny is not on this machine; fetch it with: reviewer model pull tiny"):
        server.local_endpoint(None)


def test_a_fetched_model_that_was_cut_short_since_is_not_loaded(engine: Engine, fetched: Path) -> None:
    fetched.write_bytes(CONTENT[:-1])
    with pytest.raises(ConfigError, match="does not have its size; fetch it again with: reviewer model pull tiny"):
        server.local_endpoint("tiny")
    assert engine.started == []


def test_a_file_that_is_not_there_is_told_with_the_names_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such file \(models known by name: default, qwen2\.5-coder"):
        server.local_endpoint(tmp_path / "none.gguf")


def test_a_file_that_is_no_model_or_no_file_is_refused(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("0910 invented words of a note")
    with pytest.raises(ConfigError, match="is not a GGUF file") as told:
        server.local_endpoint(note)
    assert "invented" not in str(told.value)
    with pytest.raises(ConfigError, match="this is a folder"):
        server.local_endpoint(tmp_path)


def test_a_model_the_engine_refuses_is_told_in_one_line(engine: Engine, gguf: Path) -> None:
    engine.refuses = True
    with pytest.raises(ConfigError, match="model Mine v2 cannot be loaded: the file is damaged"):
        server.local_endpoint(gguf)


def test_without_the_extra_it_says_how_to_install_it(gguf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ConfigError) as told:
        server.local_endpoint(gguf)
    assert "pip install 'encounter-reviewer[local]'" in str(told.value)


def test_an_engine_that_does_not_fit_this_machine_is_told(
    gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('GLIBC_2.99 not found')\n")
    monkeypatch.delitem(sys.modules, "xllamacpp", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match="is installed but does not run on this machine"):
        server.local_endpoint(gguf)


@pytest.mark.local_model
@pytest.mark.skipif(not (importlib.util.find_spec("xllamacpp") and FETCHED.is_file()), reason=ABSENT)
def test_a_real_model_answers_in_this_process_and_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    schema = {
        "type": "object",
        "properties": {"day": {"enum": ["Monday", "Tuesday"]}},
        "required": ["day"],
        "additionalProperties": False,
    }
    question = "Which day comes before Tuesday?"
    try:
        endpoint = server.local_endpoint(FETCHED)
        done = Chat(endpoint).complete(
            (Message(role="user", content=question),), schema=schema, name="answer", characters=len(question)
        )
    finally:
        server.stop()
    assert '"day"' in done.content
    assert (done.model, done.finish_reason) == (endpoint.model, "stop")
    assert done.usage.prompt_tokens > 0
    assert capfd.readouterr() == ("", "")
