"""Settings of the documentation: `make docs` builds it, and a warning is an error."""

import os
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE / "_ext"))

project = "capaian"
author = "The capaian maintainers"
copyright = author  # noqa: A001 - the name that Sphinx reads
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    # ours, in _ext
    "changes",
    "error_codes",
    "plain_maths",
    "signatures",
    "whole_prints",
]
source_suffix = {".md": "myst-nb"}
exclude_patterns = ["_build", "jupyter_execute", ".jupyter_cache"]
language = "en"

html_theme = "furo"
html_title = "capaian"
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["capaian.css"]
html_math_renderer = "mathml"  # no script: a page loads nothing from elsewhere

myst_enable_extensions = ["deflist", "colon_fence", "dollarmath"]
myst_heading_anchors = 3

# Pages are text notebooks: every cell runs when the site is built, in the folder of its page, and a
# failing cell fails the build. Results are kept by the hash of all that a cell can see, so that a
# change of the library runs every page again.
SEEN = ("src/capaian", "examples", "docs/start", "docs/analyse")

REAL = Path(os.environ.get("CAPAIAN_DATA") or ROOT.parent / "shared" / "data")


def _seen() -> str:
    """Return the hash of the files that a cell may read or import."""
    files = [each for folder in SEEN for each in (ROOT / folder).rglob("*")]
    kept = {".csv", ".html", ".py", ".toml"}
    texts = sorted(each for each in files if each.suffix in kept)
    total = sha256()
    # The notebooks read a city's files where they are, and say so where they are not.
    for each in sorted(REAL.glob("*.csv")):
        total.update(f"{each.name} {each.stat().st_size}".encode() + b"\0")
    for each in texts:
        total.update(each.relative_to(ROOT).as_posix().encode() + b"\0" + each.read_bytes())
    return total.hexdigest()[:16]


nb_execution_mode = "cache"
nb_execution_cache_path = str(ROOT / "build" / "notebooks" / _seen())
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_rtype = False
toc_object_entries_show_parents = "hide"
default_role = "code"  # docstrings write `names` as everybody does

nitpicky = True
# Types of the standard library, of which the site carries no inventory; names of types that stand
# in signatures and attributes, and are told in words.
nitpick_ignore = [
    ("py:class", name)
    for name in (
        "Days",
        "Given",
        "Engine",
        "Many",
        "Written",
        "capaian.columns.coded.Coded",
        "capaian.scores.joining.LazyGathered",
        "Path",
        "Progress",
        "Roll",
        "UnitTree",
        "WrittenInstant",
        "collections.abc.Callable",
        "collections.abc.Iterable",
        "collections.abc.Mapping",
        "collections.abc.Sequence",
        "importlib.resources.abc.Traversable",
        "datetime.date",
        "datetime.datetime",
        "fractions.Fraction",
        "hypothesis.strategies.SearchStrategy",
        "os.PathLike",
        "pathlib.Path",
    )
]
# Arrays, and the classes of analysis by the modules in which they stand; the pages have them by
# their public names.
nitpick_ignore_regex = [
    ("py:class", r"numpy\..*"),
    ("py:class", r"capaian\.analysis\..*"),
    ("py:class", r"capaian\.record\.sealed\..*"),
    ("py:class", "ArrayLike|NDArray|Source|Semantics|Ties|Severity|Counts|Floats|Interval|Codes"),
    ("py:class", "Curve|Guard|Kind|Method|Moments|Pieces|Population|Spread|Sum|Answer|Centre"),
    ("py:class", r"Derivation|Given|Fraction|np\..*|collections\.abc\.Collection|.*Refusal"),
]
