"""What goes away is warned of for two minor versions, at the caller's own line."""

import warnings

import pytest

import capaian
from capaian import deprecated
from capaian.deprecated import RETIRED, Deprecation, GoingWarning, overdue

OLD = Deprecation("capaian.rate", "capaian.score", "0.3")


def test_a_retired_name_is_the_new_one_with_a_warning(monkeypatch):
    """The warning is at the line that uses it."""
    monkeypatch.setattr(deprecated, "RETIRED", {"rate": OLD})
    with pytest.warns(GoingWarning) as caught:
        found = capaian.rate
    assert found is capaian.score
    assert caught[0].filename == __file__
    assert str(caught[0].message) == (
        "capaian.rate is deprecated since capaian 0.3 and may be gone in 0.5: use capaian.score."
    )


def test_a_function_that_goes_away_works_as_before_and_warns():
    @deprecated.deprecated(OLD)
    def rate(x, *, y=1):
        """Rate."""
        return x + y

    assert (rate.__name__, rate.__doc__) == ("rate", "Rate.")
    with pytest.warns(GoingWarning) as caught:
        assert rate(1, y=2) == 3
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("version", "due"), [("0.3.0", []), ("0.4.9", []), ("0.5.0", [OLD.name]), ("1.0.0", [OLD.name])]
)
def test_a_name_stays_for_two_minor_versions(version, due):
    assert overdue([OLD], version) == due


def test_no_name_is_kept_longer_than_it_need_be():
    """Nor is anything retired that still has a place among the public names."""
    assert overdue(RETIRED.values(), capaian.__version__) == []
    assert not set(RETIRED) & set(capaian.__all__)
    assert all(
        each.instead.removeprefix("capaian.") in capaian.__all__ for each in RETIRED.values()
    )


def test_no_public_name_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in capaian.__all__:
            getattr(capaian, name)


def test_a_name_that_never_was_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'capaian' has no attribute 'scroe'"):
        _ = capaian.scroe
