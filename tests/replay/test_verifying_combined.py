"""Records of holders of posts and of units: replayed, measured again, every change found, contested, corrected."""

import copy
import json
import pickle
import random
from contextlib import suppress
from fractions import Fraction

import polars as pl
import pytest
from attrs import evolve

import capaian
from capaian.errors import RecordError
from capaian.exact import fixed, round_ratio
from capaian.policy import read_policy
from capaian.policy.assigning import read_assignment
from capaian.record import PostingRecord, chain, seal_postings, seal_units
from documents import faults_of
from posts_office import CLERK, HEAD, RULE, day, noon
from unit_office import units_of
from visits import ENGINES


def named(value):
    """Return what a set or a change is called, the same in every process."""
    return " ".join(sorted(map(str, value)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("policies")
    for document in (CLERK, HEAD):
        (made / f"{document['id']}.json").write_text(json.dumps(document), encoding="utf-8")
    return made


def office():
    """Three people: one in two posts, one whose second has nothing to measure, one too short."""
    postings = [
        ("a", "clerk", 1, 17), ("a", "head", 18, None), ("b", "head", -5, 24),
        ("b", "clerk", 25, None), ("c", "clerk", 31, None),
    ]  # fmt: skip
    return {
        "postings": [
            {"nip": nip, "post": post, "from": day(first), "to": last and day(last), "share": 3}
            for nip, post, first, last in postings
        ],
        "away": [{"nip": "a", "from": day(3), "to": day(5)}],
        "letters": [{"nip": nip, "on": noon(1 + 3 * n)} for nip in "ab" for n in range(7)],
        "cases": [
            {"nip": nip, "received": noon(1 + 2 * n), "answered": noon(2 + 2 * n + n % 3, 9)}
            for nip in "ab"
            for n in range(10)
        ],
    }


OPTIONS = {
    "plain": {},
    "leave": {"leave": {"table": "away", "from": "from", "to": "to"}},
    "equal": {"weigh": "equal"},
    "withheld": {"missing": "withhold", "minimum_days": 2},
    "referred": {"missing": "refer"},
    "unrounded": {"of": "unrounded", "rounding": {"mode": "none"}},
    "weighted": {"postings": RULE["postings"] | {"weight": "share"}},
    "no bands": {"bands": []},
}


def scored(folder, name="plain", evidence=None):
    document = copy.deepcopy(RULE) | OPTIONS[name]
    if name != "leave":
        document.pop("leave", None)
    rule = read_assignment(document, "posts.json", str(folder))
    given = office() if evidence is None else evidence
    given = given if name == "leave" else {k: v for k, v in given.items() if k != "away"}
    return capaian.score(rule, given, period="2026-03")


def lines(verification, language="en"):
    return "\n".join(each.line(language) for each in verification.findings)


def resealed(record, **changes):
    """A record with changed sections and hashes that hold, as a forger would make it."""
    return seal_postings(evolve(record.contents, **changes), record.made_at)


@pytest.mark.parametrize("name", OPTIONS)
def test_a_record_replays_from_its_bytes_alone(folder, name):
    """However scores are weighed, rounded, or missing; the replay combines them in fractions."""
    scores = scored(folder, name)
    for record, subject in zip(scores.records("2026-04-09"), scores.subjects, strict=True):
        found = capaian.verify(record.to_json())
        assert (found.ok, found.replayed, found.findings) == (True, True, ()), str(found)
        assert record.to_json() == scores.record(subject, "2026-04-09").to_json()
        assert faults_of("record", record.to_dict()) == []
        assert capaian.read_record(record.to_json()) == record


def test_a_record_says_what_the_result_says(folder):
    """Score, band, shares, and each posting's own score; the sum made here by hand."""
    scores = scored(folder, "leave")
    record = scores.record("a")
    explained = scores.explain("a")
    held = record.contents.postings
    assert [(each.post, each.days, each.leave) for each in held] == [
        ("clerk", 17, 3), ("head", 14, 0),
    ]  # fmt: skip
    assert [Fraction(each.weight) for each in held] == [Fraction(1, 2)] * 2
    own = [Fraction(each.score) for each in record.records()]
    assert own == [each.score for each in explained.parts]
    total = sum(own) / 2
    assert Fraction(record.contents.result.unrounded) == total
    assert record.score == fixed(round_ratio(total, 2, "half-up"), 2)
    assert (record.band, record.subject) == (explained.band, "a")
    assert {each.subject for each in record.records()} == {"a"}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_record_and_measures_it_again(folder, engine):
    """Whatever the tables are, in whatever order their rows."""
    usual = scored(folder).record("a").to_json()
    tables = {
        name: ENGINES[engine](pl.DataFrame(rows, infer_schema_length=None).reverse().to_dicts())
        for name, rows in office().items()
        if name != "away"
    }
    assert scored(folder, evidence=tables).record("a").to_json() == usual
    found = capaian.verify(usual, tables, folder=str(folder))
    assert (found.ok, found.measured) == (True, "equal"), str(found)


def test_each_of_200_changes_of_one_byte_is_found(folder):
    """Seeded, over the whole file."""
    raw = scored(folder).record("b", "2026-04-09").to_json().encode()
    rng, changed = random.Random(20260409), 0
    while changed < 200:
        at, byte = rng.randrange(len(raw)), rng.randrange(256)
        if raw[at] == byte:
            continue
        changed += 1
        with suppress(RecordError):
            found = capaian.verify(raw[:at] + bytes([byte]) + raw[at + 1 :])
            assert found.changed, f"byte {at}"


def test_a_forged_result_is_named_by_its_pointer(folder):
    """Whoever makes the hashes again is found out by the replay."""
    record = scored(folder).record("a")
    said = record.contents.result.score
    found = capaian.verify(
        resealed(record, result=evolve(record.contents.result, score="99.00")).to_json()
    )
    assert found.changed
    assert lines(found) == (
        f'  CPN-V08  /result/score: the record says "99.00", and the replay gives "{said}".\n'
        "           to fix: do not rely on this value; find out who changed the record."
    )


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"days": 30}, {"/postings/0/weight", "/postings/1/weight", "/result/unrounded"}),
        ({"weight": "1/3"}, {"/postings/0/weight"}),
        ({"contribution": "50"}, {"/postings/0/contribution"}),
        ({"decision": "exclude"}, {"/postings/0/decision"}),
        ({"given": "x"}, {"postings"}),
    ],
    ids=named,
)
def test_a_forged_posting_is_found(folder, change, places):
    record = scored(folder).record("a")
    first, *rest = record.contents.postings
    found = capaian.verify(resealed(record, postings=(evolve(first, **change), *rest)))
    assert found.changed
    assert places <= {each.where for each in found.findings}


