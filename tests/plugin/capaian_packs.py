"""A pack: one rule of a district, with its citation and how far that is to be trusted."""

from datetime import date
from fractions import Fraction

from capaian.plugin import Pack, Rule, Source, hookimpl

DECREE = Source("Decree 12/2025 of the district", "unconfirmed", "The annex was not read.")


def grade(values):
    """`{rating}` to `{grade}`; no rating has none."""
    rating = values["rating"]
    if rating is None:
        return {"grade": None}
    if not 1 <= rating <= 5:
        raise ValueError("'rating' is not between 1 and 5")
    return {"grade": "good" if rating >= Fraction("4.5") else "fair"}


@hookimpl
def capaian_packs():
    title = {"en": "District", "id": "Kabupaten"}
    rule = Rule("district/grade", {"en": "Grade", "id": "Nilai"}, DECREE, grade)
    return [Pack("district", title, (DECREE,), first=date(2026, 1, 1), rules=(rule,))]
