"""`capaian diff`: what changed, as text and as JSON; 0 the same, 1 different, 2 bad input."""

import json

import pytest

import capaian
from capaian.cli import main
from desk import small


@pytest.fixture
def run(tmp_path, capsys):
    """Compare two documents; return the exit code, output and errors."""

    def call(before, after, *more):
        names = []
        for name, document in (("a", before), ("b", after)):
            names.append(str(tmp_path / f"{name}.json"))
            (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
        with pytest.raises(SystemExit) as caught:
            main(["diff", *names, *more])
        out, err = capsys.readouterr()
        return caught.value.code, out, err

    return call


def test_the_same_rule(run):
    code, out, _ = run(small(), small(weights="relative"))
    assert code == 0
    assert out.endswith("\nThe same rule: no score and no band changes.\n")


def test_another_rule(run):
    code, out, _ = run(small(), small(missing="withhold"), "--language", "id")
    assert code == 1
    assert out.splitlines()[1:] == [
        "Nilai atau predikat dapat berubah: 2 dari 2 perubahan.",
        "",
        "missing: 'exclude' → 'withhold'",
        "",
        "indikator 'answered'",
        "  missing: 'exclude' → 'withhold'",
    ]


def test_as_json(run):
    before, after = small(), small(edition="2027")
    code, out, _ = run(before, after, "--json")
    assert code == 1
    read = capaian.policy.read_policy
    assert json.loads(out) == capaian.compare_policies(read(before), read(after)).to_dict()


def test_bad_input(run):
    code, out, err = run(small(), small(missing="exlude"))
    assert (code, out) == (2, "")
    assert "Did you mean 'exclude'?" in err
    code, out, _ = run(small(), small(missing="exlude"), "--json")
    assert (code, json.loads(out)["code"]) == (2, "CPN-P05")
