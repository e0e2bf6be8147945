"""Which model a command uses: options before the environment before the settings file, and nothing by halves."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

import reviewer.local
from reviewer.cli import main
from reviewer.errors import ConfigError, UsageError
from reviewer.llm import Endpoint
from reviewer.model_options import ModelFlags, chat_from, endpoint_from, model_for
from reviewer.settings import Settings, load_settings

LOCAL = "http://127.0.0.1:8080/v1"


def _settings(tmp_path: Path, file: str = "", **environment: str) -> Settings:
    (tmp_path / "settings.toml").write_text(file)
    return load_settings({"REVIEWER_HOME": str(tmp_path), **environment})


def _endpoint(tmp_path: Path, file: str = "", flags: ModelFlags | None = None, **environment: str) -> Endpoint | None:
    return endpoint_from(_settings(tmp_path, file, **environment), flags or ModelFlags())


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"REVIEWER_MODEL": "m"},
        {"OPENAI_BASE_URL": LOCAL},
        {"OPENAI_API_KEY": "k"},
        {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": LOCAL},
        {"REVIEWER_MODEL": "", "OPENAI_BASE_URL": LOCAL},
        {"REVIEWER_MODE": "tool"},
    ],
)
def test_no_model_is_configured_until_its_name_and_its_place_are(tmp_path: Path, environment: dict[str, str]) -> None:
    settings = _settings(tmp_path, **environment)
    assert chat_from(settings, ModelFlags()) is None
    assert model_for("auto", settings, ModelFlags()) is None
    with pytest.raises(UsageError, match="REVIEWER_MODEL and OPENAI_BASE_URL"):
        model_for("both", settings, ModelFlags())


def test_a_name_and_a_server_are_a_model(tmp_path: Path) -> None:
    found = _endpoint(tmp_path, REVIEWER_MODEL="m", OPENAI_BASE_URL=LOCAL)
    assert found == Endpoint(base_url=LOCAL, model="m")


def test_a_name_and_a_key_are_a_model_of_openai_and_need_consent(tmp_path: Path) -> None:
    environment = {"REVIEWER_MODEL": "m", "OPENAI_API_KEY": "k"}
    found = _endpoint(tmp_path, **environment)
    assert found is not None
    assert found.base_url == "https://api.openai.com/v1"
    with pytest.raises(ConfigError, match="REVIEWER_REMOTE_OK"):
        chat_from(_settings(tmp_path, **environment), ModelFlags())
    allowed = chat_from(_settings(tmp_path, **environment, REVIEWER_REMOTE_OK="BAA 1"), ModelFlags())
    assert allowed is not None


def test_an_option_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = f'model = "of-file"\nmode = "tool"\nbase_url = "{LOCAL}"\nseed = 5\nremote_ok = "BAA"\n'
    assert _endpoint(tmp_path, file) == Endpoint(base_url=LOCAL, model="of-file", mode="tool", seed=5, remote_ok="BAA")
    found = _endpoint(tmp_path, file, REVIEWER_MODEL="of-environment", REVIEWER_SEED="6")
    assert found is not None
    assert (found.model, found.mode, found.seed) == ("of-environment", "tool", 6)
    flags = ModelFlags(model="of-option", mode="json_object")
    found = _endpoint(tmp_path, file, flags, REVIEWER_MODEL="of-environment")
    assert found is not None
    assert (found.model, found.mode, found.base_url) == ("of-option", "json_object", LOCAL)


def test_everything_of_how_to_ask_can_be_set(tmp_path: Path) -> None:
    found = _endpoint(
        tmp_path,
        REVIEWER_MODEL="m",
        OPENAI_BASE_URL=LOCAL,
        OPENAI_API_VERSION="2024-10-21",
        REVIEWER_MODE="tool",
        REVIEWER_TEMPERATURE="none",
        REVIEWER_SEED="3",
        REVIEWER_MAX_OUTPUT_TOKENS="900",
        REVIEWER_READ_TIMEOUT="1200",
    )
    assert found is not None
    assert (found.api_version, found.mode, found.temperature, found.seed) == ("2024-10-21", "tool", None, 3)
    assert (found.max_output_tokens, found.read_timeout, found.total_seconds) == (900, 1200, 1200)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("REVIEWER_MODE", "grammar", "json_schema or tool or json_object"),
        ("REVIEWER_TEMPERATURE", "warm", "from 0 to 2, or none"),
        ("REVIEWER_TEMPERATURE", "3", "from 0 to 2, or none"),
        ("REVIEWER_TEMPERATURE", "nan", "from 0 to 2, or none"),
        ("REVIEWER_SEED", "1.5", "or none"),
        ("REVIEWER_MAX_OUTPUT_TOKENS", "0", "from 1 to"),
        ("REVIEWER_MAX_OUTPUT_TOKENS", "none", "from 1 to"),
        ("REVIEWER_READ_TIMEOUT", "0", "from 1 to"),
        ("REVIEWER_READ_TIMEOUT", "inf", "from 1 to"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(tmp_path: Path, variable: str, value: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        _settings(tmp_path, **{variable: value})
    assert str(caught.value).startswith(variable)
    key = variable.removeprefix("REVIEWER_").lower()
    with pytest.raises(ConfigError, match=rf"settings.toml: {key} should be"):
        _settings(tmp_path, f'{key} = "{value}"')


def test_numbers_in_the_file_are_numbers(tmp_path: Path) -> None:
    found = _settings(tmp_path, "temperature = 0.5\nseed = 'none'\nread_timeout = 60")
    assert (found.temperature, found.seed, found.read_timeout) == (0.5, "none", 60)
    for wrong in ("seed = 1.5", "seed = true", "temperature = []"):
        with pytest.raises(ConfigError, match="should be a number"):
            _settings(tmp_path, wrong)


def test_a_key_is_never_read_from_a_file_nor_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY") as caught:
        _settings(tmp_path, 'api_key = "CANARY"')
    assert "CANARY" not in str(caught.value)
    assert "CANARY" not in repr(_settings(tmp_path, OPENAI_API_KEY="CANARY"))


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    started: list[Path] = []

    def start(file: Path) -> Endpoint:
        started.append(file)
        return Endpoint(base_url="http://127.0.0.1:9/v1", model=file.stem, read_timeout=900, total_seconds=1800)

    monkeypatch.setattr(reviewer.local, "local_endpoint", start)
    return started


def test_a_model_file_is_a_model(tmp_path: Path, local: list[Path]) -> None:
    found = _endpoint(tmp_path, REVIEWER_MODEL_FILE="a.gguf", OPENAI_BASE_URL=LOCAL, OPENAI_API_KEY="k")
    assert found is not None
    assert (found.model, found.base_url, found.api_key) == ("a", "http://127.0.0.1:9/v1", None)
    assert (found.read_timeout, found.total_seconds) == (900, 1800)
    found = _endpoint(tmp_path, flags=ModelFlags(model_file=Path("b.gguf"), mode="tool"), REVIEWER_MODEL_FILE="a.gguf")
    assert found is not None
    assert (found.model, found.mode) == ("b", "tool")
    assert local == [Path("a.gguf"), Path("b.gguf")]


def test_of_two_models_the_nearer_wins_and_equals_are_refused(tmp_path: Path, local: list[Path]) -> None:
    both = {"REVIEWER_MODEL": "m", "OPENAI_BASE_URL": LOCAL, "REVIEWER_MODEL_FILE": "a.gguf"}
    with pytest.raises(ConfigError, match="two models"):
        _endpoint(tmp_path, **both)
    served = _endpoint(tmp_path, "model_file = 'a.gguf'", REVIEWER_MODEL="m", OPENAI_BASE_URL=LOCAL)
    assert served is not None
    assert (served.model, local) == ("m", [])
    own = _endpoint(tmp_path, f"model = 'm'\nbase_url = '{LOCAL}'", REVIEWER_MODEL_FILE="a.gguf")
    assert own is not None
    assert own.model == "a"
    chosen = _endpoint(tmp_path, flags=ModelFlags(model="other"), **both)
    assert chosen is not None
    assert chosen.model == "other"


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({"model": "m"}, "--model: name its server"),
        ({"base_url": LOCAL}, "--base-url: name the model"),
        ({"base_url": LOCAL, "model_file": Path("a.gguf")}, "--model-file"),
        ({"model": "m", "model_file": Path("a.gguf")}, "--model-file"),
    ],
)
def test_options_by_halves_or_against_each_other_are_refused(tmp_path: Path, flags: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        _endpoint(tmp_path, flags=ModelFlags(**flags))


def test_a_mode_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no model is configured"):
        model_for("auto", _settings(tmp_path), ModelFlags(mode="tool"))


CASES: list[tuple[tuple[str, ...], dict[str, str], int, str]] = [
    (("--extractor", "llm"), {}, 2, "REVIEWER_MODEL"),
    (("--extractor", "both"), {"REVIEWER_MODEL": "m"}, 2, "OPENAI_BASE_URL"),
    (("--model", "m"), {}, 2, "--base-url"),
    (("--extractor", "patterns", "--model", "m"), {}, 2, "patterns asks no model"),
    (("--mode", "grammar"), {}, 2, "json_schema"),
    ((), {"REVIEWER_MODEL": "m", "OPENAI_BASE_URL": "http://10.1.2.3/v1"}, 2, "REVIEWER_REMOTE_OK"),
    (("--model-file", "no-such-file.gguf"), {}, 2, "no-such-file.gguf"),
]


@pytest.mark.parametrize(("options", "environment", "code", "told"), CASES)
def test_a_review_says_in_one_line_what_to_set(
    options: tuple[str, ...],
    environment: dict[str, str],
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["review", "--sample", *options]) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert told in err
    assert err.count("\n") == 1


def test_the_patterns_read_alone_whatever_is_configured(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REVIEWER_MODEL", "m")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://10.1.2.3/v1")
    assert main(["review", "--sample", "--extractor", "patterns"]) == 0
    assert capfd.readouterr().err == ""
