"""The golden cases of measurement: expected values that were computed with well-kept libraries."""

import json
import math
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden"
MEASUREMENT = {
    each["id"]: each
    for each in json.loads((GOLDEN / "measurement_cases.json").read_text(encoding="utf-8"))["cases"]
}
DIGITS = 5e-12
"""Expected values are written to twelve significant digits."""


def assert_close(found, expected, tolerance, at="expected"):
    """Assert that what was found is what a case expects: numbers within its tolerance."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            within = tolerance.get(name, 0) if isinstance(tolerance, dict) else tolerance
            assert_close(found[name], value, within, f"{at}.{name}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), at
        for index, value in enumerate(expected):
            within = tolerance[index] if isinstance(tolerance, list) else tolerance
            assert_close(found[index], value, within, f"{at}[{index}]")
    elif isinstance(expected, bool | str) or expected is None:
        assert found == expected, f"{at}: {found!r} is not {expected!r}"
    else:
        near = math.isclose(found, expected, rel_tol=DIGITS, abs_tol=tolerance or 0)
        assert near, f"{at}: {found!r} is not {expected!r} within {tolerance!r}"
