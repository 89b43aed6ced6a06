"""Pages as a browser shows them: headless Chromium, driven by Playwright, and what is asked of it."""

import re
import shutil
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

WIDTHS = (360, 794, 1280)
"""A phone; A4 at 96 pixels to the inch; a desk."""
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ASKED = Path(__file__).with_suffix(".js")
_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")


def program():
    """Return the path of the browser; `None` where there is none."""
    return next((found for each in PROGRAMS if (found := shutil.which(each))), None)


def why_no_browser():
    """Return why pages cannot be opened here; empty where they can."""
    if program() is None:
        return "there is no Chromium (tools/set_up_browser.sh)"
    return "" if find_spec("playwright") else "there is no Playwright (make test sets it up)"


@contextmanager
def browser():
    """Open a browser without a window, and close it."""
    from playwright.sync_api import sync_playwright

    # Without a sandbox: in a container there is none, and the pages are our own.
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        try:
            yield found
        finally:
            found.close()


class Opened:
    """A page at one width: what was loaded, and what there is to see."""

    def __init__(self, browser, path, width):
        self.loaded = []
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.page.on("request", lambda each: self.loaded.append(each.url))
        self.page.goto(path.as_uri())
        self.page.add_script_tag(content=ASKED.read_text(encoding="utf-8"))

    def ask(self, name):
        """Return the answer of a function of `opened.js`: faults, each a line; empty where none."""
        return self.page.evaluate(f"asked.{name}()")

    def tabbed(self):
        """Return the places of what the Tab key reaches, in the order in which it does."""
        reached = []
        for _ in range(200):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate("asked.reached()")
            if at is None or at in reached:
                break
            reached.append(at)
        return reached

    def printed(self):
        """Return how many pages of A4 a printer gives."""
        return len(_PAGE.findall(self.page.pdf(prefer_css_page_size=True)))

    def paper(self):
        """Show the page as it is printed: 180 mm between the margins of A4."""
        self.page.emulate_media(media="print")
        self.page.set_viewport_size({"width": 680, "height": 1000})
