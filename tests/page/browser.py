# SPDX-License-Identifier: MIT
"""Debian's Chromium for the tests of the page, and what they do with it."""

import os
import re
import shutil

from host_tools import ROOT

OUT = ROOT / "tests" / "out"
CHROMIUM = shutil.which("chromium")
_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--no-first-run", "--mute-audio",
            "--disable-extensions", "--disable-dev-shm-usage", "--disable-default-apps")
# The page asks once a second, and waits between tries: a test does not wait so long. How many
# requests were open at once is counted.
_FASTER = """(() => { const set = window.setTimeout, every = window.setInterval;
const ask = window.fetch; let open = 0; window.mostAtOnce = 0;
window.fetch = (...given) => { window.mostAtOnce = Math.max(window.mostAtOnce, ++open);
return ask(...given).finally(() => { open -= 1; }); };
window.setTimeout = (f, ms, ...more) => set(f, ms < 5000 ? ms / 8 : ms, ...more);
window.setInterval = (f, ms, ...more) => every(f, ms / 8, ...more); })()"""
_MOTION = "*{animation:none!important;transition:none!important;caret-color:transparent!important}"


def missing() -> str:
    """What a test of the page lacks here; "" if nothing."""
    try:
        import axe_core_python.sync_playwright  # noqa: F401
        import playwright.sync_api  # noqa: F401
    except ImportError as error:
        return "needs the Python package %s" % error.name
    return "" if CHROMIUM else "needs Debian's package chromium (apt-get install chromium)"


def start(playwright):
    """A browser. It talks to nobody but the tests' servers."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(_OPTIONS))


def look(browser, url, lang="en", theme="light", width=390, height=844, hash_="", **more):
    """A page of the unit at `url`, opened. Its `foreign` lists requests that went elsewhere."""
    context = browser.new_context(
        locale={"en": "en-GB", "nl": "nl-NL"}[lang], color_scheme=theme,
        timezone_id="Europe/Brussels",
        viewport={"width": width, "height": height}, reduced_motion="reduce", **more)
    context.set_default_timeout(20000)
    context.add_init_script(_FASTER)
    page = context.new_page()
    page.foreign, page.problems = [], []
    page.on("request", lambda request: request.url.startswith((url, "blob:" + url, "data:"))
            or page.foreign.append(request.url))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda line: page.problems.append(line.text)
            if line.type == "error" and "Failed to load resource" not in line.text else None)
    page.goto(url + ("#" + hash_ if hash_ else ""))
    page.wait_for_selector("h1")
    return page


def shot(page, name):
    """A picture of the whole page in tests/out/, if AMPPOOL_PICTURES says so."""
    if os.environ.get("AMPPOOL_PICTURES"):
        OUT.mkdir(exist_ok=True)
        page.add_style_tag(content=_MOTION)
        page.screenshot(path=OUT / (re.sub(r"[^\w-]", "_", name) + ".png"), full_page=True)


def axe(page) -> list:
    """What axe-core finds, of WCAG 2.2 A and AA: sentences."""
    from axe_core_python.sync_playwright import Axe
    found = Axe().run(page, options={"runOnly": [
        "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    return ["%s: %s" % (violation["id"], [node["html"][:200] for node in violation["nodes"]])
            for violation in found["violations"]]


def log_in(page, code):
    """Types the label's code where the page asks for it."""
    page.fill("#code", code)
    page.click("main button.p")
