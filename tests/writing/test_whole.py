"""A file is written whole or not at all, and why it was not is said with a code."""

import errno
import os
import resource
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from capaian.errors import OutputError
from capaian.report import write_reports, write_text
from capaian.writing import write_bytes

NIP = "999999990000000001"


@contextmanager
def largest_file(size):
    """No file of this process may be larger: writing on fails in the middle, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def nobody():
    """Rights do not hold for root: whoever runs the tests, be an ordinary user here."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def read_only():
    """A folder that everybody may read and nobody may write to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_file_is_replaced_whole(tmp_path):
    """Line ends and letters are as given, and everybody may read it."""
    path = tmp_path / "new" / "x.txt"
    write_text(path, "a\n")
    write_text(path, "é\n")
    assert path.read_bytes() == "é\n".encode()
    assert path.stat().st_mode & 0o777 == 0o644


def test_no_space_is_said_and_the_old_file_stays(tmp_path):
    """The whole text in both languages; no temporary file is left; no file is named."""
    path = tmp_path / f"{NIP}.html"
    write_text(path, "old")
    with pytest.raises(OutputError) as caught, largest_file(1000):
        write_text(path, "new" * 1000)
    assert path.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert caught.value.text() == (
        "The result could not be written.\n"
        f"  CPN-X02  {tmp_path}: there is no space left (EFBIG).\n"
        "           to fix: make space, or write to another place, and run it again; nothing is half-written."
    )
    assert caught.value.text("id") == (
        "The result could not be written.\n"
        f"  CPN-X02  {tmp_path}: tidak ada ruang tersisa (EFBIG).\n"
        "           perbaikan: sediakan ruang, atau tulis ke tempat lain, lalu jalankan lagi; tidak ada yang tertulis separuh."
    )
    assert caught.value.__context__ is None  # which would name the file, and with it the person


def test_a_read_only_folder_is_said(read_only):
    """The whole text in both languages."""
    with pytest.raises(OutputError) as caught, nobody():
        write_text(read_only / "x.txt", "new")
    assert caught.value.text() == (
        "The result could not be written.\n"
        f"  CPN-X03  {read_only}: this folder may not be written to (EACCES).\n"
        "           to fix: give the account that runs this the right to write there, or write to another folder."
    )
    assert caught.value.text("id") == (
        "The result could not be written.\n"
        f"  CPN-X03  {read_only}: folder ini tidak boleh ditulisi (EACCES).\n"
        "           perbaikan: beri akun yang menjalankannya hak menulis di sana, atau tulis ke folder lain."
    )


def test_another_refusal_of_the_system_is_said(tmp_path):
    """A file where a folder should be; the whole text in both languages."""
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_text(tmp_path / "out" / "x.txt", "new")
    assert caught.value.text() == (
        "The result could not be written.\n"
        f"  CPN-X04  {tmp_path / 'out'}: the system refuses to write here (EEXIST).\n"
        "           to fix: see what EEXIST means on this system, or write to another folder."
    )
    assert caught.value.text("id") == (
        "The result could not be written.\n"
        f"  CPN-X04  {tmp_path / 'out'}: sistem menolak menulis di sini (EEXIST).\n"
        "           perbaikan: lihat arti EEXIST pada sistem ini, atau tulis ke folder lain."
    )


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "CPN-X02"),
        (errno.EDQUOT, "CPN-X02"),
        (errno.EROFS, "CPN-X03"),
        (errno.EPERM, "CPN-X03"),
        (errno.EIO, "CPN-X04"),
    ],
)
@pytest.mark.parametrize("moment", ["fsync", "replace", "mkdir"])
def test_a_failure_at_any_moment_leaves_the_old_file(tmp_path, monkeypatch, number, code, moment):
    """Whether it comes when the folder is made, when it is written out, or when it is moved."""
    path = tmp_path / "x.txt"
    write_text(path, "old")

    def fail(*_, **__):
        raise OSError(number, os.strerror(number), NIP)

    monkeypatch.setattr(Path if moment != "fsync" else os, moment, fail)
    with pytest.raises(OutputError) as caught:
        write_text(path, "new")
    monkeypatch.undo()
    assert caught.value.code == code
    assert NIP not in str(caught.value)
    assert path.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.txt"]


def test_bytes_are_written_like_text(tmp_path, read_only):
    """As they are; and whoever writes them says what it was that could not be written."""
    path = tmp_path / "x.png"
    write_bytes(path, b"\r\n\xff", "The picture could not be written.")
    assert path.read_bytes() == b"\r\n\xff"
    with pytest.raises(OutputError) as caught, nobody():
        write_bytes(read_only / "x.png", b"", "The picture could not be written.")
    assert str(caught.value).startswith("The picture could not be written.\n  CPN-X03  ")
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_reports_are_refused_with_the_same_code(office, evidence, read_only):
    """A whole report, too."""
    import capaian
    from capaian.policy import read_policy

    scores = capaian.score(read_policy(office), evidence, period="2026-01")
    with pytest.raises(OutputError) as caught, nobody():
        write_reports(scores, read_only / "out", pages=False)
    assert caught.value.code == "CPN-X03"