def test_a_forged_record_of_a_posting_is_found_in_its_place(folder):
    """Its own hashes do not hold, or, made again, its own replay does not."""
    record = scored(folder).record("a")
    first, *rest = record.contents.postings
    inside = copy.deepcopy(dict(first.record))
    inside["result"]["score"] = "100.00"
    found = capaian.verify(resealed(record, postings=(evolve(first, record=inside), *rest)))
    codes = {(each.code, each.where) for each in found.findings}
    assert ("CPN-V05", "/postings/0/record/result") in codes
    assert ("CPN-V08", "/postings/0/record/result/score") in codes
    broken = {key: each for key, each in inside.items() if key != "steps"}
    found = capaian.verify(resealed(record, postings=(evolve(first, record=broken), *rest)))
    assert (found.replayed, found.changed) == (False, True)


def test_another_s_posting_is_told(folder):
    """The record of b's posting put into a's."""
    scores = scored(folder)
    record, other = scores.record("a"), scores.record("b").contents.postings[0]
    first, *rest = record.contents.postings
    mixed = (evolve(first, record=other.record), *rest)
    found = capaian.verify(resealed(record, postings=mixed))
    assert (
        "  CPN-V26  /postings/0/record/subject: the record of the posting is another's.\n"
        "           to fix: do not rely on this record; find out who changed it."
    ) in lines(found)
    assert "  CPN-V26  /postings/0/record/subject: rekaman jabatan ini milik orang lain." in lines(
        found, "id"
    )


