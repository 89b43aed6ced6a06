"""Which citations bear on a result, and which numbers of a policy have none."""

import pytest

from capaian.policy import read_policy, to_document
from capaian.policy.trust import trust_note, uncited, unconfirmed
from desk import small

SOURCES = [
    {"cite": "decree", "trust": "verified"},
    {"cite": "day", "trust": "unconfirmed"},
    {"cite": "article 9", "trust": "unconfirmed", "id": "art-9"},
    {"cite": "article 8", "trust": "derived", "id": "art-8"},
]


def policy(**keys):
    return read_policy(small(sources=SOURCES, **keys))


def test_a_source_without_an_id_bears_on_every_result_and_one_with_an_id_where_it_is_named():
    assert unconfirmed(policy(), []) == (1,)
    assert unconfirmed(policy(), ["art-9", "art-8"]) == (1, 2)
    assert unconfirmed(policy(), ["article 9"]) == (1,)


@pytest.mark.parametrize(
    ("count", "en", "id_"),
    [
        (0, "", ""),
        (1, " · 1 source not confirmed", " · 1 sumber belum dikonfirmasi"),
        (2, " · 2 sources not confirmed", " · 2 sumber belum dikonfirmasi"),
    ],
)
def test_how_many_are_not_confirmed_is_said(count, en, id_):
    made = read_policy(small(sources=[{"cite": "x", "trust": "unconfirmed"}] * count))
    assert (trust_note(made), trust_note(made, "id")) == (en, id_)


def test_an_id_is_kept_in_the_document_and_none_changes_no_fingerprint():
    written = to_document(policy())["sources"]
    assert [each.get("id") for each in written] == [None, None, "art-9", "art-8"]
    assert read_policy(to_document(policy())) == policy()


def test_every_number_without_a_citation_is_found():
    made = read_policy(
        small(
            bands=[{"id": "good", "from": 50, "source": "art-8"}, {"id": "poor", "below": 50}],
        )
    )
    assert uncited(made) == ["indicators['answered']", "bands['poor']"]


def test_levels_cells_and_limits_are_numbers_too():
    levels = [{"id": "high", "from": 50}, {"id": "low", "below": 50, "source": "a"}]
    made = read_policy(
        small(
            bands=[{"id": "good", "source": "a"}, {"id": "poor", "source": "a"}],
            decision={
                "ratings": [{"id": "work", "of": "score", "levels": levels}],
                "cells": [
                    {"when": {"work": "high"}, "gives": "good", "source": "a"},
                    {"when": {"work": "low"}, "gives": "poor"},
                ],
            },
            guidance={"group": "all", "limits": [{"id": "few", "bands": ["good"], "most": "70%"}]},
        )
    )
    assert uncited(made) == [
        "indicators['answered']",
        "decision.ratings['work'].levels['high']",
        "decision.cells[1]",
        "guidance.limits['few']",
    ]
