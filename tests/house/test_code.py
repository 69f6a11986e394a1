"""Promises about the code itself, kept by machine, because reviewers tire."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = sorted((ROOT / "hotline").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
NUMBERED = (
    "routing_policy.toml",
    "risk_policy.toml",
    "quality_policy.toml",
    "wellbeing_policy.toml",
    "simulation.toml",
    "practice.toml",
    "review_policy.toml",
    "follow_up_policy.toml",
    "retention_policy.toml",
)
MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_TEST = 30


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_of_the_house_is_longer_than_a_screen() -> None:
    long = [
        f"{named(p)}:{f.lineno} {f.name}"
        for p in PACKAGE
        for f in functions(p)
        if lines_of(f) > MOST_LINES_OF_A_FUNCTION
    ]
    assert not long


def test_no_file_of_the_house_is_longer_than_a_reader_can_hold() -> None:
    long = [named(p) for p in PACKAGE if len(p.read_text("utf-8").splitlines()) > MOST_LINES_OF_A_FILE]
    assert not long


def test_no_test_is_longer_than_one_thought() -> None:
    long = [
        f"{named(p)}:{f.lineno} {f.name}"
        for p in TESTS
        for f in functions(p)
        if f.name.startswith("test_") and lines_of(f) > MOST_LINES_OF_A_TEST
    ]
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    silent = [named(p) for p in PACKAGE if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert not silent


def test_nothing_is_left_for_later_in_a_comment() -> None:
    later = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]))
    left = [named(p) for p in (*PACKAGE, *TESTS) if later.search(p.read_text("utf-8"))]
    assert not left


def test_only_the_unit_of_work_commits() -> None:
    commits = {named(p) for p in PACKAGE if re.search(r"\.commit\(\)", _code(p))}
    elsewhere = {name for name in commits if _commits_a_connection(ROOT / name)}
    allowed = {"hotline/flow/unit.py", "hotline/storage/engine.py", "hotline/storage/migrate.py"}
    yardstick = {"hotline/lab/bench_claims.py"}  # raw SQL, to hold the unit of work against
    assert elsewhere <= allowed | yardstick


def _code(path: Path) -> str:
    """The source without its strings, where a docstring may speak of a commit."""
    return re.sub(r'""".*?"""', "", path.read_text("utf-8"), flags=re.DOTALL)


def _commits_a_connection(path: Path) -> bool:
    """Whether something other than a unit is committed."""
    return any(owner != "unit" for owner in re.findall(r"([\w.]+)\.commit\(\)", _code(path)))


def test_only_the_settings_read_the_environment() -> None:
    readers = {named(p) for p in PACKAGE if re.search(r"os\.(environ|getenv)", _code(p))}
    assert readers <= {"hotline/settings/environment.py"}


def test_the_clock_is_asked_in_one_place() -> None:
    askers = {named(p) for p in PACKAGE if re.search(r"datetime\.(now|utcnow|today)\(", _code(p))}
    assert askers == {"hotline/domain/clock.py"}


def bare_numbers(node: Any, where: str = "") -> Iterator[str]:
    """Every number that is not the value of a table with unit, source and decided_by."""
    if isinstance(node, dict):
        if "value" in node and isinstance(node["value"], int | float):
            missing = {"value", "unit", "source", "decided_by"} - {key for key, said in node.items() if said != ""}
            if missing:
                yield f"{where} lacks {sorted(missing)}"
            return
        for key, below in node.items():
            yield from bare_numbers(below, f"{where}.{key}")
    elif isinstance(node, list):
        for number, below in enumerate(node):
            yield from bare_numbers(below, f"{where}[{number}]")
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield f"{where} is bare"


@pytest.mark.parametrize("name", NUMBERED)
def test_every_number_of_a_policy_says_where_it_comes_from(name: str) -> None:
    assert not list(bare_numbers(tomllib.loads((ROOT / "config" / name).read_text("utf-8"))))
