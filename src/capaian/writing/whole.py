"""Files are written whole or not at all; where that fails, a code says why."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from capaian.errors import OutputError, refuse
from capaian.writing.staging import Staging, held

HEADLINE = "The result could not be written."
_CODES = {
    errno.ENOSPC: "CPN-X02",
    errno.EDQUOT: "CPN-X02",
    errno.EFBIG: "CPN-X02",
    errno.EROFS: "CPN-X03",
    errno.EACCES: "CPN-X03",
    errno.EPERM: "CPN-X03",
}


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    It is moved into place when all of it is on the disk. Whoever reads, reads the old text or the
    new one, also after the process was killed or the power failed. A link in its place is
    replaced; what the link names stays.

    Parameters
    ----------
    path
        The file; its folder is made if it is not there.
    text
        What is written, in UTF-8, with line feeds.

    Raises
    ------
    OutputError
        No space is left (CPN-X02), the folder may not be written to (CPN-X03), or the system
        refuses for another reason (CPN-X04). The old file is as it was.
    """
    write_texts(path.parent, [(path, text)])


def write_bytes(path: Path, content: bytes, headline: str) -> None:
    """Write a file whole or not at all, as `write_text` does it.

    Parameters
    ----------
    path
        The file; its folder is made if it is not there.
    content
        What is written.
    headline
        Of the error.

    Raises
    ------
    OutputError
        As for `write_text`.
    """
    _write(path.parent, [(path, content)], headline)


def write_texts(folder: Path, texts: Iterable[tuple[Path, str]]) -> list[Path]:
    """Write text files that belong together: all of them, or none.

    They are moved into place, one after the other, when all of them are on the disk. Of several
    processes that write to the same folder, one does so after the other. A process that is killed
    while it moves them leaves new files beside old ones, each whole; the last of them tells that
    all are there, and the next call completes them.

    Parameters
    ----------
    folder
        The folder in which, or below which, all of them are; made if it is not there.
    texts
        Each file with its text; read one after the other.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    OutputError
        As for `write_text`. The old files are as they were.
    """
    return _write(folder, ((path, text.encode()) for path, text in texts), HEADLINE)


def _write(folder: Path, files: Iterable[tuple[Path, bytes]], headline: str) -> list[Path]:
    written: list[Path] = []
    staging = Staging(folder)
    with ExitStack() as opened:
        _told(headline, folder, opened.enter_context, staging)
        for path, content in files:
            _told(headline, path.parent, staging.put, path, content)
            written.append(path)
        _told(headline, folder, staging.move)
    return written


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Hold a folder while several wholes are written below it, one process after the other.

    Parameters
    ----------
    folder
        Which; made if it is not there.

    Raises
    ------
    OutputError
        It cannot be made, as for `write_text`.
    """
    with ExitStack() as opened:
        _told(HEADLINE, folder, opened.enter_context, held(folder))
        yield


def _told(headline: str, folder: Path, step: Callable[..., object], *given: object) -> None:
    failed: OSError | None = None
    try:
        step(*given)
    except OSError as error:
        failed = error
    if failed is not None:
        # Raised here and not above: the system's own error names the file, that of a page is a
        # person's identifier.
        raise _refused(headline, folder, failed)


def unwritable(folder: Path, error: OSError) -> OutputError:
    """Build (not raise) the error of a folder to which the system did not let you write.

    Parameters
    ----------
    folder
        The folder, as it is named in the message.
    error
        What the system said; of it only the reason is kept.

    Returns
    -------
    OutputError
        CPN-X02, CPN-X03 or CPN-X04, as `write_text` raises it.
    """
    return _refused(HEADLINE, folder, error)


def _refused(headline: str, folder: Path, error: OSError) -> OutputError:
    number = error.errno or 0
    reason = errno.errorcode.get(number, "?")
    return refuse(OutputError, headline, _CODES.get(number, "CPN-X04"), str(folder), reason=reason)
