"""A regulation uses numbers and tables of another: they stand in one document, with its sources."""

import tomllib
from decimal import Decimal

import pytest

from capaian.errors import PolicyError
from capaian.plugin import Pack
from capaian.rules import read_regulation, rules_of
from capaian.shelf import find_pack
from shelves import SOURCE, install, plugin

LENDER = """
id = "decree-1"
cite = "Decree 1 of the district"
title = "Shares"
in_force = { from = 2025-01-01 }

[sources.art-2]
cite = "Decree 1, article 2"
trust = "verified"

[sources.art-3]
cite = "Decree 1, article 3"
trust = "unconfirmed"

[sources.art-9]
cite = "Decree 1, article 9"
trust = "verified"

[numbers.whole]
value = 12
source = "art-2"

[tables.share]
source = "art-2"
inputs = { word = ["good", "poor"] }
rows = [{ word = "good", part = 1 }, { word = "poor", part = 0.5, source = "art-3" }]

[grades.word]
source = "art-9"
digits = 0
rows = [{ from = 50, word = "good" }, { to = 49, word = "poor" }]

[curves.bent]
source = "art-9"
points = [[0, 0], [100, 50]]
"""

USER = """
id = "decree-2"
cite = "Decree 2 of the district"
title = "Months"
in_force = { from = 2026-01-01 }

[uses]
decree-1 = ["whole", "share"]

[sources.art-2]
cite = "Decree 2, article 2"
trust = "derived"

[rules.part]
title = { en = "Part of a year", id = "Sebagian tahun" }
source = "art-2"

[rules.part.input]
word = { kind = "label", of = ["good", "poor"] }
months = { kind = "number" }

[rules.part.gives]
part = "share(word) * months / whole"
"""


def read(text, **others):
    return read_regulation(tomllib.loads(text, parse_float=Decimal), **others)


@pytest.fixture
def lender():
    return read(LENDER)


def test_what_is_used_gives_what_it_gives_at_home_and_says_whose_it_is(lender):
    made = read(USER, others={"decree-1": lender})
    (rule,) = rules_of(made)
    assert rule.apply({"word": "poor", "months": 6}) == {"part": Decimal("0.25")}
    sources = rule.sources({"word": "poor", "months": 6})
    assert [(each.cite, each.trust) for each in sources] == [
        ("Decree 2, article 2", "derived"),
        ("Decree 1, article 3", "unconfirmed"),
        ("Decree 1, article 2", "verified"),
    ]


def test_it_keeps_its_days_and_only_its_own_sources_come_along(lender):
    made = read(USER, others={"decree-1": lender})
    assert made.numbers["whole"].in_force == lender.in_force
    assert made.tables["share"].in_force == lender.in_force
    assert list(made.sources) == ["art-2", "decree-1/art-2", "decree-1/art-3"]
    assert lender == read(LENDER)


def test_tables_of_intervals_and_curves_are_used_too(lender):
    text = USER.replace('["whole", "share"]', '["whole", "share", "word", "bent"]')
    made = read(text.replace("* months", "* bent(months)"), others={"decree-1": lender})
    (rule,) = rules_of(made)
    assert rule.apply({"word": "good", "months": 24}) == {"part": 1}
    assert made.grades["word"].source == "decree-1/art-9"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "decree-1 = ",
            "decree-11 = ",
            (
                "there is no regulation 'decree-11' beside this one that could be used. Did you mean"
                " 'decree-1'?\n           to fix: use one in the same folder that uses no other itself:"
                " decree-1."
            ),
        ),
        (
            '"share"]',
            '"shares"]',
            (
                "'decree-1' has no number, table or curve 'shares'. Did you mean 'share'?\n"
                "           to fix: use one of: whole, share, word, bent."
            ),
        ),
        (
            '"share"]',
            '"share", "share"]',
            (
                "'share' is already a name of tables.\n"
                "           to fix: give it another: formulas know each name once."
            ),
        ),
    ],
)
def test_what_is_not_there_is_refused(lender, old, new, expected):
    with pytest.raises(PolicyError) as caught:
        read(USER.replace(old, new), others={"decree-1": lender})
    assert expected in caught.value.text()


def test_what_is_not_there_is_said_in_indonesian(lender):
    with pytest.raises(PolicyError) as caught:
        read(USER.replace("decree-1 = ", "decree-11 = "), others={"decree-1": lender})
    assert "tidak ada peraturan 'decree-11' di sebelah ini" in caught.value.text("id")
    with pytest.raises(PolicyError) as caught:
        read(USER.replace('"share"]', '"shares"]'), others={"decree-1": lender})
    assert "'decree-1' tidak mempunyai bilangan, tabel, atau kurva 'shares'." in caught.value.text(
        "id"
    )


def test_a_pack_reads_what_is_used_first_whatever_the_files_are_called(tmp_path, monkeypatch):
    """The user's name comes before the lender's in the folder."""
    user = USER.replace('id = "decree-2"', 'id = "a-decree"')
    for name, text in (("a-decree", user), ("decree-1", LENDER)):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    bring(monkeypatch, tmp_path, "a-decree", "decree-1")
    found = find_pack("city")
    assert [each.id for each in found.documents] == ["a-decree", "decree-1"]
    assert found.rule("a-decree/part").apply({"word": "good", "months": 3}) == {
        "part": Decimal("0.25")
    }


def test_a_regulation_that_uses_another_is_not_used_itself(tmp_path, monkeypatch):
    third = USER.replace('id = "decree-2"', 'id = "decree-3"').replace(
        'decree-1 = ["whole", "share"]', 'decree-2 = ["whole", "share"]'
    )
    for name, text in (("decree-1", LENDER), ("decree-2", USER), ("decree-3", third)):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    bring(monkeypatch, tmp_path, "decree-1", "decree-2", "decree-3")
    with pytest.raises(Exception, match="no regulation 'decree-2' beside this one"):
        find_pack("city")


def bring(monkeypatch, folder, *regulations):
    made = Pack(
        "city",
        {"en": "City", "id": "Kota"},
        (SOURCE,),
        regulations=regulations,
        documents=folder,
    )
    plugin("plugin_city", made)
    install(monkeypatch, ("city", "plugin_city", "capaian-city", "1.2"))
