"""Settings of the documentation: `make docs` builds it, and a warning is an error."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "capaian"
author = "The capaian maintainers"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "error_codes",
]
source_suffix = {".md": "myst-nb"}
exclude_patterns = ["_build", "jupyter_execute", ".jupyter_cache"]
language = "en"

html_theme = "furo"
html_title = "capaian"
html_show_sphinx = False

# Pages are text notebooks: every cell runs when the site is built, and a failing cell fails it.
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_rtype = False

nitpicky = True
# Types of other libraries and of the standard library: the site carries no inventories of them.
_OTHERS = r"(collections\.abc|datetime|fractions|pathlib|os|typing|decimal|attrs?|pluggy)\..*"
_INSIDE = r"capaian\.(formula|exact|policy|scores|explain|columns|workcalendar|indicator|period)\..*"
nitpick_ignore_regex = [(r"py:.*", _OTHERS), (r"py:.*", r"(?!capaian).*"), (r"py:.*", _INSIDE)]
