"""Every golden case is run, or somebody says why it is not."""

import importlib
from pathlib import Path

from analysis.cases import MEASUREMENT

HERE = Path(__file__).parent


def test_every_case_of_measurement_has_its_place():
    """RUN and NOT_RUN of the files of cases: each id in one of them, and run in one at most."""
    ran, left = [], {}
    for file in sorted(HERE.rglob("test_*_cases.py")):
        if file.name == "test_composite_cases.py":
            continue
        name = ".".join(file.relative_to(HERE.parent).with_suffix("").parts)
        module = importlib.import_module(name)
        ran += list(module.RUN)
        left |= module.NOT_RUN
    assert len(ran) == len(set(ran))
    assert set(ran) | left.keys() == set(MEASUREMENT)
    assert all(isinstance(reason, str) and reason for reason in left.values())
