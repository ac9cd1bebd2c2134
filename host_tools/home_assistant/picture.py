# SPDX-License-Identifier: MIT
"""README's picture of Home Assistant, from a real one with six virtual units.

    python -m host_tools home-picture

lets the first dashboard that Home Assistant makes by itself be drawn by Debian's Chromium: three
vehicles charge, one waits for its share, one is switched off. What it was made from is hashed into
it: a test says when the units have other entities than it shows.
"""

import hashlib
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from app.on_demand import mqtt_discovery
from host_tools import ROOT
from host_tools.build.hashed_picture import save
from host_tools.home_assistant import environment
from host_tools.home_assistant.broker import Broker
from host_tools.home_assistant.fleet import RunningFleet
from host_tools.home_assistant.server import HomeAssistant

FILE = ROOT / "firmware" / "app" / "pictures" / "home-assistant.png"
_NAMES = ("Garage left", "Garage right", "Workshop", "Carport", "Guests", "Driveway")
_LIMIT_A = 48
_LEAST_A = 13  # of all but the guests': so that four are one too many
# (unit, A, minute in which it comes)
_VEHICLES = ((1, 20, 2), (2, 16, 12), (3, 16, 21), (5, 16, 32), (4, 16, 42))
_PAUSED = 5
_PLAYED_S = 3600
_WIDTH, _HEIGHT = 1392, 1388
_COLOURS = 32
_WAIT_MS = 30000


def inputs() -> str:
    """A hash of all that the picture is made from."""
    found = hashlib.sha256(Path(__file__).read_bytes())
    found.update((mqtt_discovery._ROWS + environment.VERSION).encode())
    return found.hexdigest()[:16]


def _scenario():
    units = [{"id": n, "role": "leader" if n == 1 else "follower", "breaker_a": 32,
              "region": "iec", "nameplate_a": 32, "phases": "L1",
              "min_a": 6 if n == _PAUSED else _LEAST_A} for n in range(1, len(_NAMES) + 1)]
    return {"name": "home-assistant", "duration_s": 100000, "limit_a": _LIMIT_A, "units": units,
            "vehicles": [{"unit": n, "max_a": amps, "plug_s": 60 * minute}
                         for n, amps, minute in _VEHICLES]}


def _play(fleet):
    fleet.later(20)
    for n, name in enumerate(_NAMES, 1):
        fleet.ask(1, "rename", n, name)
    fleet.later(_PLAYED_S)


# As its owner leaves it: the switch is off, and nobody is shown who has no place.
def _prepare(home):
    until_s = time.monotonic() + 30
    switch = "switch.%s_charging_allowed" % _NAMES[_PAUSED - 1].lower()
    while len([s for s in home.ask("get_states") if s["entity_id"].startswith("switch.")
               and s["state"] == "on"]) < len(_NAMES):
        assert time.monotonic() < until_s, "not all units are found"
        time.sleep(0.2)
    home.ask("call_service", domain="switch", service="turn_off", target={"entity_id": switch})
    for person in home.ask("person/list")["storage"]:
        home.ask("person/delete", person_id=person["id"])
    while next(s["state"] for s in home.ask("get_states") if s["entity_id"] == switch) != "off":
        assert time.monotonic() < until_s, "the switch is not taken"
        time.sleep(0.2)
    time.sleep(3)  # for the others to share what has become free


def _shot(home) -> bytes:
    from playwright.sync_api import sync_playwright
    tokens = {**home.tokens, "hassUrl": home.address, "clientId": home.address + "/",
              "expires": int(1000 * (time.time() + 1700))}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            viewport={"width": _WIDTH, "height": _HEIGHT}, color_scheme="light", locale="en-GB",
            timezone_id="Europe/Amsterdam", reduced_motion="reduce")
        for name, value in (("hassTokens", tokens), ("dockedSidebar", "auto")):
            context.add_init_script("localStorage.setItem('%s', %s)" % (
                name, json.dumps(json.dumps(value))))
        view = context.new_page()
        view.goto(home.address + "/lovelace/0")
        for name in _NAMES:
            view.get_by_text(name, exact=True).first.wait_for(timeout=_WAIT_MS)
        view.wait_for_timeout(2000)  # icons come one by one
        shot = view.screenshot()
        browser.close()
    return shot


def main(arguments: list) -> int:
    """Makes the picture. Exit code 1 if something for it is not here."""
    try:
        python = environment.python()
        with tempfile.TemporaryDirectory() as folder:
            _make(python, Path(folder), Path(arguments[0]) if arguments else FILE)
    except (environment.Missing, RuntimeError) as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


def _make(python, folder, path):
    if shutil.which("chromium") is None:
        raise RuntimeError("needs Debian's package chromium (apt-get install chromium)")
    (folder / "broker").mkdir()
    (folder / "home").mkdir()
    broker = Broker(folder / "broker").start()
    fleet = RunningFleet(_scenario(), ("127.0.0.1", broker.port), speed=4).start()
    home = HomeAssistant(python, folder / "home")
    try:
        _play(fleet)
        home.start()
        home.set_up("mqtt", {"broker": "127.0.0.1", "port": broker.port})
        _prepare(home)
        path.parent.mkdir(exist_ok=True)
        save(_shot(home), path, _COLOURS, inputs())
        print("%s: %d bytes" % (path, path.stat().st_size))
    finally:
        home.stop()
        fleet.close()
        broker.stop()
