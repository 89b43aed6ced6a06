"""Files are written whole or not at all; where that fails, a code says why."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from capaian.errors import OutputError, refuse

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

    A temporary file beside it is moved into place when all of it is on the disk. Whoever reads,
    reads the old text or the new one, also after the process was killed or the power failed.

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
    failed: OSError | None = None
    try:
        _replace(path, text)
    except OSError as error:
        failed = error
    if failed is not None:
        # Raised here and not above: the system's own error names the file, that of a page is a
        # person's identifier.
        raise unwritable(path.parent, failed)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


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
    number = error.errno or 0
    reason = errno.errorcode.get(number, "?")
    headline = "The result could not be written."
    return refuse(OutputError, headline, _CODES.get(number, "CPN-X04"), str(folder), reason=reason)
