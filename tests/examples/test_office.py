"""The made-up office: the same for the same seed, marked as made up, with all its oddities."""

import csv
import importlib.util
import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

import capaian
from capaian import load_calendar

FOLDER = Path(__file__).parents[2] / "examples" / "lubuk_begalung"
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
ANSWERS = [f"u{number}" for number in range(1, 10)]


@pytest.fixture(scope="module")
def office():
    """Return the generator as a script sees it: its own folder first on the path."""
    before = set(sys.modules)
    sys.path.insert(0, str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location("lubuk_begalung_office", FOLDER / "office.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(FOLDER))
        for name in {"people", "complaints", "appraisals"} - before:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def tables(office):
    return office.tables(2026)


@pytest.fixture(scope="module")
def staff(office):
    return {quarter: office.tables(2026, quarter)["staff"] for quarter in QUARTERS}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evidence")
    command = [sys.executable, FOLDER / "office.py", "--seed", "2026", "--out", folder / "one"]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "one"


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day_of(row, column="received"):
    return row[column].date()


# ---- the same bytes, nothing half-written, everything marked as made up --------------------------


def test_same_seed_same_bytes_and_another_seed_other_bytes(office, written, tmp_path):
    office.write(2026, tmp_path / "again")
    office.write(2027, tmp_path / "other")
    files = sorted(path.relative_to(written) for path in written.rglob("*.*"))
    again = tmp_path / "again"
    assert files == sorted(path.relative_to(again) for path in again.rglob("*.*"))
    for name in files:
        assert (written / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
        assert b"\r" not in (written / name).read_bytes()
    for name in ("staff.csv", "complaints.csv", "services.csv", "survey.csv"):
        assert (written / name).read_bytes() != (tmp_path / "other" / name).read_bytes()


def test_nothing_temporary_is_left_and_old_files_are_replaced(office, tmp_path):
    (tmp_path / "staff.csv").write_text("old")
    office.write(2026, tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    assert (tmp_path / "staff.csv").read_text(encoding="utf-8").startswith("nip,")


def test_every_file_has_its_notice(written):
    tables = sorted(path.relative_to(written).as_posix() for path in written.rglob("*.csv"))
    assert len(tables) == 19
    for name in tables:
        notice = (written / f"{name}.txt").read_text(encoding="utf-8")
        assert "PERINGATAN" in notice
        assert "NOTICE" in notice
        assert "made up" in notice
        assert f"{len(read(written / name))} rows (seed 2026)" in notice


def test_identifiers_cannot_be_real(tables):
    for table in ("staff", "complaints", "services", "survey"):
        for row in tables[table]:
            nip = row["nip"]
            assert nip is None or (len(nip) == 18 and nip.isdigit() and nip.startswith("99999999"))
    for table, column in (
        ("complaints", "case_id"),
        ("services", "service_id"),
        ("survey", "form_id"),
    ):
        identifiers = [row[column] for row in tables[table]]
        assert len(set(identifiers)) == len(identifiers)
        assert all(identifier.startswith("CONTOH-") for identifier in identifiers)
    nips = [row["nip"] for row in tables["staff"]]
    assert len(set(nips)) == len(nips) == len({row["name"] for row in tables["staff"]})
    assert len({float(nip) for nip in nips}) < len(nips)  # never read them as numbers
    assert all("contoh" in row["office"].lower() for row in tables["staff"])


def test_the_files_say_what_the_tables_say(office, tables, written):
    for name, rows in tables.items():
        assert (written / f"{name}.csv").read_text(encoding="utf-8") == office.csv_text(rows)


# ---- sizes ---------------------------------------------------------------------------------------


def test_sizes_are_those_of_a_busy_office(tables):
    sizes = {name: len(rows) for name, rows in tables.items()}
    assert 140 <= sizes["staff"] <= 160
    assert 7_000 <= sizes["complaints"] <= 11_000
    assert 700 <= sizes["pauses"] <= 2_000
    assert 14_000 <= sizes["services"] <= 20_000
    assert 4_500 <= sizes["survey"] <= 7_000
    assert sum(sizes.values()) <= 40_000


def test_fifteen_kelurahan_and_the_kecamatan_in_eight_posts(tables):
    offices = {row["office"] for row in tables["staff"]}
    assert len([each for each in offices if each.startswith("Kelurahan")]) == 15
    assert len(offices) == 16
    posts = Counter(row["post"] for row in tables["staff"])
    assert len(posts) == 8
    assert posts["loket"] == 38
    assert posts["petugas lapangan"] == 42
    assert posts["sekretaris kelurahan"] == posts["lurah"] == 15


# ---- the calendar --------------------------------------------------------------------------------


def test_its_working_days_are_those_of_the_calendar(office, staff):
    calendar = load_calendar("id/2024-2027")
    for quarter in QUARTERS:
        first, last = office.PERIODS[quarter]
        full = calendar.working_days(first, last)
        assert max(row["days_in_post"] for row in staff[quarter]) == full
        assert all(0 <= row["leave_days"] <= row["days_in_post"] <= full for row in staff[quarter])


def test_the_quarters_add_up_to_the_year(tables, staff):
    for row in tables["staff"]:
        parts = [each for rows in staff.values() for each in rows if each["nip"] == row["nip"]]
        for column in ("days_in_post", "leave_days"):
            assert sum(each[column] for each in parts) == row[column]


def test_cases_at_the_edge_of_five_working_days_around_the_closure(tables):
    calendar = load_calendar("id/2024-2027")
    edge = {}
    for text in ("2026-03-16T09:00", "2026-03-17T15:59", "2026-03-21T21:15"):
        received = datetime.fromisoformat(text)
        edge[text] = Counter(
            calendar.work_days(received, row["responded"])
            for row in tables["complaints"]
            if row["received"] == received and row["category"] == "drainase"
        )
    assert edge["2026-03-16T09:00"] == {5: 2, 6: 2}
    assert edge["2026-03-17T15:59"] == {5: 2, 6: 2}
    assert edge["2026-03-21T21:15"] == {1: 2, 6: 2}


def test_receipts_fall_on_days_off_at_weekends_and_at_night(office, tables):
    days = [day_of(row) for row in tables["complaints"]]
    assert all(date(2026, 1, 1) <= day <= date(2026, 12, 31) for day in days)
    closure = [day for day in days if date(2026, 3, 18) <= day <= date(2026, 3, 24)]
    assert len(closure) > 20
    assert len({day for day in days if day in office.OFF}) > 20
    assert sum(day.weekday() > 4 for day in days) > 500
    assert sum(row["received"].hour >= 17 for row in tables["complaints"]) > 500
    assert sum(row["received"].hour < 7 for row in tables["complaints"]) > 200


# ---- the oddities --------------------------------------------------------------------------------


def test_complaints_are_closed_late_open_cancelled_and_unassigned(tables):
    complaints = tables["complaints"]
    status = Counter(row["status"] for row in complaints)
    assert set(status) == {"closed", "open", "cancelled"}
    assert min(status.values()) > 150
    assert all((row["responded"] is None) == (row["status"] != "closed") for row in complaints)
    assert all(
        row["received"] <= row["responded"] <= datetime(2027, 1, 1)
        for row in complaints
        if row["responded"]
    )
    calendar = load_calendar("id/2024-2027")
    late = [
        row
        for row in complaints
        if row["responded"] and calendar.work_days(row["received"], row["responded"]) > 5
    ]
    assert 800 < len(late) < 3_000
    assert 150 < sum(row["nip"] is None for row in complaints) < 350


def test_some_complaints_name_an_officer_who_is_on_no_list(tables):
    known = {row["nip"] for row in tables["staff"]}
    strangers = [row for row in tables["complaints"] if row["nip"] and row["nip"] not in known]
    assert len(strangers) == 6
    assert all(row["status"] == "open" for row in strangers)


def test_who_comes_back_comes_back_after_the_answer(tables):
    cases = {row["case_id"]: row for row in tables["complaints"]}
    again = [row for row in tables["complaints"] if row["reopens"]]
    assert len(again) > 200
    assert len(again) == sum(row["reopened"] for row in tables["complaints"])
    for row in again:
        before = cases[row["reopens"]]
        assert before["reopened"]
        assert before["responded"] < row["received"]
        assert before["nip"] == row["nip"]


def test_pauses_overlap_run_past_the_answer_and_have_not_all_ended(tables):
    cases = {row["case_id"]: row for row in tables["complaints"]}
    by_case = {}
    for row in tables["pauses"]:
        case = cases[row["case_id"]]
        assert row["paused_from"] >= case["received"]
        assert row["paused_to"] is None or row["paused_from"] < row["paused_to"]
        by_case.setdefault(row["case_id"], []).append(row)
    overlapping = [
        name
        for name, (first, *rest) in by_case.items()
        if rest and rest[0]["paused_from"] < first["paused_to"]
    ]
    assert len(overlapping) > 100
    assert sum(row["paused_to"] is None for row in tables["pauses"]) > 5
    past = [
        row
        for row in tables["pauses"]
        if row["paused_to"]
        and cases[row["case_id"]]["responded"]
        and row["paused_to"] > cases[row["case_id"]]["responded"]
    ]
    assert len(past) > 10


def test_services_have_complexity_and_some_are_returned(office, tables):
    services = tables["services"]
    assert {row["complexity"] for row in services} == {"simple", "medium", "complex"}
    status = Counter(row["status"] for row in services)
    assert 0.02 < status["returned"] / len(services) < 0.10
    assert not [row for row in services if row["date"] in office.OFF]
    assert sum(row["date"].weekday() == 5 for row in services) > 20


def test_survey_forms_have_gaps_straight_lines_and_empty_ones(tables):
    forms = [[row[item] for item in ANSWERS] for row in tables["survey"]]
    assert all(answer is None or 1 <= answer <= 4 for form in forms for answer in form)
    answered = Counter(sum(answer is not None for answer in form) for form in forms)
    assert answered[0] > 20
    assert answered[9] > len(forms) / 2
    assert sum(answered[count] for count in range(1, 5)) > 100
    assert sum(answered[count] for count in (7, 8)) > 500
    assert sum(len(set(form)) == 1 and form[0] is not None for form in forms) > 300
    gaps = [sum(form[item] is None for form in forms) for item in range(9)]
    assert gaps[8] > 2 * gaps[0]


def test_people_join_leave_move_and_are_away_for_a_quarter(tables, staff):
    year = {row["nip"]: row for row in tables["staff"]}
    joined = sorted(row["in_post_from"] for row in year.values())[-3:]
    assert joined == [date(2026, 2, 18), date(2026, 5, 18), date(2026, 8, 18)]
    assert [row["in_post_to"] for row in year.values()].count(date(2026, 6, 30)) == 1
    nips = {quarter: {row["nip"] for row in rows} for quarter, rows in staff.items()}
    assert len(nips["2026-Q1"]) < len(year)
    assert nips["2026-Q2"] - nips["2026-Q3"]
    places = [
        {row["nip"]: row["office"] for row in rows} for rows in (staff["2026-Q2"], staff["2026-Q3"])
    ]
    assert sum(places[0][nip] != places[1].get(nip, places[0][nip]) for nip in places[0]) == 1
    away = {
        (quarter, row["post"])
        for quarter, rows in staff.items()
        for row in rows
        if row["days_in_post"] == row["leave_days"]
    }
    assert away == {("2026-Q1", "petugas lapangan"), ("2026-Q2", "loket")}


def test_some_have_no_evidence_and_some_too_little(tables, staff):
    first = (date(2026, 1, 1), date(2026, 3, 31))

    def counts(table, column):
        inside = Counter()
        for row in tables[table]:
            day = row[column].date() if isinstance(row[column], datetime) else row[column]
            inside[row["nip"]] += first[0] <= day <= first[1]
        return inside

    found = {
        "complaints": counts("complaints", "received"),
        "services": counts("services", "date"),
        "survey": counts("survey", "date"),
    }
    by_post = {
        post: [row["nip"] for row in staff["2026-Q1"] if row["post"] == post]
        for post in ("loket", "petugas lapangan")
    }
    desks, field = by_post["loket"], by_post["petugas lapangan"]
    assert sum(not found["complaints"][nip] for nip in desks) == 1
    assert sorted(found["survey"][nip] for nip in desks)[:2] == [0, 3]
    assert sum(not found["complaints"][nip] for nip in field) == 3
    assert sum(not found["services"][nip] for nip in field) == 3
    assert sum(not any(each[nip] for each in found.values()) for nip in field) == 2


def test_names_need_quoting_and_escaping(written):
    names = [row["name"] for row in read(written / "staff.csv")]
    assert "Rimba D'Samudra, S.T." in names
    assert 'Kabut "Tua" Senja' in names
    assert sum(row["new_idea"] == "true" for row in read(written / "staff.csv")) > 10


# ---- the policies --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["front_desk", "field_staff"])
def test_a_policy_says_that_it_is_an_example(name):
    policy = capaian.load_policy(FOLDER / f"{name}.toml")
    assert policy.sources[0].cite.startswith("Made up")
    assert "example" in policy.title["en"]
    assert "contoh" in policy.title["id"]
    assert len(policy.bands) == 5
    assert all(band.title["id"] and band.title["en"] for band in policy.bands)
    assert {each.type for each in policy.indicators} == {
        "time-based",
        "count-based",
        "survey-based",
    }


@pytest.mark.parametrize("name", ["front_desk", "field_staff"])
def test_files_and_lists_of_dicts_are_scored_alike(office, written, name):
    policy = FOLDER / f"{name}.toml"
    plain = office.tables(2026, "2026-Q1")
    files = {table: str(written / f"{table}.csv") for table in plain}
    files["staff"] = str(written / "staff_2026-Q1.csv")
    one, other = (
        capaian.score(policy, evidence, period="2026-Q1", as_of="2026-04-13")
        for evidence in (plain, files)
    )
    assert one.to_json() == other.to_json()


def test_every_band_status_and_state_occurs_in_the_first_half(office):
    bands, statuses, states = Counter(), Counter(), Counter()
    for quarter, as_of in (("2026-Q1", "2026-04-13"), ("2026-Q2", "2026-07-13")):
        evidence = office.tables(2026, quarter)
        for name in ("front_desk", "field_staff"):
            policy = FOLDER / f"{name}.toml"
            scores = capaian.score(policy, evidence, period=quarter, as_of=as_of)
            for row in scores.to_native():
                bands[name, row["band"]] += 1
                statuses[name, row["status"]] += 1
            for row in scores.ledger():
                states[row["indicator"], row["state"]] += 1
    desk = {band for name, band in bands if name == "front_desk"}
    assert desk >= {"sangat-baik", "baik", "cukup", "kurang"}
    assert {band for name, band in bands if name == "field_staff"} == {
        "istimewa", "baik", "butuh-perbaikan", "kurang", "sangat-kurang", None,
    }  # fmt: skip
    assert statuses["front_desk", "withheld"] == 1
    assert statuses["field_staff", "referred"] == 5
    assert states["services", "no_exposure"] == states["visits", "no_exposure"] == 1
    assert states["satisfaction", "too_few"] > 5
    assert states["satisfaction", "no_evidence"] > 3


def test_the_gate_of_the_best_band_needs_a_new_idea(office):
    evidence = office.tables(2026, "2026-Q1")
    policy = FOLDER / "front_desk.toml"
    scores = capaian.score(policy, evidence, period="2026-Q1", as_of="2026-04-13")
    ideas = {row["nip"]: row["new_idea"] for row in evidence["staff"]}
    best = [row for row in scores.to_native() if row["score"] and row["score"] >= 110]
    assert {(ideas[row["subject"]], row["band"]) for row in best} == {
        (True, "sangat-baik"),
        (False, "baik"),
    }
