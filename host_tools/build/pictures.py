# SPDX-License-Identifier: MIT
"""The two pictures of the page in README, made from virtual units and kept true.

    python -m host_tools page-pictures

opens the page of a group whose time stands in Debian's Chromium, and writes pictures of a phone's
size with a palette. What they were made from is hashed into them: a test says when the page is
another one than they show.
"""

import asyncio
import datetime
import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

from host_tools.build.hashed_picture import save
from host_tools.build.page import SOURCES, page
from host_tools.fleet.web import Servers
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation

FOLDER = SOURCES / "pictures"
_SHOTS = {"live": ("live", 360, 640), "limit": ("setup/3", 360, 640)}
_NAMES = ("Garage left", "Garage right", "Workshop", "Carport", "Guests", "Driveway")
_BREAKERS_A = (32, 25, 32, 32, 16, 32)
_VEHICLES = ((1, 20), (2, 16), (3, 12), (5, 16))  # (unit, A)
_COLOURS = 9
_STEP_S = 10
_MOMENT = datetime.datetime(2026, 11, 3, 19, 12)


def inputs() -> str:
    """A hash of all that the pictures are made from."""
    found = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(SOURCES.iterdir()):
        if path.is_file():
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


# Four hours of an evening: cars come one after the other, and one unit is not heard at the end.
def _group():
    units = [{"id": n, "role": "leader" if n == 1 else "follower", "breaker_a": amps,
              "region": "iec", "nameplate_a": 32, "phases": "L1"}
             for n, amps in enumerate(_BREAKERS_A, 1)]
    played = load({"name": "pictures", "duration_s": 20000, "limit_a": 60, "units": units,
                   "vehicles": [{"unit": n, "max_a": amps, "plug_s": 1800 * n + 60}
                                for n, amps in _VEHICLES]})
    return Simulation(played, trace=False, figures=False)


def _play(simulation, servers, seconds):
    for _ in range(0, seconds, _STEP_S):
        simulation.advance(simulation.now_ms + 1000 * _STEP_S)
        servers.step()


async def _take(folder):
    from playwright.async_api import async_playwright
    simulation = _group()
    with tempfile.TemporaryDirectory() as there:
        file = Path(there) / "page.html.gz"
        file.write_bytes(page())
        servers = Servers(simulation, page=str(file))
        _play(simulation, servers, 30)
        for n, name in enumerate(_NAMES, 1):
            simulation.firmware.ask(simulation.nodes[1], "rename", n, name)
        _play(simulation, servers, 13800)
        simulation.air.deafen(4, True)
        _play(simulation, servers, 600)
        await servers.listen(0)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
            for name, (screen, width, height) in _SHOTS.items():
                await _shot(browser, servers.units[0].address + "#" + screen, width, height,
                            folder / (name + ".png"))
            await browser.close()
        servers.close()


async def _shot(browser, address, width, height, path):
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale="en-GB", timezone_id="UTC",
        reduced_motion="reduce")
    view = await context.new_page()
    await view.clock.set_fixed_time(_MOMENT)
    await view.goto(address)
    await view.wait_for_selector("#row-1 .n,tfoot")
    await view.evaluate("document.activeElement.blur()")
    save(await view.screenshot(), path, _COLOURS, inputs())
    await context.close()


def main(arguments: list) -> int:
    """Makes the pictures. Exit code 1 if there is no browser for it."""
    if shutil.which("chromium") is None:
        print("needs Debian's package chromium (apt-get install chromium)", file=sys.stderr)
        return 1
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(exist_ok=True)
    asyncio.run(_take(folder))
    for name in _SHOTS:
        path = folder / (name + ".png")
        print("%s: %d bytes" % (path, path.stat().st_size))
    return 0
