"""Evidence of a pack is found by the name of its policy, and only by that."""

from pathlib import Path

import pytest

import capaian
from shelves import pack, plugin, policies


@pytest.fixture
def city(tmp_path):
    """A pack with tables for its policy, others for another, and files for readers."""
    root = tmp_path / "evidence"
    (root / "office").mkdir(parents=True)
    for name in ("ratings.csv", "staff.parquet", "README.md", "office/ratings.csv"):
        (root / name).write_text("a\n1\n", encoding="utf-8")
    made = pack("city", policies=policies(tmp_path / "rules"), evidence=root)
    return plugin("plugin_with_evidence", made), root


@pytest.mark.parametrize("name", ["city", "city/2026"])
def test_tables_are_named_by_their_files(city, name):
    module, root = city
    assert capaian.load_evidence(name, plugins=[module]) == {
        "ratings": root / "ratings.csv",
        "staff": root / "staff.parquet",
    }


@pytest.mark.parametrize("name", ["city/office", "city/office/2026"])
def test_another_policy_of_the_pack_has_its_own(city, name):
    module, root = city
    found = capaian.load_evidence(name, plugins=[module])
    assert found == {"ratings": Path(root / "office" / "ratings.csv")}


def test_a_pack_without_evidence_and_a_pack_that_is_not_there(tmp_path):
    bare = plugin("plugin_without_evidence", pack("bare"))
    for name, hint in (("bare/2026", ""), ("bear/2026", " Did you mean 'bare'?")):
        with pytest.raises(capaian.PolicyError) as refused:
            capaian.load_evidence(name, plugins=[bare])
        assert str(refused.value) == (
            "There is no evidence to try with.\n"
            f"  CPN-K07  '{name}' is no policy for which a pack brings evidence.{hint}\n"
            "           to fix: use 'capaian/contoh', or bring evidence of your own;"
            " `capaian packs` lists packs."
        )
        assert (
            refused.value.findings[0]
            .text("id")
            .startswith(f"'{name}' bukan kebijakan yang buktinya dibawa suatu paket.")
        )


def test_a_folder_of_evidence_that_is_not_there_breaks_the_pack(tmp_path):
    broken = plugin("plugin_lost_evidence", pack("lost", evidence=tmp_path / "gone"))
    with pytest.raises(
        capaian.PluginError, match=r"CPN-K04  evidence: the pack 'lost' names 'gone'"
    ):
        capaian.load_evidence("lost", plugins=[broken])