def test_an_assignment_that_was_changed_is_found(folder):
    record = scored(folder).record("a")
    document = copy.deepcopy(dict(record.contents.assignment.document)) | {"weigh": "equal"}
    rule = evolve(record.contents.assignment, document=document)
    found = capaian.verify(resealed(record, assignment=rule))
    assert {"/assignment/fingerprint", "/postings/0/weight"} <= {
        each.where for each in found.findings
    }
    broken = evolve(record.contents.assignment, document=document | {"weigh": "dice"})
    found = capaian.verify(resealed(record, assignment=broken))
    assert (found.replayed, found.changed) == (False, True)
    assert {each.code for each in found.findings} == {"CPN-V24"}


@pytest.mark.parametrize("table", ["letters", "cases", "postings"])
def test_evidence_that_was_changed_is_found(folder, table):
    """A row less; of the postings the days differ, of the others the values and digests."""
    record, evidence = scored(folder).record("a"), office()
    del evidence["away"]
    evidence[table] = evidence[table][1:]
    found = capaian.verify(record, evidence, folder=str(folder))
    assert (found.measured, found.ok) == ("different", False)
    where = {each.where.split("/")[1] for each in found.findings}
    assert where <= {"postings", "result"}
    others = {name: each for name, each in office().items() if name != "away"}
    others["postings"] = [each for each in others["postings"] if each["nip"] != "a"]
    gone = capaian.verify(record, others, folder=str(folder))
    assert [each.code for each in gone.findings] == ["CPN-V15"]


def test_without_the_policies_the_evidence_is_not_measured(folder, tmp_path):
    """The replay needs nothing but the record."""
    evidence = {name: each for name, each in office().items() if name != "away"}
    found = capaian.verify(scored(folder).record("a"), evidence, folder=str(tmp_path))
    assert (found.replayed, found.measured, found.changed) == (True, "not measured", False)
    assert [each.code for each in found.findings] == ["CPN-V14"]


def test_an_objection_is_answered_from_the_record_alone(folder):
    """For each reader, in both languages: the postings, then the record of each."""
    record = capaian.read_record(scored(folder).record("a", "2026-04-09").to_json())
    assert isinstance(record, PostingRecord)
    for language, said in (("en", "What each posting adds"), ("id", "Yang disumbang tiap jabatan")):
        for reader in ("employee", "appraiser", "auditor"):
            text = record.text(language, reader)
            assert said in text
            assert all(each.text(language, reader) in text for each in record.records())
    assert "• head, 2026-03-18 to 2026-03-31 (14 days, 0 on leave): score " in record.text()
    assert str(record) == record.text()
    assert repr(record) == f"<PostingRecord posts 2026 · 2026-03 · {record.content_hash[:12]}>"
    with pytest.raises(RecordError) as caught:
        record.text("en", "boss")
    assert caught.value.code == "CPN-V22"


def test_a_correction_refers_to_the_record_and_takes_the_assignment_s_bands(folder):
    """The band is that of the new score; what the assignment does not publish is refused."""
    record = scored(folder).record("a")
    one = capaian.Override(author="x", reason="y", date="2026-05-04", score="59.99")
    history = chain(record.to_json()).apply(one)
    assert (history.standing.score, history.standing.band) == ("59.99", "low")
    read = chain(record.to_json(), [history.corrections[0].to_json()])
    assert read.standing == history.standing
    with pytest.raises(RecordError) as caught:
        chain(record).apply(evolve(one, score="59.999", band="best"))
    assert [each.code for each in caught.value.findings] == ["CPN-V17", "CPN-V18"]


def test_tables_do_not_go_into_a_pickle_and_can_be_given_again(folder):
    scores = pickle.loads(pickle.dumps(scored(folder)))  # noqa: S301 - our own
    with pytest.raises(RecordError) as caught:
        scores.record("a")
    assert caught.value.code == "CPN-V01"
    evidence = {name: each for name, each in office().items() if name != "away"}
    assert scores.record("a", evidence=evidence) == scored(folder).record("a")
    with pytest.raises(RecordError) as caught:
        scores.record("a", evidence={"letters": evidence["letters"]})
    assert [(each.code, each.where) for each in caught.value.findings] == [("CPN-E50", "cases")]


