"""Plugins that read what they are not given, or leave something behind."""

import decimal
import locale
import os
import random
import socket
import sys
import time
from fractions import Fraction
from itertools import count
from types import MappingProxyType

from attrs import field, frozen

from capaian.formula import agg, lit, total
from capaian.plugin import hookimpl
from testing.mutants.making import RATED, RATING, ROWS, mean_rating, of_kind

_CALLS = count()
_SCRATCH = []
_SEEN = []


def shifted(indicator, by):
    """The mean, moved by a number."""
    return mean_rating(indicator, value=agg.sum(RATING) / RATED + lit(Fraction(by)))


def counts_calls(options, indicator):
    """Every call gives one more."""
    return shifted(indicator, next(_CALLS))


@frozen
class Weights:
    """Options with a table: `weights`."""

    weights: dict[str, int] = field(factory=lambda: {"late": 1})


def takes_options(options, indicator):
    """The option that is used is taken out."""
    return shifted(indicator, options.weights.pop("late", 1))


def takes_indicator(options, indicator):
    """The policy's own table is changed."""
    indicator.measure["seen"] = True
    return mean_rating(indicator)


def loaded_libraries(options, indicator):
    """The formula depends on what the process has loaded."""
    return shifted(indicator, "hypothesis" in sys.modules)


def hash_order(options, indicator):
    """A set gives the order of the terms."""
    labels = {f"label {number}" for number in range(20)}
    terms = [lit(len(each), each) for each in labels]
    return mean_rating(indicator, value=agg.sum(RATING) / RATED + total(terms))


def reads_locale(options, indicator):
    """The decimal point is the host's."""
    return shifted(indicator, len(locale.localeconv()["decimal_point"]))


def host_decimals(options, indicator):
    """A third, as precise as the host likes."""
    return shifted(indicator, decimal.Decimal(1) / 3)


def reads_folder(options, indicator):
    """The working directory decides."""
    return shifted(indicator, len(os.getcwd()))


def reads_environment(options, indicator):
    """A variable of the environment decides."""
    return shifted(indicator, len(os.environ.get("GRACE_DAYS", "")))


def reads_clock(options, indicator):
    """The year in which the plan is built decides."""
    return shifted(indicator, time.localtime().tm_year)


def draws_lots(options, indicator):
    """Luck, rounded to nothing, but drawn."""
    return shifted(indicator, int(random.random()))


def reads_file(options, indicator):
    """A file somewhere on the machine decides."""
    with open(os.devnull, encoding="utf-8") as opened:
        return shifted(indicator, len(opened.read()))


def opens_socket(options, indicator):
    """Somebody is asked."""
    socket.socket().close()
    return mean_rating(indicator)


def shared_scratch(options, indicator):
    """A list of the module is filled and emptied while the measure is built."""
    _SCRATCH.clear()
    for step in range(5):
        _SCRATCH.append(step)
        time.sleep(0.001)
    made = shifted(indicator, len(_SCRATCH))
    _SCRATCH.clear()
    return made


def cannot_be_copied(options, indicator):
    """Figures in a mapping that neither pickle nor deepcopy takes."""
    return mean_rating(indicator, figures=MappingProxyType({"unrated": ROWS - RATED}))


def leaves_state(options, indicator):
    """Who was built is noted down."""
    _SEEN.append(indicator.id)
    return mean_rating(indicator)


@hookimpl
def capaian_indicator_types():
    return [
        of_kind("counts-calls", counts_calls),
        of_kind("takes-options", takes_options, Weights),
        of_kind("takes-indicator", takes_indicator),
        of_kind("loaded-libraries", loaded_libraries),
        of_kind("hash-order", hash_order),
        of_kind("reads-locale", reads_locale),
        of_kind("host-decimals", host_decimals),
        of_kind("reads-folder", reads_folder),
        of_kind("reads-environment", reads_environment),
        of_kind("reads-clock", reads_clock),
        of_kind("draws-lots", draws_lots),
        of_kind("reads-file", reads_file),
        of_kind("opens-socket", opens_socket),
        of_kind("shared-scratch", shared_scratch),
        of_kind("cannot-be-copied", cannot_be_copied),
        of_kind("leaves-state", leaves_state),
    ]
