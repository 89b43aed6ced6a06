"""Which checks there are of each sort of record, by id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from capaian.testing import (
    batch,
    explained,
    identity,
    lifecycle,
    methods,
    missing,
    packs,
    purity,
    refusals,
    timing,
    value,
)

Check: TypeAlias = Callable[[Any], None]

_BARE: Mapping[str, Check] = {
    "A02": identity.kind, "A03": identity.title, "A08": identity.alone, "A09": identity.same_again,
    "E04": purity.new_process, "E05": purity.hash_seed, "E06": purity.locales,
    "E07": purity.decimals, "E08": purity.folders, "E09": purity.environment,
    "E10": purity.clock, "E11": purity.chance, "E12": purity.files, "E13": purity.outside,
    "I01": lifecycle.quick_import, "I02": lifecycle.light_import, "I03": lifecycle.quiet_import,
    "I04": lifecycle.optimised, "I05": lifecycle.in_time,
}  # fmt: skip
_SHARED: Mapping[str, Check] = {
    **_BARE,
    "E01": purity.same_again, "E02": purity.given_unchanged, "E03": purity.rows_unchanged,
    "E14": purity.threads, "E15": purity.copies, "E16": purity.no_state,
}  # fmt: skip
_OF_INDICATORS: Mapping[str, Check] = {
    **_SHARED,
    "A01": identity.builds, "A04": identity.options, "A05": identity.described,
    "A06": identity.declared, "A07": identity.roles,
    "B01": value.bounded, "B02": value.exact, "B03": value.observed, "B04": value.monotone,
    "B05": value.minimum, "B06": value.cases, "B07": value.names,
    "C01": missing.no_rows, "C02": missing.not_zero, "C03": missing.no_advantage,
    "C04": missing.refused, "C05": missing.known_states, "C06": missing.full_row,
    "D01": timing.outside, "D02": timing.inside, "D03": timing.unknown_yet,
    "D04": timing.after_cut_off, "D05": timing.open_cases, "D06": timing.later_on,
    "F01": batch.engines, "F02": batch.one_by_one, "F03": batch.order, "F04": batch.selection,
    "F05": batch.many, "G01": explained.adds_up, "G02": explained.replays, "G03": explained.words,
    "G04": explained.documents, "H01": refusals.options, "H02": refusals.checks,
    "H03": refusals.content, "H04": refusals.measuring, "E17": purity.functions_unchanged,
}  # fmt: skip
_OF_METHODS: Mapping[str, Check] = {
    **_SHARED,
    "A01": methods.builds, "F01": methods.engines, "J03": methods.anchors,
}  # fmt: skip
_OF_NORMALISATIONS: Mapping[str, Check] = {
    **_OF_METHODS,
    "A04": identity.options, "A05": identity.described, "H01": refusals.options,
    "J01": methods.direction, "J02": methods.monotone, "J04": methods.everywhere,
    "J05": methods.only_the_value,
}  # fmt: skip
_OF_COHORTS: Mapping[str, Check] = {
    **_OF_NORMALISATIONS, "L01": methods.parameters, "L02": methods.narrow_cohorts,
}  # fmt: skip
_OF_AGGREGATIONS: Mapping[str, Check] = {
    **_OF_METHODS,
    "K01": methods.between, "K02": methods.rises, "K03": methods.contributions,
    "K04": methods.order_of_parts, "K05": methods.no_weight, "K06": methods.from_the_lowest,
}  # fmt: skip
_OF_FAMILIES: Mapping[str, Check] = {
    **_OF_AGGREGATIONS,
    "A04": identity.options, "A05": identity.described, "H01": refusals.options,
}  # fmt: skip
_OF_PACKS: Mapping[str, Check] = {
    **_BARE,
    "A01": packs.usable, "P01": packs.cited, "P02": packs.cases,
    "P03": packs.covered, "P04": packs.policies, "P05": packs.pure, "P06": packs.refusals,
    "P07": packs.content,
}  # fmt: skip
CHECKS: Mapping[str, Mapping[str, Check]] = MappingProxyType({
    "indicator": dict(sorted(_OF_INDICATORS.items())),
    "normalisation": dict(sorted(_OF_NORMALISATIONS.items())),
    "cohort": dict(sorted(_OF_COHORTS.items())),
    "aggregation": dict(sorted(_OF_AGGREGATIONS.items())),
    "family": dict(sorted(_OF_FAMILIES.items())),
    "pack": dict(sorted(_OF_PACKS.items())),
})  # fmt: skip
"""The checks of each sort of record, by id."""