def test_the_command_line_and_stdio_give_the_same_bytes(folder, tmp_path, capsys):
    """And `verify` of the command line takes them."""
    import io

    from capaian.cli import main
    from capaian.stdio import Defaults, serve

    (folder / "posts.json").write_text(json.dumps(RULE), encoding="utf-8")
    sent = {
        name: json.loads(json.dumps(rows, default=lambda stamp: stamp.isoformat()))
        for name, rows in office().items()
        if name != "away"
    }
    asked = ["record", str(folder / "posts.json"), "--period", "2026-03", "--subject", "a"]
    for name, rows in sent.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
        asked += ["--evidence", f"{name}={tmp_path / name}.jsonl"]
    with pytest.raises(SystemExit) as caught:
        main(asked)
    wanted = scored(folder).record("a").to_json()
    assert (caught.value.code, capsys.readouterr().out) == (0, wanted)
    line = {"request": "record", "policy": str(folder / "posts.json"), "period": "2026-03",
            "subject": "a", "evidence": sent}  # fmt: skip
    sink = io.BytesIO()
    assert serve(io.BytesIO(json.dumps(line).encode()), sink, Defaults()) == 0
    answer = json.loads(sink.getvalue().splitlines()[0])
    assert faults_of("stdio-answer", answer) == []
    assert capaian.read_record(answer["record"]).to_json() == wanted
    (tmp_path / "record.json").write_text(wanted, encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        main(["verify", str(tmp_path / "record.json"), "--reader", "employee"])
    assert caught.value.code == 0
    assert "nothing was changed" in capsys.readouterr().out


# ---- units ------------------------------------------------------------------------------------------


UNIT_OPTIONS = {
    "plain": {},
    "withheld": {"missing": "withhold"},
    "worst": {"missing": "worst"},
    "days": {"weigh": "active_days"},
    "direct": {"members": "direct"},
    "unrounded": {"of": "unrounded", "rounding": {"digits": 1}},
    "own bands": {"bands": [{"id": "weak", "below": 90}, {"id": "strong", "from": 90}]},
}


def units(name="plain", frame=list):
    document, evidence = units_of("people")
    document["units"] |= UNIT_OPTIONS[name]
    evidence["members"].append({"nip": "d", "unit": "desk", "from": day(3), "to": None})
    tables = {key: frame(rows) for key, rows in evidence.items()}
    return capaian.score_units(read_policy(document), tables, period="2026-03"), tables


def unsealed(record, **changes):
    return seal_units(evolve(record.contents, **changes), record.made_at).to_json()


@pytest.mark.parametrize("name", UNIT_OPTIONS)
def test_a_unit_s_record_replays_and_is_measured_again(name):
    """However members weigh and whatever a member without evidence means."""
    scores, evidence = units(name)
    explained = [scores.explain(each) for each in scores.subjects]
    for record, unit, why in zip(
        scores.records("2026-04-09"), scores.subjects, explained, strict=True
    ):
        assert faults_of("record", record.to_dict()) == []
        found = capaian.verify(record.to_json(), evidence)
        assert (found.ok, found.measured, found.findings) == (True, "equal", ()), str(found)
        assert record.to_json() == scores.record(unit, "2026-04-09").to_json()
        assert record.band == (why.band or None)
        assert [Fraction(each.weight) for each in record.contents.members] == [
            each.weight for each in why.parts
        ]
        for each in record.contents.members:
            if each.content_hash is not None:
                assert each.content_hash == scores.people.record(each.subject).content_hash


@pytest.mark.parametrize("engine", ENGINES)
def test_a_unit_s_record_is_the_same_from_every_engine(engine):
    usual = units()[0].record("desk").to_json()
    frame = lambda rows: ENGINES[engine](  # noqa: E731 - what a table becomes
        pl.DataFrame(rows, infer_schema_length=None).reverse().to_dicts()
    )
    assert units(frame=frame)[0].record("desk").to_json() == usual


def test_every_changed_byte_of_a_unit_s_record_is_found():
    raw = units()[0].record("desk", "2026-04-09").to_json().encode()
    rng = random.Random(20260409)
    for at in rng.sample(range(len(raw)), 200):
        other = rng.choice([each for each in range(256) if each != raw[at]])
        with suppress(RecordError):
            assert capaian.verify(raw[:at] + bytes([other]) + raw[at + 1 :]).changed, f"byte {at}"


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"score": "1.00"}, {"/result/score", "/members/0/contribution"}),
        ({"given": "9"}, {"/members/0/weight"}),
        ({"decision": "worst"}, {"/members/0/decision"}),
        ({"given": "x"}, {"members"}),
    ],
    ids=["score", "given", "decision", "text"],
)
def test_a_forged_member_is_found(change, places):
    record = units()[0].record("desk")
    first, *rest = record.contents.members
    found = capaian.verify(unsealed(record, members=(evolve(first, **change), *rest)))
    assert found.changed
    assert places <= {each.where for each in found.findings}


