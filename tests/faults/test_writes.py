"""Where the system does not let a command write: a code and its text, and all stays as it was."""

import json
import os
import resource
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from capaian.cli import main
from written import COMMANDS, NAMES, arguments, make_files, tree

SIZES = [0, 1, 90, 500, 700, 900]
"""Bytes that a file may have: less than the greatest of every command."""


@contextmanager
def largest_file(size):
    """No file of this process may be larger: writing on fails in the middle, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def files(tmp_path):
    return make_files(tmp_path / "files")


@pytest.fixture
def run(capsys):
    """Run a command; return its exit code, output and errors."""

    def call(command, files, out, *more):
        with pytest.raises(SystemExit) as caught:
            main([*arguments(command, files, out), *more])
        said = capsys.readouterr()
        return caught.value.code, said.out, said.err

    return call


def place_of(command, folder):
    """Return where a command writes to."""
    return folder / NAMES.get(command, "out")


def filled(command, run, tmp_path, folder):
    """Return what stands in a folder after a run on other evidence, with a file of somebody else."""
    other = make_files(tmp_path / "other", 1)
    folder.mkdir(parents=True, exist_ok=True)
    assert run(command, other, place_of(command, folder))[0] == 0
    (folder / "notes.txt").write_text("mine\n", encoding="utf-8")
    return tree(folder)


def text(code, where, reason):
    """Return the whole text of an error."""
    fixes = {
        "CPN-X02": "make space, or write to another place, and run it again; nothing is half-written.",
        "CPN-X03": "give the account that runs this the right to write there, or write to another folder.",
        "CPN-X04": f"see what {reason} means on this system, or write to another folder.",
    }
    whats = {
        "CPN-X02": "there is no space left",
        "CPN-X03": "this folder may not be written to",
        "CPN-X04": "the system refuses to write here",
    }
    what, fix = whats[code], fixes[code]
    return (
        "The result could not be written.\n"
        f"  {code}  {where}: {what} ({reason}).\n"
        f"           to fix: {fix}\n"
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_disk_that_is_full(command, size, run, files, tmp_path):
    """At any byte of any document: what stood there stands there, all of it; then a re-run completes."""
    folder = tmp_path / "written"
    before = filled(command, run, tmp_path, folder)
    place = place_of(command, folder)
    with largest_file(size):
        code, out, err = run(command, files, place)
        as_json = run(command, files, place, "--json")
    assert tree(folder) == before
    where = {"fit to JSON": folder, "fit to TOML": folder}.get(command, place)
    inner = [where, where / "pages", where / "2026-01-01_2026-01-14-1aed8d9458"]
    assert (code, out) == (2, "")
    assert err in [text("CPN-X02", each, "EFBIG") for each in inner]
    assert (as_json[0], as_json[2], json.loads(as_json[1])["code"]) == (2, "", "CPN-X02")
    assert run(command, files, place)[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_disk_that_is_full_at_the_first_run(command, size, run, files, tmp_path):
    """Not even a folder is left."""
    place = tmp_path / "new" / "deeper" / NAMES.get(command, "out")
    before = tree(tmp_path)
    with largest_file(size):
        assert run(command, files, place)[0] == 2
    assert tree(tmp_path) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_is_read_only(command, files):
    """For a user without rights there; in a process of its own, for root has every right."""
    # Who is nobody may not even read root's Python: all that is needed is loaded by a first run.
    line = (
        "import json, os, sys\nfrom capaian.cli import main\n"
        "words, first, out = json.loads(sys.argv[1])\n"
        "def run(place):\n"
        "    try:\n        main([place if each == 'OUT' else each for each in words])\n"
        "    except SystemExit as left:\n        return left.code\n"
        "assert run(first) == 0\n"
        "assert run(os.devnull + '/x.toml') == 2\n"
        "print('----', file=sys.stderr)\n"
        "os.geteuid() or os.seteuid(65534)\n"
        "sys.exit(run(out))\n"
    )
    with tempfile.TemporaryDirectory() as name:
        given = make_files(Path(name) / "files")
        (folder := Path(name) / "read-only").mkdir()
        (folder / "kept.txt").write_text("mine\n", encoding="utf-8")
        for each in (Path(name), given):
            each.chmod(0o755)
        folder.chmod(0o555)
        place = place_of(command, folder)
        words = arguments(command, given, "OUT")
        first = place_of(command, Path(name) / "first")
        told = json.dumps([words, str(first), str(place)])
        run = subprocess.run([sys.executable, "-c", line, told], capture_output=True, text=True,
                             encoding="utf-8", check=False)  # fmt: skip
        where = folder if command in NAMES else place
        assert run.returncode == 2, run.stderr
        assert run.stderr.partition("----\n")[2] == text("CPN-X03", where, "EACCES")
        assert tree(folder) == {"kept.txt": b"mine\n"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_would_lie_in_a_file(command, run, files, tmp_path):
    """A file stands where a folder should be made."""
    (tmp_path / "out").write_text("mine\n", encoding="utf-8")
    before = tree(tmp_path)
    place = tmp_path / "out" / NAMES.get(command, "deeper")
    where, reason = (place, "ENOTDIR") if command not in NAMES else (tmp_path / "out", "EEXIST")
    assert run(command, files, place) == (2, "", text("CPN-X04", where, reason))
    assert tree(tmp_path) == before


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_where_a_document_should_be(command, run, files, tmp_path):
    """Nothing is moved, not even the documents in whose place no folder stands."""
    folder = tmp_path / "written"
    filled(command, run, tmp_path, folder)
    place = place_of(command, folder)
    documents = [each for each in place.rglob("*.*") if each.is_file()] or [place]
    for each in documents:
        kept = each.read_bytes()
        each.unlink()
        each.mkdir()
        (each / "mine.txt").write_text("mine\n", encoding="utf-8")
        before = tree(folder)
        again = make_files(tmp_path / "other", 1)  # the same records as stand there
        assert run(command, again, place) == (2, "", text("CPN-X04", each.parent, "EISDIR"))
        assert tree(folder) == before
        (each / "mine.txt").unlink()
        each.rmdir()
        each.write_bytes(kept)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_that_is_too_long(command, run, files, tmp_path):
    """Of the folder or of the file."""
    before = tree(tmp_path)
    ending = NAMES.get(command, "")[3:]
    place = tmp_path / ("x" * 300 + ending)
    where = tmp_path if command in NAMES else place
    assert run(command, files, place) == (2, "", text("CPN-X04", where, "ENAMETOOLONG"))
    assert tree(tmp_path) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_links(command, run, files, tmp_path):
    """A link to a folder is followed; a document's link is replaced, and what it names stays."""
    run(command, files, place_of(command, tmp_path / "real"))
    shall = tree(tmp_path / "real")
    (tmp_path / "kept.txt").write_text("mine\n", encoding="utf-8")
    for name in (name for name, each in shall.items() if each is not None):
        path = tmp_path / "real" / name
        path.unlink()
        path.symlink_to(tmp_path / "kept.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert run(command, files, place_of(command, tmp_path / "link"))[0] == 0
    assert tree(tmp_path / "real") == shall
    assert not any(each.is_symlink() for each in (tmp_path / "real").rglob("*"))
    assert (tmp_path / "kept.txt").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_link_to_nowhere(command, run, files, tmp_path):
    """Where a folder should be: refused, and not made elsewhere."""
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    place = tmp_path / "link" if command not in NAMES else tmp_path / "link" / NAMES[command]
    assert run(command, files, place) == (2, "", text("CPN-X04", tmp_path / "link", "EEXIST"))
    assert not (tmp_path / "nowhere").exists()


# ---- standard output ------------------------------------------------------------------------------

FULL = """\
The result could not be written.
  CPN-X07  the answer could not be written whole to standard output (ENOSPC).
           to fix: see that there is space where the output goes, and run it again; do not use what is there.
"""
PENUH = """\
The result could not be written.
  CPN-X07  jawaban tidak dapat ditulis utuh ke keluaran standar (ENOSPC).
           perbaikan: pastikan ada ruang di tujuan keluaran, lalu jalankan lagi; jangan pakai yang sudah ada di sana.
"""
PRINTED = {
    "plugins": ["plugins"],
    "packs": ["packs"],
    "doctor": ["doctor"],
    "schema": ["schema", "policy"],
    "a bad command": ["nonsense", "--json"],
    "no such file": ["cases", "nowhere.json"],
}


def printed(words, sink, **more):
    """Run a command whose output goes elsewhere."""
    line = "import sys; from capaian.cli import main; main()"
    return subprocess.run([sys.executable, "-c", line, *words], stdout=sink, text=True,
                          encoding="utf-8", check=False, **more)  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has it")  # noqa: PTH110
@pytest.mark.parametrize("name", [*PRINTED, *COMMANDS, "serve-stdio"])
def test_standard_output_that_is_full(name, files, tmp_path):
    """With --json and without, in both languages; also where what is said finds no space either."""
    words = PRINTED.get(name) or [name]
    if name in COMMANDS:
        words = arguments(name, files, place_of(name, tmp_path / "written"))
    if name != "serve-stdio":
        words += ["--json"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        run = printed(words, full, stderr=subprocess.PIPE, input='{"request": "version"}\n')
        assert (run.returncode, run.stderr) == (2, FULL)
        if name == "serve-stdio":
            run = printed([*words, "--language", "id"], full, stderr=subprocess.PIPE,
                          input='{"request": "version"}\n')  # fmt: skip
            assert (run.returncode, run.stderr) == (2, PENUH)
        assert printed(words, full, stderr=full, input="{}\n").returncode == 2


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("name", ["score", "serve-stdio"])
def test_standard_output_in_a_file_that_may_not_grow(name, unbuffered, files, tmp_path):
    """In the middle of an answer, of which the system takes a part; Python itself may not say so."""
    words = [each for each in arguments("score", files, "OUT") if each not in {"--out", "OUT"}]
    words = [*words, "--json"] if name == "score" else [name]
    limit = (100, 100)
    with (tmp_path / "answer.json").open("w", encoding="utf-8") as sink:
        run = printed(words, sink, stderr=subprocess.PIPE, input='{"request": "version"}\n',
                      env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))  # fmt: skip
    assert (run.returncode, run.stderr) == (2, FULL.replace("ENOSPC", "EFBIG"))


@pytest.mark.slow
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("name", [*PRINTED, *COMMANDS, "serve-stdio"])
def test_standard_output_that_nobody_reads(name, unbuffered, files, tmp_path):
    """Exit code 2, which is not the 1 of something found, and not a word."""
    words = PRINTED.get(name) or [name]
    if name in COMMANDS:
        words = arguments(name, files, place_of(name, tmp_path / "written"))
        words = words if name == "score" else [*words, "--json"]
    reading, writing = os.pipe()
    os.close(reading)
    if name == "no such file":
        words = [*words, "--json"]
    with os.fdopen(writing, "w") as sink:
        run = printed(words, sink, stderr=subprocess.PIPE, input='{"request": "version"}\n',
                      env={**os.environ, "PYTHONUNBUFFERED": unbuffered})  # fmt: skip
    assert run.returncode == 2
    assert [each for each in run.stderr.splitlines() if " in /" not in each] == []
