"""A picture is written whole or not at all; where that fails, a code says why."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from capaian.errors import OutputError, refuse

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file: to a temporary one beside it, moved into place when all of it is on the disk.

    Parameters
    ----------
    path
        The file; its folder is made if it is not there.
    content
        What is written.

    Raises
    ------
    OutputError
        No space is left (CPN-X02), the folder may not be written to (CPN-X03), or the system
        refuses for another reason (CPN-X04). The old file is as it was.
    """
    failed: OSError | None = None
    try:
        _replace(path, content)
    except OSError as error:
        failed = error
    if failed is not None:
        # Raised here and not above: the system's own error names the file, that of a picture may be
        # a person's identifier.
        number = failed.errno or 0
        code = "CPN-X02" if number in _FULL else "CPN-X03" if number in _CLOSED else "CPN-X04"
        reason = errno.errorcode.get(number, "?")
        headline = "The picture could not be written."
        raise refuse(OutputError, headline, code, str(path.parent), reason=reason)


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
