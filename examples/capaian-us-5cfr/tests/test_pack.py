"""What this pack promises, tried on the installed distribution."""

from importlib.resources import files
from itertools import product

import pytest
from capaian_us_5cfr.levels import LEVELS, PATTERNS, level_1, pattern, summary_level

import capaian


def test_the_pack_is_installed_and_what_is_from_memory_is_marked() -> None:
    """The text was read; patterns B to G were not."""
    (found,) = (each for each in capaian.list_packs() if each.name == "us-5cfr")
    assert found.status == "available"
    assert found.trust == ("unconfirmed", "verified")
    assert {name for name in PATTERNS if pattern({"pattern": name})["trust"] == "verified"} == {
        "A",
        "H",
    }


def test_all_cases_pass() -> None:
    """None fails, and none is of a rule that the pack forgot."""
    found = capaian.run_cases(files("capaian_us_5cfr") / "cases.json")
    assert found.passed == len(found.results), found.text()
    assert found.passed > 0


@pytest.mark.parametrize("critical", list(product(sorted(LEVELS), repeat=2)))
def test_level_1_if_and_only_if_a_critical_element_is_unacceptable(
    critical: tuple[str, str],
) -> None:
    """Whatever the other elements are."""
    wanted = any(LEVELS[each] == 1 for each in critical)
    for other in ([], ["unacceptable"], ["outstanding", None]):
        found = level_1({"critical": list(critical), "non_critical": other})
        assert found == {"level_1": wanted}


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_a_summary_is_always_a_level_of_its_pattern(name: str) -> None:
    """Level 1 overrides what was proposed; nothing outside the pattern is given."""
    levels, trust = PATTERNS[name]
    for proposed in range(1, 6):
        given = {"pattern": name, "non_critical": ["unacceptable"], "proposed": proposed}
        found = summary_level({**given, "critical": ["outstanding", "unacceptable"]})
        assert found == {"level": 1, "level_1": True, "trust": trust}
        if proposed in levels and proposed > 1:
            found = summary_level({**given, "critical": ["fully_successful"]})
            assert found == {"level": proposed, "level_1": False, "trust": trust}
        else:
            with pytest.raises(ValueError, match="'proposed' is"):
                summary_level({**given, "critical": ["fully_successful"]})


def test_a_word_that_nobody_explained_is_refused() -> None:
    """A misspelt `unacceptable` must not pass for something better."""
    with pytest.raises(ValueError, match=r"'critical\[0\]' .*did you mean 'unacceptable'"):
        level_1({"critical": ["unaceptable"], "non_critical": []})
