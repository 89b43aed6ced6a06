"""Records that say of themselves what cannot be used."""

from itertools import count

from attrs import define, frozen

from capaian.formula import Column, agg
from capaian.plugin import ColumnNeed, hookimpl
from testing.mutants.making import RATED, RATING, ROWS, mean_rating, of_kind

_CALLS = count()


def sound(options, indicator):
    return mean_rating(indicator)


@define
class Loose:
    """Options that anybody may change: `limit`."""

    limit: int = 1


@frozen
class Silent:
    """Options of which one is not spoken of."""

    grace: int = 0


def odd_unit(options, indicator):
    """Measured in something that no report knows."""
    return mean_rating(indicator, unit="coffees")


def least_above_most(options, indicator):
    """Limits the wrong way round."""
    return mean_rating(indicator, least=10, most=1)


def role_twice(options, indicator):
    """One column is declared twice."""
    columns = mean_rating(indicator).columns
    return mean_rating(indicator, columns=(*columns, columns[1]))


def engines_role(options, indicator):
    """A column takes a role that the engine supplies."""
    needs = (*mean_rating(indicator).columns, ColumnNeed("target", "integer"))
    return mean_rating(indicator, columns=needs)


def spoken_figure(options, indicator):
    """A figure whose name is a sentence."""
    return mean_rating(indicator, figures={"Not rated at all": ROWS - RATED})


def a_dictionary(options, indicator):
    """A dictionary where a measure belongs."""
    return {"value": agg.sum(RATING) / RATED, "n": RATED}


def mixed_kinds(options, indicator):
    """A stamp is added up."""
    return mean_rating(indicator, value=agg.sum(Column("day")) / RATED)


def unread_column(options, indicator):
    """A column that is not declared."""
    return mean_rating(indicator, value=agg.sum(Column("mark")) / RATED)


@hookimpl
def capaian_indicator_types():
    both = {"en": f"changing {next(_CALLS)}", "id": "berubah"}
    return [
        of_kind("Response Time", sound),
        of_kind("one-language", sound, title={"en": "rating"}),
        of_kind("empty-title", sound, title={"en": "rating", "id": " "}),
        of_kind("loose-options", sound, Loose),
        of_kind("dictionary-options", sound, dict),
        of_kind("undescribed", sound, Silent),
        of_kind("odd-unit", odd_unit),
        of_kind("least-above-most", least_above_most),
        of_kind("role-twice", role_twice),
        of_kind("engines-role", engines_role),
        of_kind("spoken-figure", spoken_figure),
        of_kind("count-based", sound),
        of_kind("changing-hook", sound, title=both),
        of_kind("a-dictionary", a_dictionary),
        of_kind("mixed-kinds", mixed_kinds),
        of_kind("unread-column", unread_column),
    ]