def test_a_changed_policy_of_units_is_found():
    record = units()[0].record("desk")
    document = copy.deepcopy(dict(record.contents.policy.document))
    document["units"]["missing"] = "withhold"
    rule = evolve(record.contents.policy, document=document)
    found = capaian.verify(unsealed(record, policy=rule))
    assert {"/policy/fingerprint", "/result/status"} <= {each.where for each in found.findings}
    del document["units"]
    found = capaian.verify(unsealed(record, policy=evolve(rule, document=document)))
    assert "CPN-V24" in {each.code for each in found.findings}
    document["scale"] = "x"
    found = capaian.verify(unsealed(record, policy=evolve(rule, document=document)))
    assert (found.replayed, {each.code for each in found.findings}) == (False, {"CPN-V24"})


def test_evidence_of_one_member_that_was_changed_is_found_by_the_hash_of_that_member():
    scores, evidence = units()
    record = scores.record("desk")
    fewer = evidence | {"letters": [each for each in evidence["letters"] if each["nip"] != "a"]}
    found = capaian.verify(record, fewer)
    assert (found.measured, found.changed) == ("different", True)
    assert "/members/0/content_hash" in {each.where for each in found.findings}
    none = evidence | {"units": [{"code": "else", "above": None}],
                       "members": [{"nip": "a", "unit": "else", "from": day(1), "to": None}]}  # fmt: skip
    assert [each.code for each in capaian.verify(record, none).findings] == ["CPN-V15"]


def test_no_finding_names_a_member():
    """Neither one who is another now, nor one who came or went."""
    scores, evidence = units()
    record = scores.record("desk")
    first, *rest = record.contents.members
    secret = "198706152010121003"
    other = unsealed(record, members=(evolve(first, subject=secret), *rest))
    fewer = unsealed(record, members=(evolve(first, subject=secret),))
    for forged_ in (other, fewer):
        found = capaian.verify(forged_, evidence)
        assert found.changed
        assert secret not in json.dumps([each.to_dict() for each in found.findings])


def test_a_unit_s_record_is_read_contested_and_corrected_from_itself_alone():
    """The bands are those of units."""
    record = capaian.read_record(units("own bands")[0].record("desk", "2026-04-09").to_json())
    assert repr(record) == f"<UnitRecord desk 2026 · 2026-03 · {record.content_hash[:12]}>"
    assert "What each member adds\n• a: score " in record.text()
    assert "Yang disumbang tiap anggota\n• a: nilai " in record.text("id", "auditor")
    assert "How to object" in str(record)
    one = capaian.Override(author="x", reason="y", date="2026-05-04", score="89.99")
    history = chain(record).apply(one)
    assert (history.standing.score, history.standing.band) == ("89.99", "weak")
    assert chain(record, [history.corrections[0].to_json()]).standing == history.standing
    with pytest.raises(RecordError) as caught:
        record.text("en", "boss")
    assert caught.value.code == "CPN-V22"


def test_units_made_of_events_have_no_record_and_it_is_said_what_to_keep():
    document, evidence = units_of("events")
    scores = capaian.score_units(read_policy(document), evidence, period="2026-03")
    for ask in (lambda: scores.record("desk"), scores.records):
        with pytest.raises(RecordError) as caught:
            ask()
        assert caught.value.text() == (
            "Nothing was recorded.\n"
            "  CPN-V25  the result of units that are made of events has no record.\n"
            "           to fix: keep its document, which has every step: scores.to_json()."
        )
        assert "  CPN-V25  hasil unit kerja yang dibentuk dari kejadian" in caught.value.text("id")
