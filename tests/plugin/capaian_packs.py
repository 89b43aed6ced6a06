"""A pack: one rule of a district, with its citation and how far that is to be trusted."""

from datetime import date
from fractions import Fraction
from pathlib import Path

from capaian.plugin import Pack, Rule, Source, hookimpl

HERE = Path(__file__).parent  # in a distribution: importlib.resources.files("capaian_district")
DECREE = Source("Decree 12/2025 of the district", "unconfirmed", "The annex was not read.")


def grade(values):
    """`{rating}` to `{grade}`; no rating has none."""
    if set(values) != {"rating"}:
        raise ValueError("the input has one key, 'rating'")
    rating = values["rating"]
    if rating is None:
        return {"grade": None}
    if type(rating) not in {int, Fraction} or not 1 <= rating <= 5:
        raise ValueError("'rating' is not a number from 1 to 5")
    return {"grade": "good" if rating >= Fraction("4.5") else "fair"}


@hookimpl
def capaian_packs():
    title = {"en": "District", "id": "Kabupaten"}
    rule = Rule("district/grade", {"en": "Grade", "id": "Nilai"}, DECREE, grade)
    cases = (HERE / "district_cases.json",)
    return [Pack("district", title, (DECREE,), date(2026, 1, 1), rules=(rule,), cases=cases)]
