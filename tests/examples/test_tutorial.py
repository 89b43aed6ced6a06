"""The tutorial for authors of plugins, done as it is written: its files, its commands, its outputs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import distributions
from distributions import ROOT

PAGE = (ROOT / "docs" / "extend" / "plugin-tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"^```(?:\{code-block\} \w+\n:caption: (?P<file>\S+)\n\n|(?P<word>sh|text)\n)(?P<body>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
BLOCKS = [each.groupdict() for each in BLOCK.finditer(PAGE)]
FILES = {each["file"]: each["body"] for each in BLOCKS if each["file"]}
MOST = 60


def lines_of(*names):
    return [line for name in names for line in FILES[name].splitlines()]


def test_the_plugin_with_its_test_has_at_most_sixty_lines():
    """Every line of the module, the distribution and the test counts, blank ones too."""
    plugin = lines_of("capaian_kept_promises.py", "pyproject.toml", "test_kept_promises.py")
    assert 0 < len(plugin) <= MOST


def test_policy_and_engines_too_fit_into_the_sixty_lines_that_the_page_promises():
    """All that is written; of the lines that are not blank, and without the six rows of evidence."""
    written = [line for line in lines_of(*(set(FILES) - {"cases.csv"})) if line.strip()]
    assert len(written) <= MOST
    assert f"a script of {MOST} lines in all" in " ".join(PAGE.split())


def script(folder):
    """The page as one script of a shell: each block's output goes to a file of its number."""
    steps = ["set -eu", f"cd {folder}"]
    for number, each in enumerate(BLOCKS):
        if each["file"]:
            steps.append(f"cat >{each['file']} <<'END_OF_FILE'\n{each['body']}END_OF_FILE")
        elif each["word"] == "sh":
            steps.append(f"{{\n{each['body']}}} >{folder}/{number}.out")
    return "\n".join(steps)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The folder in which a new author has done what the page says, in a new environment."""
    wheels, folder = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("empty")
    distributions.build([ROOT], wheels)
    settings = distributions.pip_settings(wheels)
    settings["PATH"] = f"{Path(sys.executable).parent}:{settings['PATH']}"
    settings.pop("VIRTUAL_ENV", None)
    ran = subprocess.run(
        ["/bin/sh", "-c", script(folder)], env=settings, capture_output=True, text=True, check=False
    )
    said = "".join(each.read_text("utf-8") for each in sorted(folder.glob("*.out")))
    assert ran.returncode == 0, f"{said}\n{ran.stderr}"
    return folder


def printed(folder, command):
    """What the blocks with a command printed, in order."""
    blocks = [n for n, each in enumerate(BLOCKS) if command in each["body"].splitlines()]
    return [(folder / f"{number}.out").read_text(encoding="utf-8") for number in blocks]


@pytest.mark.slow
def test_the_page_is_done_from_an_empty_folder_to_a_wheel(done):
    """Every command ends well, in the order of the page; the plugin is the wheel at the end."""
    made = done / "capaian-kept-promises"
    assert [each.name.split("-")[0] for each in made.glob("dist/*.whl")] == [
        "capaian_kept_promises"
    ]
    environment = made / ".venv" / "bin"
    where = "import capaian_kept_promises as one, capaian; print(one.__file__, capaian.__file__)"
    ran = subprocess.run(
        [str(environment / "python"), "-P", "-c", where],
        env=distributions.bare_environment(), cwd=done, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert all(str(made / ".venv" / "lib") in each for each in ran.stdout.split())


@pytest.mark.slow
def test_the_plugin_passes_the_kit(done):
    """Most checks apply; none fails, none is only noticed."""
    (said,) = printed(done, "pytest -q")
    passed, skipped = re.search(r"^(\d+) passed, (\d+) skipped", said, re.MULTILINE).groups()
    assert int(passed) > 50
    assert int(skipped) < 10


def test_what_the_page_shows_is_what_its_commands_print(done):
    """Line by line; a page may leave lines out, not change them. Spaces depend on the terminal."""
    shown = 0
    for number, each in enumerate(BLOCKS):
        if each["word"] == "text":
            said = (done / f"{number - 1}.out").read_text(encoding="utf-8")
            lines = [" ".join(line.split()) for line in said.splitlines()]
            for line in each["body"].splitlines():
                assert " ".join(line.split()) in " ".join(lines), line
                shown += 1
    assert shown == 8


def test_three_engines_give_the_same_scores_before_and_after_it_is_given_away(done):
    """Records, Polars and DuckDB; from the checkout and from the wheel."""
    before, after = printed(done, "python three_engines.py")
    kinds = [line.split(" ", 1) for line in before.splitlines()]
    assert [kind for kind, _ in kinds] == ["list", "DataFrame", "DuckDBPyRelation"]
    assert {scores for _, scores in kinds} == {"['A', 'B'] [50.0, 100.0]"}
    assert after.splitlines()[-3:] == before.splitlines()
