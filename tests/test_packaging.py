"""What is shipped: the metadata, the files in the wheel, the entry points, the pins."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

import capaian

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = {
    *("analysis", "arrow", "bench", "calendar", "charts", "cli", "dev", "docs", "duckdb"),
    *("hosts", "pandas", "parity"),
    *("report", "spark", "testing"),
}
NOT_OF_USERS = {"bench", "dev", "docs", "hosts"}
KINDS = {
    *("time-based", "count-based", "survey-based", "rating-based", "moderation"),
    *("target", "goalposts", "range", "nearest", "piecewise", "lookup", "round", "identity"),
    "times",
    *("min-max", "z-score", "rank", "percentile", "reference", "mean-band"),
    "distance-to-target",
    *("arithmetic", "geometric", "harmonic", "minimum", "power-mean", "ordered"),
    *("abroad", "csc-spms", "deped-rpms", "india-apar", "malaysia-lnpk", "us-5cfr-430.208"),
    *("allowance", "kepmendagri-900-4700-2020", "pmk-85-2015", "pmk-214-2011"),
    *("pp-94-2021", "tpp-tulang-bawang", "asn-2022", "permenpanrb-6-2022", "se-menpanrb-3-2023"),
    *("capaian", "complaints", "calendar-2024", "calendar-2025", "calendar-2026"),
    *("perpres-21-2023", "sp4n-lapor", "working-time", "credit", "peraturan-bkn-3-2023"),
    *("permenpanrb-1-2023", "kemenkeu-2026", "kmk-127-2026", "kmk-467-2014", "panrb-8-2021"),
    *("permenpanrb-8-2021", "pp-30-2019", "pp-46-2011", "perka-bkn-1-2013", "sakip"),
    *("permenpanrb-88-2021", "skm", "permenpanrb-14-2017"),
}


def distribution(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def requirements() -> dict[str, set[str]]:
    """Distributions named by the base ("") and by each extra, without capaian itself."""
    every = {"": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    return {
        extra: {distribution(each) for each in named} - {"capaian"}
        for extra, named in every.items()
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as opened:
        yield opened


def shipped(wheel, name):
    (found,) = (each for each in wheel.namelist() if each.endswith(f".dist-info/{name}"))
    return wheel.read(found).decode()


def test_the_version_is_said_once():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert capaian.__version__ == PROJECT["version"] == metadata.version("capaian")
    assert f"\nversion: {PROJECT['version']}\n" in citation


def test_the_wheel_holds_every_file_of_the_package(wheel):
    source = ROOT / "src"
    files = {
        each.relative_to(source).as_posix()
        for each in source.rglob("*")
        if each.is_file() and each.suffix != ".pyc"
    }
    in_wheel = {each for each in wheel.namelist() if ".dist-info/" not in each}
    assert in_wheel == files
    assert "capaian/py.typed" in in_wheel


def test_the_wheel_says_what_it_is(wheel):
    said = Parser().parsestr(shipped(wheel, "METADATA"))
    assert said["License-Expression"] == "Apache-2.0"
    assert said["License-File"] == "LICENSE"
    assert said["Requires-Python"] == ">=3.11"
    assert "Typing :: Typed" in said.get_all("Classifier")
    assert set(said.get_all("Provides-Extra")) == EXTRAS
    assert "Apache License" in shipped(wheel, "licenses/LICENSE")


def test_the_classifiers_are_the_tested_pythons():
    versions = [
        each.rpartition(" ")[2]
        for each in PROJECT["classifiers"]
        if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", each)
    ]
    assert versions == ["3.11", "3.12", "3.13"]
    assert PROJECT["requires-python"] == f">={versions[0]}"


def test_development_needs_every_extra_of_users():
    for extra in ("dev", "docs"):
        (own,) = (
            each for each in PROJECT["optional-dependencies"][extra] if each.startswith("capaian[")
        )
        assert (
            set(own.removeprefix("capaian[").removesuffix("]").split(",")) == EXTRAS - NOT_OF_USERS
        )


def test_every_import_is_of_something_required():
    named = requirements()
    of_users = set().union(*(named[extra] for extra in named if extra not in NOT_OF_USERS))
    allowed = {each.replace("-", "_") for each in of_users} | {"attr", "capaian"}
    allowed |= {"pytest"}  # capaian.testing.marks, which only pytest's own users call
    strangers = {}
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or "capaian"]
            else:
                continue
            for module in modules:
                top = module.partition(".")[0]
                if top not in allowed and top not in sys.stdlib_module_names:
                    strangers.setdefault(top, file.name)
    assert strangers == {}


def test_each_kind_is_found_by_its_entry_point():
    own = [each for each in metadata.entry_points(group="capaian") if each.dist.name == "capaian"]
    assert {each.name for each in own} == KINDS
    for each in own:
        module = each.load()
        assert isinstance(module, ModuleType)
        assert module.__name__.partition(".")[0] == "capaian"


def test_every_guest_has_an_entry_point():
    announced = {each.value for each in metadata.entry_points(group="capaian")}
    for room in ("indicators", "methods", "packs"):
        for file in (ROOT / "src" / "capaian" / room).glob("*.py"):
            module = f"capaian.{room}.{file.stem}"
            hooks = [
                each
                for each in vars(importlib.import_module(module)).values()
                if hasattr(each, "capaian_impl")
            ]
            assert not hooks or module in announced, f"{module} has hooks and no entry point"


def test_the_command_is_installed():
    (command,) = (
        each for each in metadata.entry_points(group="console_scripts") if each.name == "capaian"
    )
    assert command.value == "capaian.cli:main"
    assert callable(command.load())


def test_every_requirement_is_pinned_and_nothing_else_is_said():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [each for each in lines if each and not each.startswith("#")]
    shape = re.compile(r"[a-z0-9][a-z0-9.-]*==[0-9][a-z0-9.]*( ; [a-z_]+ (==|!=|<|>=|>|<=) '.*)?")
    assert [each for each in pins if not shape.fullmatch(each)] == []
    pinned = {distribution(each) for each in pins}
    assert set().union(*requirements().values()) - pinned == set()
