"""Files wait in a hidden folder beside their places until all of them are on the disk.

Whoever writes to a folder holds it locked, so that what belongs together is moved by one process
after the other. The system lets go of a lock when its process ends, however it ends; so a hidden
folder that nobody holds was left by a process that was killed, and the next one takes it away.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Self

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # pragma: no cover - a system without such locks
    fcntl = None

ROOM = ".capaian-"
"""How the name of a hidden folder begins."""


class Staging:
    """Files that are written out and not yet in their places.

    Used in a `with` statement, at whose end nothing is left that was not moved: no hidden folder,
    and no folder that was made for it and is empty.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open = ExitStack()
        self._rooms: dict[Path, Path] = {}
        self._waiting: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        try:
            self._open.enter_context(held(self.folder))
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def put(self, path: Path, content: bytes) -> None:
        """Write a file out, beside its place."""
        room = self._room(path.parent)
        with suppress(FileNotFoundError):  # a name that is too long is refused here, too
            if stat.S_ISDIR(path.lstat().st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        # Not under its own name, so that nobody who looks for such files takes it for one.
        waiting = self._waiting.get(path, room / str(len(self._waiting)))
        with waiting.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        waiting.chmod(0o644)
        self._waiting[path] = waiting

    def move(self) -> None:
        """Move every file to its place, in the order in which they were put."""
        for path, waiting in self._waiting.items():
            waiting.replace(path)

    def _room(self, folder: Path) -> Path:
        if folder not in self._rooms:
            self._open.enter_context(_made(folder))
            clear(folder)
            self._rooms[folder] = self._open.enter_context(_room_in(folder))
        return self._rooms[folder]


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made if it is not there: no other process writes to it meanwhile.

    Waits for a process that holds it. Where the system or the file system has no such locks, as
    some of a network, nothing is held.

    Parameters
    ----------
    folder
        Which; taken away at the end if it was made here and is empty.

    Raises
    ------
    OSError
        It cannot be made.
    """
    with ExitStack() as opened:
        handle = None
        while handle is None:
            opened.enter_context(_made(folder))
            # Who waited may find that the other has taken the folder away again.
            with suppress(FileNotFoundError):
                handle = _lock(folder)
        try:
            yield
        finally:
            opened.close()
            _release(handle)


def clear(folder: Path) -> None:
    """Take away the hidden folders that killed processes left in a folder, where allowed."""
    with os.scandir(folder) as entries:
        rooms = [each.path for each in entries if each.name.startswith(ROOM)]
    for room in rooms:
        with suppress(OSError):
            handle = _lock(Path(room), wait=False)
            if handle != _NO_LOCK:
                shutil.rmtree(room, ignore_errors=True)
            _release(handle)


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        with suppress(OSError):
            for each in missing:
                each.rmdir()  # which refuses where something is in it


@contextmanager
def _room_in(folder: Path) -> Iterator[Path]:
    handle = None
    while handle is None:
        room = Path(tempfile.mkdtemp(prefix=ROOM, dir=folder))
        # Another process may have taken it for one that was left, before it was locked.
        with suppress(FileNotFoundError):
            handle = _lock(room)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
        _release(handle)


_NO_LOCK = -1


def _lock(folder: Path, *, wait: bool = True) -> int:
    """Return what is to be released; FileNotFoundError where the folder was taken away meanwhile.

    Without `wait`, BlockingIOError where another process holds it.
    """
    if fcntl is None:  # pragma: no cover - a system without such locks
        return _NO_LOCK
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        raise
    except OSError:
        return _NO_LOCK  # it may be written to and not read
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        there = os.path.samestat(os.fstat(handle), folder.stat())
    except (BlockingIOError, FileNotFoundError):
        os.close(handle)
        raise
    except OSError:
        os.close(handle)
        return _NO_LOCK
    if not there:
        os.close(handle)
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return handle


def _release(handle: int) -> None:
    if fcntl is None or handle == _NO_LOCK:
        return
    # Closing would do, but for a child that was forked meanwhile and has the handle too.
    fcntl.flock(handle, fcntl.LOCK_UN)
    os.close(handle)
