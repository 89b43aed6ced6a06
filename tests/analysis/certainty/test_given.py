"""Standard errors as a caller gives them, and what is said of those that cannot be used."""

import numpy as np
import pytest

from capaian.analysis.certainty.given import errors_of, prove_choice, prove_share
from capaian.errors import AnalysisError

NAMES = ("reply", "survey")


class Estimates:
    se = {"reply": [1, 2], "survey": 3}  # noqa: RUF012 - what an estimate looks like


@pytest.mark.parametrize(
    "given",
    [[[1, 3], [2, 3]], np.array([[1, 3], [2, 3]]), {"survey": 3.0, "reply": (1, 2)}, Estimates()],
)
def test_errors_come_as_an_array_or_by_indicator(given):
    assert errors_of(given, NAMES, 2).tolist() == [[1, 3], [2, 3]]


def test_an_error_that_is_not_known_stays_so():
    assert np.isnan(errors_of({"reply": np.nan, "survey": 0}, NAMES, 2)).tolist() == [
        [True, False],
        [True, False],
    ]


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(AnalysisError) as refused:
        errors_of({"replay": 1, "survey": [1, -2, np.inf]}, NAMES, 3)
    assert refused.value.text() == (
        "The errors cannot be used; nothing was computed.\n"
        "  CPN-M16  errors: there is no indicator 'replay'. Did you mean 'reply'?\n"
        "           to fix: name an indicator of the policy.\n"
        "  CPN-M18  errors['reply']: the indicator 'reply' has no standard error.\n"
        "           to fix: give one, in the unit of its measured value; 0 says that it has none.\n"
        "  CPN-M17  errors['survey']: 2 standard errors are below 0 or infinite.\n"
        "           to fix: give 0 for a value without error, and nothing (not a number) for an "
        "error that is not known."
    )
    assert refused.value.text("id") == (
        "The errors cannot be used; nothing was computed.\n"
        "  CPN-M16  errors: tidak ada indikator 'replay'. Maksud Anda 'reply'?\n"
        "           perbaikan: sebutkan indikator yang ada dalam kebijakan.\n"
        "  CPN-M18  errors['reply']: indikator 'reply' tidak memiliki galat baku.\n"
        "           perbaikan: berikan, dalam satuan realisasinya; 0 berarti tanpa galat.\n"
        "  CPN-M17  errors['survey']: 2 galat baku kurang dari 0 atau tak terhingga.\n"
        "           perbaikan: berikan 0 bagi nilai tanpa galat, dan kosong (bukan bilangan) bagi "
        "galat yang tidak diketahui."
    )


@pytest.mark.parametrize(
    ("given", "found"), [([1, 2], "2"), (np.ones((2, 3)), "2 x 3"), (4.0, "1")]
)
def test_another_shape_is_refused(given, found):
    with pytest.raises(AnalysisError) as refused:
        errors_of(given, NAMES, 2)
    assert refused.value.text() == (
        "The errors cannot be used; nothing was computed.\n"
        f"  CPN-M15  errors: {found} values are given, and 2 x 2 are wanted.\n"
        "           to fix: give one for each subject, in the order of `Matrix.subjects`, and of an "
        "array a column for each of `Matrix.indicators`."
    )


def test_a_column_of_another_length_is_refused():
    with pytest.raises(AnalysisError, match=r"errors\['reply'\]: 3 values are given, and 2 are"):
        errors_of({"reply": [1, 2, 3], "survey": 1}, NAMES, 2)


def test_a_share_lies_between_its_ends():
    prove_share("level", 0.95)
    for given in (0, 1, 1.5, float("nan")):
        with pytest.raises(AnalysisError) as refused:
            prove_share("level", given)
        assert refused.value.text() == (
            "'level' cannot be used; nothing was computed.\n"
            f"  CPN-M20  level: 'level' is {given:g}, and has to lie between 0 and 1.\n"
            "           to fix: give a number between them."
        )


def test_a_word_is_one_of_those_known():
    prove_choice("guard", "acceptance", ("acceptance", "rejection"))
    with pytest.raises(AnalysisError) as refused:
        prove_choice("guard", "accept", ("acceptance", "rejection"))
    assert refused.value.text() == (
        "'guard' cannot be used; nothing was computed.\n"
        "  CPN-M22  guard: 'accept' is not known here. Did you mean 'acceptance'?\n"
        "           to fix: use one of: acceptance, rejection."
    )


def test_no_errors_at_all_are_refused():
    """A bare rank, or a band that is sure, is never the default."""
    with pytest.raises(AnalysisError) as refused:
        errors_of(None, NAMES, 2)
    assert refused.value.text() == (
        "The errors cannot be used; nothing was computed.\n"
        "  CPN-N30  errors: no errors are given, and without them nothing can be said of how sure "
        "a score or a rank is.\n"
        "           to fix: give the standard error of each measured value, as "
        "`capaian.analysis.estimates` finds them, or 0 for one that has none."
    )
