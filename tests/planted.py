"""A secret planted in evidence, and everything that is said searched for it."""

import io
import json
import logging
import traceback
import warnings
from datetime import timedelta

from capaian.errors import CapaianError, Finding
from small_office import made_up_evidence

SECRET = "RAHASIA"
"""In every identifier, every name and every bad value that is planted."""
SUBJECTS = tuple(f"{SECRET}19870101201001100{at}" for at in range(4))
_OURS = "/src/capaian/"


def planted_evidence():
    """The small office's evidence, with a name in every row."""
    tables = made_up_evidence(SUBJECTS)
    return {
        table: [{**row, "name": f"Budi {SECRET} {at}"} for at, row in enumerate(rows)]
        for table, rows in tables.items()
    }


class Quoting:
    """A value that answers every question by raising itself."""

    def __repr__(self):
        return SECRET

    def __eq__(self, other):
        raise ValueError(SECRET)

    __hash__ = None


BAD = {
    "text": SECRET,
    "bytes": SECRET.encode(),
    "list": [SECRET],
    "table": {SECRET: SECRET},
    "surrogate": f"{SECRET}\ud800",
    "nul": f"{SECRET}\0",
    "nan": float("nan"),
    "large": 2**70,
    "larger": 10**400,
    "complex": 1j,
    "length": timedelta(days=1),
    "error": ValueError(SECRET),
    "object": Quoting(),
}
"""Values that no column of the small office can hold."""


def past(error):
    """An error with all causes and contexts behind it."""
    found = []
    queue = [error]
    while queue:
        each = queue.pop()
        if each is not None and each not in found:
            found.append(each)
            queue += [each.__cause__, each.__context__]
    return found


def said_by(error):
    """Everything that an error says and carries, by what it is."""
    for each in past(error):
        name = type(each).__name__
        yield f"{name} text", str(each)
        yield f"{name} repr", repr(each)
        yield f"{name} args", repr(each.args)
        yield f"{name} state", repr(vars(each))
        yield f"{name} notes", repr(getattr(each, "__notes__", ()))
        if isinstance(each, CapaianError):
            yield f"{name} in Indonesian", each.text("id")
            yield f"{name} JSON", json.dumps(each.to_dict())
            yield f"{name} findings", repr(each.findings)
    lines = traceback.TracebackException.from_exception(error, capture_locals=False).format()
    yield "traceback", "".join(lines)
    yield from _held(error)


def _held(error):
    """What the frames of capaian's own hold, as tools that collect errors write it down."""
    for each in past(error):
        at = each.__traceback__
        while at is not None:
            frame = at.tb_frame
            if _OURS in frame.f_code.co_filename:
                for name, value in list(frame.f_locals.items()):
                    if not isinstance(value, type) and value is not error:
                        yield f"{frame.f_code.co_name}: {name}", _shown(value)
            at = at.tb_next


def _shown(value):
    try:
        return repr(value)
    except Exception as error:  # noqa: BLE001 - a value that refuses to be shown
        return str(error)


def leaks(call):
    """Call; return where the secret was said, and what was raised.

    A value that is returned is a result, whose business is with subjects; findings are not.
    """
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    error = None
    places = []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            made = call()
        except Exception as raised:  # noqa: BLE001 - whatever comes is searched
            error, made = raised, None
    root.removeHandler(handler)
    root.setLevel(level)
    if error is not None:
        places += [where for where, text in said_by(error) if SECRET in text]
    findings = made if isinstance(made, list) else getattr(made, "findings", ())
    for each in findings:
        if isinstance(each, Finding) and SECRET in json.dumps(each.to_dict()) + repr(each):
            places.append(f"finding {each.code}")
    places += ["log"] if SECRET in log.getvalue() else []
    places += [f"warning: {each.category.__name__}" for each in warned if SECRET in str(each)]
    return places, error
