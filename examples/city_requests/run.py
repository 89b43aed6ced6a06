"""Score real service requests of a city together with a real survey (the link is invented).

Run it with `make demo-real`, or

    python examples/city_requests/run.py --data FOLDER

where FOLDER holds la311_requests_2020.csv and bank_satisfaction_survey.csv.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import prepare

import capaian

HERE = Path(__file__).parent
REQUESTS, SURVEY = "la311_requests_2020.csv", "bank_satisfaction_survey.csv"
PERIOD, AS_OF = "2020-01", "2020-01-20"


def score(folder: Path) -> capaian.Scores:
    """Return the scores of the city's crews."""
    requests = folder / REQUESTS
    survey = prepare.survey_rows(requests, folder / SURVEY)
    policy = capaian.load_policy(HERE / "policy.toml")
    evidence = {"requests": requests, "survey": survey}
    return capaian.score(policy, evidence, period=PERIOD, as_of=AS_OF)


def main() -> None:
    """Print the notice, the table of all crews, and one explanation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    folder = parser.parse_args().data
    if missing := [name for name in (REQUESTS, SURVEY) if not (folder / name).is_file()]:
        sys.exit(f"{folder} has no {' and no '.join(missing)}; name its folder: DATA=...")
    scores = score(folder)
    print(prepare.NOTICE)
    print(scores.text(rows=len(scores)))
    for finding in scores.findings:
        print(finding.line())
    found = scores.columns()
    scored = [s for s, value in zip(found["subject"], found["score"], strict=True) if value]
    print(f"\n{scores.explain(scored[0])}")


if __name__ == "__main__":
    main()
