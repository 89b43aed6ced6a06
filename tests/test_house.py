"""How the house is kept: sizes, names, the mirror of tests and sources, spelling."""

import re
from pathlib import Path

import pytest

import check_files

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "capaian"
LONGEST = 400
BANNED = {"utils", "helpers", "common", "core", "base", "manager", "kpi", "data"}
SOURCES = sorted(each.relative_to(HOUSE) for each in HOUSE.rglob("*.py"))

# Tests of the whole, that mirror no single room.
ACROSS = {"docs", "examples", "house", "import", "packaging", "stable"}
# Folders of tests that are sorted by what they show, not by the room they look at.
BY_PURPOSE = {"examples", "faults", "golden", "laws", "snapshots", "typing"}


def texts():
    """All texts that people write here: not what set-up, a build or a cache has made."""
    folders = (".ci", "bench", "changelog.d", "docs", "examples", "src", "tests", "tools")
    endings = {".cff", ".css", ".csv", ".html", ".md", ".py", ".sh", ".toml", ".yaml"}
    files = [each for each in ROOT.iterdir() if each.is_file()]
    for folder in folders:
        files += (ROOT / folder).rglob("*")
    return sorted(
        each
        for each in files
        if each.suffix in endings and not {"_build", ".jupyter_cache"} & set(each.parts)
    )


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_no_source_is_long(source):
    lines = len((HOUSE / source).read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{source} has {lines} lines: split it by what it says"


def test_every_name_says_what_it_is():
    for folder in ("src", "tests", "tools", "examples", "bench"):
        for file in (ROOT / folder).rglob("*.py"):
            parts = [*file.relative_to(ROOT).with_suffix("").parts]
            words = {re.sub(r"^_+|^test_", "", each) for each in parts}
            assert not words & BANNED, f"{file.relative_to(ROOT)} is named for nothing"


def test_every_folder_of_sources_is_a_package():
    for source in SOURCES:
        assert (HOUSE / source).with_name("__init__.py").exists(), source


def rooms():
    return {each.parts[0].removesuffix(".py") for each in SOURCES} - {"__init__"}


def test_every_room_has_its_tests():
    tests = ROOT / "tests"
    without = [
        room
        for room in sorted(rooms())
        if not any(
            next(tests.glob(pattern), None)
            for pattern in (f"test_{room}.py", f"test_{room}_*.py", f"{room}/test_*.py")
        )
    ]
    assert not without, f"rooms without tests: {without}"


def test_every_test_has_its_room():
    tests = ROOT / "tests"
    strangers = []
    for file in tests.rglob("test_*.py"):
        first = file.relative_to(tests).parts[0]
        name = file.stem.removeprefix("test_")
        if file.parent == tests:
            known = any(name == each or name.startswith(f"{each}_") for each in rooms() | ACROSS)
        else:
            known = first in rooms() | BY_PURPOSE
        if not known:
            strangers.append(file.relative_to(ROOT).as_posix())
    assert not strangers, f"tests of no room: {strangers}"


def test_spelling_is_british():
    faults = {
        f"{file.relative_to(ROOT)}:{line}": fault
        for file in texts()
        for line, fault in check_files.spelling(file)
    }
    assert faults == {}


@pytest.mark.parametrize(
    ("check", "name", "content", "expected"),
    [
        ("whitespace", "a.py", b"x = 1\n", []),
        ("whitespace", "a.py", b"", []),
        (
            "whitespace",
            "a.py",
            b"x = 1 \ny\t\n",
            ["1: ends in white space", "2: ends in white space"],
        ),
        ("whitespace", "a.py", b"x\r\n", ["1: ends in a carriage return"]),
        ("whitespace", "a.py", b"x", ["1: the file does not end in exactly one newline"]),
        ("whitespace", "a.py", b"x\n\n", ["3: the file does not end in exactly one newline"]),
        ("toml", "a.toml", b"a = 1\n", []),
        ("toml", "a.toml", b"a = \n", ["0: Invalid value (at line 1, column 5)"]),
        ("size", "a.csv", b"x" * 512 * 1024, []),
        ("size", "a.csv", b"x" * 524_289, ["0: 524289 bytes; at most 524288 are kept"]),
        ("spelling", "a.md", b"normalise; NORMALIZE_WHITESPACE\n", []),
        ("spelling", "a.md", b"x\nBehavi\x6fr\n", ["2: 'Behavi"]),
        ("fragments", "README.md", b"anything", []),
        ("fragments", "12.rule.md", b"Scores are rounded once.\n", []),
        ("fragments", "+a-word.added.md", b"Is new.\n", []),
        ("fragments", "12.feature.md", b"Is new.\n", ["0: name it NUMBER.TYPE.md"]),
        ("fragments", "12.fixed.md", b"no sentence\n", ["0: write whole sentences"]),
    ],
)
def test_files_are_checked(check, name, content, expected, tmp_path, capsys):
    file = tmp_path / name
    file.write_bytes(content)
    faults = [f"{line}: {fault}" for line, fault in check_files.CHECKS[check](file)]
    assert len(faults) == len(expected)
    assert all(found.startswith(said) for found, said in zip(faults, expected, strict=True))
    assert check_files.main([check, str(file)]) == bool(expected)
    assert bool(capsys.readouterr().out) == bool(expected)


def test_an_unknown_check_is_refused(capsys):
    assert check_files.main(["style"]) == 2
    assert "usage" in capsys.readouterr().err
