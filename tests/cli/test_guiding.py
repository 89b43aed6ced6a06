"""`capaian score` says what the guidance finds: after the table, and in the document."""

import json

import polars as pl
import pytest

from capaian.cli import main
from capaian.policy import read_policy, to_document
from posts_office import HEAD, RULE
from small_office import OFFICE, made_up_evidence

STAFF = [{"nip": nip, "unit": "desk" if nip in "ab" else "hall"} for nip in "abcd"]
LABELS = [{"unit": "desk", "predikat": "baik"}, {"unit": "hall", "predikat": "kurang"}]
LIMITS = [
    {"id": "middle_max_90", "for": ["kurang"], "bands": ["middle"], "most": "90%"},
    {"id": "high_max_70", "bands": ["high"], "most": "70%"},
]
GUIDANCE = {
    "group": "unit",
    "title": {"en": "Guidance", "id": "Pedoman"},
    "source": "SE 3/2023",
    "labels": {
        "table": "organisasi", "unit": "unit", "label": "predikat", "known": ["baik", "kurang"],
    },
    "limits": LIMITS,
}  # fmt: skip


@pytest.fixture
def run(tmp_path, capsys):
    """Score the office; return the exit code, output and errors."""

    def call(*more, labels=LABELS, periods=("2026-01",), **guidance):
        rule = OFFICE | {
            "subjects": {"table": "staff", "unit": "unit"},
            "guidance": GUIDANCE | guidance,
        }
        document = to_document(read_policy(rule))
        (tmp_path / "desk.json").write_text(json.dumps(document), encoding="utf-8")
        tables = made_up_evidence() | {"staff": STAFF}
        tables |= {"organisasi": labels} if labels else {}
        given = ["score", str(tmp_path / "desk.json")]
        for name, rows in tables.items():
            pl.DataFrame(rows, infer_schema_length=None).write_parquet(tmp_path / name)
            (tmp_path / name).rename(tmp_path / f"{name}.parquet")
            given += ["--evidence", f"{name}={tmp_path / name}.parquet"]
        for each in periods:
            given += ["--period", each]
        with pytest.raises(SystemExit) as caught:
            main([*given, *more])
        out, err = capsys.readouterr()
        return caught.value.code, out, err

    return call


SAID = (
    "Guidance (SE 3/2023)\n"
    "  CPN-U28  guidance.limits['middle_max_90']: 2 of 2 results of unit 'hall' in 2026-01 are "
    "middle (100%); the guidance is at most 90%.\n"
    "           to fix: nothing must change: it is guidance to the appraiser and no quota. Look "
    "again, or say why it is so.\n"
)


def test_findings_stand_after_the_table_and_the_exit_code_is_0(run):
    code, out, _ = run()
    assert code == 0
    assert out.split("\n\n", 1)[1] == SAID


def test_in_indonesian_that_all_is_kept(run):
    _, out, _ = run("--language", "id", limits=[LIMITS[0] | {"most": "100%"}, LIMITS[1]])
    assert out.split("\n\n", 1)[1] == "Pedoman (SE 3/2023): semua batas dipenuhi.\n"


def test_without_the_labels_nothing_is_said(run):
    code, out, _ = run(labels=None)
    assert (code, "Guidance" in out) == (0, False)


def test_the_document_has_the_findings_under_guidance(run):
    code, out, _ = run("--json")
    made = json.loads(out)
    assert code == 0
    assert [each["values"]["limit"] for each in made["guidance"]] == ["middle_max_90"]
    without = json.loads(run("--json", labels=None)[1])
    assert made.pop("guidance")
    assert made == without


def test_a_policy_without_guidance_and_an_assignment_with_one(tmp_path, capsys):
    """The document of the first has nothing under `guidance`; the second says what it finds."""
    limits = [{"id": "good_none", "bands": ["good"], "most_count": 0}]
    (tmp_path / "head.json").write_text(json.dumps(HEAD), encoding="utf-8")
    rule = RULE | {
        "assign": [{"policy": "head.json"}],
        "guidance": {"group": "all", "limits": limits},
    }
    (tmp_path / "posts.json").write_text(json.dumps(rule), encoding="utf-8")
    evidence = {
        "postings": [{"nip": "a", "post": "head", "from": "2026-03-01", "to": None}],
        "letters": [{"nip": "a", "on": "2026-03-03"}],
        "cases": [{"nip": "a", "received": "2026-03-03", "answered": "2026-03-04"}],
    }
    given = []
    for name, rows in evidence.items():
        pl.DataFrame(rows).write_csv(tmp_path / f"{name}.csv")
        given += ["--evidence", f"{name}={tmp_path / name}.csv"]
    for document, found in (("posts", ["good_none"]), ("head", None)):
        with pytest.raises(SystemExit) as caught:
            main(["score", str(tmp_path / f"{document}.json"), *given, "--period", "2026-03",
                  "--json"])  # fmt: skip
        made = json.loads(capsys.readouterr().out)
        assert caught.value.code == 0
        said = made.get("guidance")
        assert (said and [each["values"]["limit"] for each in said]) == found


def test_several_periods(run):
    _, out, _ = run("--json", periods=("2026-01", "2026-01-01/2026-01-30"))
    found = json.loads(out)["guidance"]
    assert [each["values"]["period"] for each in found] == ["2026-01", "2026-01-01/2026-01-30"]
