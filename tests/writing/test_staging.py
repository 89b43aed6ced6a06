"""What waits beside its place is taken away, by whoever made it or by the next one."""

import os

import pytest

from capaian.writing.staging import ROOM, Staging, clear, held


def test_what_was_not_moved_is_gone(tmp_path):
    """With the folders that were made for it, but not with those that hold something."""
    (tmp_path / "there").mkdir()
    place = tmp_path / "there" / "a" / "b" / "x.txt"

    def stop():
        with Staging(place.parent) as waiting:
            waiting.put(place, b"text")
            assert [each.name[: len(ROOM)] for each in place.parent.iterdir()] == [ROOM]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert [each.name for each in tmp_path.rglob("*")] == ["there"]


def test_a_hidden_folder_that_a_killed_process_left_is_cleared(tmp_path):
    """And only a folder of that name, and what it holds, but not what a link in it names."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mine.txt").write_text("mine", encoding="utf-8")
    left = tmp_path / f"{ROOM}left"
    left.mkdir()
    (left / "x.txt").write_text("half", encoding="utf-8")
    (left / "link").symlink_to(tmp_path / "kept")
    (tmp_path / f"{ROOM}link").symlink_to(tmp_path / "kept")
    clear(tmp_path)
    assert not left.exists()
    assert (tmp_path / "kept" / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_a_hidden_folder_in_use_is_left_alone(tmp_path):
    with Staging(tmp_path) as waiting:
        waiting.put(tmp_path / "x.txt", b"text")
        clear(tmp_path)
        waiting.move()
    assert [each.name for each in tmp_path.iterdir()] == ["x.txt"]


def test_a_folder_under_two_names_is_held_once(tmp_path):
    """No process waits for itself."""
    (tmp_path / "pages").symlink_to(tmp_path)
    with Staging(tmp_path) as waiting:
        waiting.put(tmp_path / "x.txt", b"x")
        waiting.put(tmp_path / "pages" / "y.txt", b"y")
        waiting.move()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["pages", "x.txt", "y.txt"]


def test_whoever_waited_makes_the_folder_anew(tmp_path):
    """The one before took it away again, as it had made it and failed."""
    folder = tmp_path / "out"
    child = os.fork()
    if child == 0:
        with held(folder):
            (folder / "began").touch()
            (folder / "began").unlink()
        os._exit(0)
    with held(folder):
        (folder / "x.txt").touch()
    os.waitpid(child, 0)
    assert (folder / "x.txt").exists()


def test_without_locks_files_are_written_all_the_same(tmp_path, monkeypatch):
    """As on some file systems of a network; what others left stays."""
    import fcntl

    def refuse(*_):
        raise OSError(37, "no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    (tmp_path / f"{ROOM}left").mkdir()
    with Staging(tmp_path) as waiting:
        waiting.put(tmp_path / "x.txt", b"text")
        waiting.move()
    assert sorted(each.name for each in tmp_path.iterdir()) == [f"{ROOM}left", "x.txt"]


def test_what_waits_is_not_taken_for_a_document(tmp_path):
    """By whoever looks for them in all folders; twice the same place is one file, the later text."""
    with Staging(tmp_path) as waiting:
        for text in (b"first", b"second"):
            for name in ("scores.json", "scores.csv"):
                waiting.put(tmp_path / name, text)
        assert list(tmp_path.rglob("scores*")) == []
        waiting.move()
    assert {each.name: each.read_text(encoding="utf-8") for each in tmp_path.iterdir()} == {
        "scores.json": "second",
        "scores.csv": "second",
    }
