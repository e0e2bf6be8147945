"""The one-way street, enforced on the source: who may import whom, and where the edges are."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_MODULE = 400
EDGES = {
    "jinja2": ("reviewer/report/", "reviewer/queries/", "reviewer/extract/model/prompt.py", "reviewer/web/"),
    "argon2": ("reviewer/accounts/passwords.py",),
    "authlib": ("reviewer/accounts/oidc.py",),
    "joserfc": ("reviewer/accounts/oidc.py",),
    "fastapi": ("reviewer/web/",),
    "starlette": ("reviewer/web/",),
    "uvicorn": ("reviewer/commands_serve.py",),
    "weasyprint": ("reviewer/web/downloads.py",),
    "openai": ("reviewer/llm/",),
    "tenacity": ("reviewer/llm/",),
    "httpx2": ("reviewer/llm/", "reviewer/local/", "reviewer/accounts/oidc.py"),
    "vcr": ("reviewer/evaluate/cassettes.py",),
    "xllamacpp": ("reviewer/local/",),
}
CLOCKS_AND_CHANCE = {"random", "secrets", "uuid", "time", "locale"}
NOW = {"now", "utcnow", "today", "fromtimestamp"}


def _modules(*packages: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT).as_posix()) for name in packages for path in (ROOT / name).rglob("*.py"))


@functools.cache
def _tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text("utf-8"))


@functools.cache
def _nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


def imports(tree: ast.Module) -> Iterator[str]:
    """Full names of everything imported, at the top or inside a function."""
    for node in _nodes(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{'.' * node.level}{node.module or ''}"
            yield from (f"{'.' * node.level}{node.module or ''}.{name.name}" for name in node.names)


def uses(tree: ast.Module) -> Iterator[str]:
    """Dotted names as they are used: `os.environ`, `date.today`; what is used of a call or an entry begins with `?`."""
    for node in _nodes(tree):
        if isinstance(node, ast.Attribute):
            inner, parts = node.value, [node.attr]
            while isinstance(inner, ast.Attribute):
                inner, parts = inner.value, [inner.attr, *parts]
            yield ".".join([inner.id if isinstance(inner, ast.Name) else "?", *parts])


def validator_strangers(tree: ast.Module) -> set[str]:
    """Imports that the deterministic half may not have."""
    allowed = (sys.stdlib_module_names - CLOCKS_AND_CHANCE) | {"pydantic", "validator"}
    return {name for name in imports(tree) if name.split(".")[0] not in allowed}


def clock_uses(tree: ast.Module) -> set[str]:
    """Reads of the clock, chance, the environment or the network."""
    told = {name for name in uses(tree) if name.rsplit(".", 1)[-1] in NOW}
    foreign = {"os", "socket", "subprocess", "urllib", "http", "logging"}
    return told | {name for name in imports(tree) if name.split(".")[0] in foreign}


def environment_reads(tree: ast.Module) -> set[str]:
    """Every way to the environment, however it was imported."""
    names = [*uses(tree), *imports(tree)]
    return {name for name in names if name.startswith(("os.environ", "os.getenv", "os.putenv"))}


@pytest.mark.parametrize("module", _modules("validator"))
def test_the_validator_imports_only_the_standard_library_pydantic_and_itself(module: str) -> None:
    assert validator_strangers(_tree(module)) == set()


@pytest.mark.parametrize("module", _modules("validator"))
def test_the_validator_knows_no_clock_chance_environment_or_network(module: str) -> None:
    assert clock_uses(_tree(module)) == set()


@pytest.mark.parametrize("module", [m for m in _modules("validator") if m != "validator/loading.py"])
def test_the_validator_reads_files_in_one_place(module: str) -> None:
    reads = {"open", "read_text", "read_bytes", "iterdir", "glob"}
    calls = [node.func for node in _nodes(_tree(module)) if isinstance(node, ast.Call)]
    assert not {ast.unparse(call) for call in calls if ast.unparse(call).rsplit(".", 1)[-1] in reads}


@pytest.mark.parametrize("module", _modules("validator", "reviewer"))
def test_an_outside_library_is_used_behind_its_own_edge(module: str) -> None:
    for name in imports(_tree(module)):
        edge = EDGES.get(name.split(".")[0])
        assert edge is None or module.startswith(edge), f"{module} imports {name}; only {' and '.join(edge)} may"


@pytest.mark.parametrize("module", [m for m in _modules("validator", "reviewer") if m != "reviewer/settings.py"])
def test_only_the_settings_read_the_environment(module: str) -> None:
    assert environment_reads(_tree(module)) == set()


@pytest.mark.parametrize("module", _modules("validator", "reviewer"))
def test_no_module_is_too_long_or_called_after_nothing(module: str) -> None:
    assert len((ROOT / module).read_text("utf-8").splitlines()) <= LONGEST_MODULE
    assert not {part.removesuffix(".py") for part in Path(module).parts} & {
        "utils",
        "util",
        "helpers",
        "common",
    }
    assert not [name for name in imports(_tree(module)) if "utils" in name.split(".")]


@pytest.mark.parametrize("test", [str(p.relative_to(ROOT)) for p in sorted((ROOT / "tests").rglob("test_*.py"))])
def test_what_takes_time_is_measured_in_a_benchmark(test: str) -> None:
    """On a busy machine a timed assertion fails for no fault of the code; `benchmarks/` gives ratios instead."""
    clocks = {"perf_counter", "process_time", "perf_counter_ns", "process_time_ns"}
    assert not {n.attr for n in _nodes(_tree(test)) if isinstance(n, ast.Attribute)} & clocks


def test_the_checks_see_what_they_look_for() -> None:
    bad = ast.parse(
        "import os, random\nfrom os import getenv\nfrom datetime import date\nimport jinja2.ext\n"
        "def f():\n    import requests\n    return date.today(), os.environ['X']\n"
    )
    assert {"random", "jinja2.ext", "requests"} <= validator_strangers(bad)
    assert {"date.today", "os"} <= clock_uses(bad)
    assert environment_reads(bad) == {"os.environ", "os.getenv"}
