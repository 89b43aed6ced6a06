"""An error leaves a verb alone: what passes, what is put in its place, what is let go of."""

import pytest

from capaian.discreet import discreet, fault
from capaian.errors import CapaianError, EvidenceError, PluginError, refuse


def chained(kind):
    """Raise an error of capaian's whose past quotes a row."""
    rows = ["Budi 1987"]
    try:
        int(rows[0])
    except ValueError as error:
        raise refuse(kind, "Nothing was scored.", "CPN-E54", count=3) from error


def frames(error):
    """The functions through which an error came."""
    found, at = [], error.__traceback__
    while at is not None:
        found.append(at.tb_frame.f_code.co_name)
        at = at.tb_next
    return found


def test_an_error_of_capaian_comes_without_its_past():
    """No cause, no context, and of the frames the caller's and the one that lets go."""
    with pytest.raises(EvidenceError) as caught:
        discreet(chained)(EvidenceError)
    error = caught.value
    assert (error.__cause__, error.__context__) == (None, None)
    assert frames(error)[1:] == ["alone"]
    assert "CPN-E54" in str(error)


def test_the_cause_of_a_plugins_error_stays_for_its_author():
    """No evidence has been read when a plugin is made ready."""
    with pytest.raises(PluginError) as caught:
        discreet(chained)(PluginError)
    assert isinstance(caught.value.__cause__, ValueError)
    assert caught.value.__context__ is None


def test_what_is_nobodys_error_becomes_a_coded_one_without_its_text():
    def broken(rows):
        raise KeyError(rows[0])

    with pytest.raises(CapaianError) as caught:
        discreet(broken)(["Budi 1987"])
    text = str(caught.value)
    head, line, fix = text.splitlines()
    assert head == "capaian could not go on."
    assert line.startswith("  CPN-X05  an unexpected fault: KeyError in test_discreet.py, line ")
    assert fix == (
        "           to fix: report it with this line; what it says is withheld, as it may quote "
        "evidence."
    )
    assert "Budi" not in text + caught.value.text("id")
    assert caught.value.__context__ is None
    assert discreet(broken).__wrapped__ is broken


def test_what_is_raised_while_another_is_handled_keeps_only_the_callers_own():
    """The caller's own error is the caller's; it is its context as it is everywhere in Python."""

    def handling():
        try:
            {}["the caller's"]
        except LookupError:
            discreet(chained)(EvidenceError)

    with pytest.raises(EvidenceError) as caught:
        handling()
    assert isinstance(caught.value.__context__, LookupError)


def test_what_passes():
    """Wrong arguments, a lack of memory, a missing library, an interrupt."""

    def raising(error):
        raise error

    verb = discreet(raising)
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        verb()
    for kind in (MemoryError, KeyboardInterrupt, SystemExit):
        with pytest.raises(kind):
            verb(kind())
    with pytest.raises(ModuleNotFoundError, match="no duckdb"):
        verb(ModuleNotFoundError("no duckdb"))


def test_what_a_progress_function_raises_is_the_callers_own():
    """So that a host can stop a run."""

    class StopRun(Exception):  # noqa: N818 - a host's own
        pass

    def tell(stage):
        raise StopRun(stage)

    def verb(*, progress=None):
        progress("reading")

    with pytest.raises(StopRun):
        discreet(verb)(progress=tell)
    assert discreet(lambda *, progress=None: progress)(progress=None) is None
    assert discreet(lambda *, progress=None: progress("x"))(progress=str.upper) == "X"


def test_a_verb_keeps_its_name_and_what_it_says():
    assert discreet(chained).__name__ == "chained"
    assert discreet(chained).__doc__ == chained.__doc__


def test_a_fault_has_a_place_also_without_frames():
    assert fault(ValueError("Budi")).findings[0].values == {
        "error": "ValueError", "file": "", "line": 0,
    }  # fmt: skip
