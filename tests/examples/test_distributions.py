"""The example distributions, built into wheels and installed into an environment of their own.

They use nothing of capaian but what an author may import, and the engine knows nothing of them:
one environment is made, once for all tests of this file, from what stands in the checkout.
"""

import ast
import fcntl
import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import distributions
from capaian.cases.written import read_cases
from distributions import EXAMPLES

ROOT = Path(__file__).parents[2]
OPEN_TO_AUTHORS = {"capaian.plugin", "capaian.formula"}
PACKS = {"ph-spms", "ph-rpms", "in-apar", "service-desk", "us-5cfr"}


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The folder of the installed commands; several processes of one run share it."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (base / "distributions.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = base / "distributions" / "done"
        if not done.exists():
            distributions.installed(done.parent)
            done.touch()
    return done.parent / "venv" / "bin"


def capaian(environment, *arguments):
    return subprocess.run(
        [str(environment / "capaian"), *arguments],
        cwd=environment,
        env=distributions.bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def files_of_cases():
    return [file for each in EXAMPLES for file in sorted((each / "src").rglob("*cases.json"))]


def name(path):
    return path.name


@pytest.mark.slow
@pytest.mark.parametrize("distribution", EXAMPLES, ids=name)
def test_its_own_tests_pass_where_it_is_installed(environment, distribution):
    done = distributions.test(environment / "python", distribution)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+ passed", done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("file", files_of_cases(), ids=name)
def test_its_cases_pass_on_the_command_line(environment, file):
    done = capaian(environment, "cases", str(file))
    count = len(read_cases(file))
    assert count > 0
    first = done.stdout.splitlines()[0]
    assert (done.returncode, first) == (0, f"{count} passed, 0 failed, 0 unknown")


def test_every_pack_is_listed_with_its_policies_rules_and_trust(environment):
    done = capaian(environment, "packs", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    listed = {each["name"]: each for each in json.loads(done.stdout)["packs"]}
    strangers = {name for name, each in listed.items() if each["distribution"] != "capaian"}
    assert strangers == PACKS
    assert {each["status"] for each in listed.values()} == {"available"}
    (edition,) = listed["ph-spms"]["policies"]
    assert (edition["name"], edition["from"], edition["to"]) == (
        "ph-spms/2012",
        "2012-01-01",
        None,
    )
    pattern = next(each for each in listed["us-5cfr"]["rules"] if each["id"].endswith("/pattern"))
    assert pattern["trust"] == "unconfirmed"


def test_a_rule_that_nobody_brings_is_no_failure_only_where_that_is_allowed(environment, tmp_path):
    cases = [
        {"id": "a", "rule": "ph-spms/adjectival", "input": {"rating": 5}, "expected": {}},
        {"id": "b", "rule": "ph-spm/adjectival", "input": {"rating": 5}, "expected": {}},
    ]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": cases}), encoding="utf-8")
    done = capaian(environment, "cases", str(file))
    assert done.returncode == 1
    assert done.stdout == (
        "1 × ph-spm/adjectival  no installed pack brings the rule 'ph-spm/adjectival'."
        " Did you mean 'ph-spms'?\n1 passed, 0 failed, 1 unknown\n"
    )
    assert capaian(environment, "cases", str(file), "--allow-unknown").returncode == 0


@pytest.mark.parametrize("distribution", EXAMPLES, ids=name)
def test_it_imports_nothing_of_capaian_but_what_authors_may(distribution):
    own = distribution.name.replace("-", "_")
    for file in (distribution / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            of_ours = {each for each in modules if each.partition(".")[0] == "capaian"}
            assert of_ours <= OPEN_TO_AUTHORS, file
            assert not any(each.startswith("capaian_") for each in modules) or all(
                each.partition(".")[0] == own for each in modules
            )


def test_the_engine_knows_none_of_them():
    """No word of any example stands in the sources: they are found, not built in.

    capaian's own packs are guests too, and the engine knows as little of them.
    """
    words = {each.name.replace("-", "_") for each in EXAMPLES} | {"430.208", "deped", "apar"}
    packs = ROOT / "src" / "capaian" / "packs"
    for file in (ROOT / "src").rglob("*.py"):
        if packs in file.parents:
            continue
        text = file.read_text(encoding="utf-8").lower()
        found = {word for word in words if re.search(rf"\b{re.escape(word)}\b", text)}
        assert not found, f"{file} speaks of {found}"


@pytest.mark.parametrize("distribution", EXAMPLES, ids=name)
def test_it_says_what_it_is(distribution):
    project = tomllib.loads((distribution / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["name"] == distribution.name
    assert set(project["project"]["entry-points"]) == {"capaian"}
    readme = (distribution / "README.md").read_text(encoding="utf-8")
    for file in (distribution / "src").rglob("*cases.json"):
        for case in read_cases(file):
            assert f"`{case.rule}`" in readme
