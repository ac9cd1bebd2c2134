# SPDX-License-Identifier: MIT
"""Programs of other makers read and steer every unit, as they are."""

import asyncio
import json
import urllib.request
from urllib.error import HTTPError

import aiohttp
import pytest
from tesla_wall_connector import WallConnector

from tests.unit.web_bench import Bench, group
from tests.web.served import served


def test_the_unmodified_wall_connector_client_reads_every_unit():
    async def play():
        serials = []
        async with served(3) as (servers, simulation, _):
            leader = servers.units[0].address[7:-1]
            hosts = [leader] + ["%s/unit/%d" % (leader, n) for n in (1, 2, 3)]
            hosts += [unit.address[7:-1] for unit in servers.units[1:]]
            for host in hosts:
                async with aiohttp.ClientSession() as session:
                    async with WallConnector(host, session=session) as client:
                        vitals, lifetime, wifi = await asyncio.gather(
                            client.async_get_vitals(), client.async_get_lifetime(),
                            client.async_get_wifi_status())
                        version = await client.async_get_version()
                        serials.append(version.serial_number)
                        _check(simulation, int(version.serial_number[-1]), vitals)
                        assert lifetime.energy_wh >= 0 and wifi.wifi_ssid[:8] == "AmpPool_"
                        for one in (vitals, lifetime, wifi, version):
                            _read_all(one)
        return serials

    assert [int(serial[-1]) for serial in asyncio.run(play())] == [1, 1, 2, 3, 2, 3]


def _check(simulation, unit, vitals):
    board = simulation.nodes[unit].board
    assert vitals.vehicle_connected and vitals.contactor_closed and vitals.evse_state == 11
    assert abs(vitals.vehicle_current_a - max(board.draw_ma) / 1000) < 1.5
    assert abs(vitals.total_power_w - 230 * vitals.currentA_a) < 1
    assert vitals.session_energy_wh > 0


def _read_all(one):
    """Every property that the client has for it: KeyError and None are found here."""
    names = [name for name in dir(type(one)) if isinstance(getattr(type(one), name), property)]
    assert len(names) >= 4
    assert [name for name in names if getattr(one, name) is None] == []


def strict(text: str) -> dict:
    """Reads JSON as a Go program does into its types: raises for what it would not take."""
    def bad(word):
        raise ValueError(word)

    found = json.loads(text, parse_constant=bad)
    for key, value in found.items():
        if key.endswith(("A_a", "B_a", "C_a", "N_a", "current_a")):
            assert type(value) is float, key
        elif type(value) is list:
            assert all(type(one) is int for one in value), key
        else:
            assert type(value) in (int, bool, str), (key, value)
            assert type(value) is not int or -(1 << 63) <= value < 1 << 63
    return found


@pytest.fixture(scope="module")
def bench():
    return Bench()


@pytest.mark.parametrize("unit", (None, 1, 2, 3))
def test_every_field_has_the_strictest_type(bench, unit):
    below = "" if unit is None else "/unit/%d" % unit
    sizes = {name: len(strict(bench.ask("%s/api/1/%s" % (below, name)).body.decode()))
             for name in ("vitals", "lifetime", "version", "wifi_status")}
    assert sizes == {"vitals": 29, "lifetime": 10, "version": 5, "wifi_status": 8}
    if unit is not None:
        assert len(strict(bench.ask("/openevse/%d/status" % unit).body.decode())) == 9


def test_a_unit_that_is_not_heard_says_503_and_who_it_is():
    simulation = group(3, 100, events=[{"at_s": 30, "do": "power", "unit": 3, "on": False}])
    bench = Bench(simulation)
    assert bench.ask("/unit/3/api/1/vitals").status == 503
    assert bench.ask("/unit/3/api/1/lifetime").status == 503
    assert bench.ask("/openevse/3/status").status == 503
    assert bench.ask("/unit/3/api/1/version").json["serial_number"] == "A0B1C2000003"
    assert bench.ask("/unit/2/api/1/vitals").status == 200


def test_states_as_other_programs_know_them():
    simulation = group(3, 60, vehicles=[{"unit": 1, "max_a": 16}, {
        "unit": 2, "max_a": 16, "profile": [[0, 0]]}])
    bench = Bench(simulation)
    seen = [(bench.ask("/unit/%d/api/1/vitals" % n).json["evse_state"],
             bench.ask("/openevse/%d/status" % n).json["state"]) for n in (1, 2, 3)]
    assert seen == [(11, 3), (9, 2), (1, 1)]


class Evcc:
    """The calls of evcc's OpenEVSE driver, in its order. uri: of the unit."""

    def __init__(self, uri):
        self._uri = uri

    def _get(self, path):
        with urllib.request.urlopen(self._uri + path, timeout=5) as answer:
            return json.loads(answer.read())

    def probe(self):
        """Can it switch phases? What is no such charger answers 404."""
        try:
            self._get("/r?json=1&rapi=%24G7")
        except HTTPError as error:
            return error.code
        return 200

    def status(self):
        """A, B or C. Raises for a state that it does not know."""
        got = self._get("/status")
        assert {"amp", "elapsed", "pilot", "session_energy", "total_energy", "state", "status",
                "vehicle", "voltage"} == set(got)
        if got["state"] in (2, 254, 255):
            return "B" if got["vehicle"] == 1 else "A"
        return {1: "A", 3: "C"}[got["state"]]

    def enabled(self):
        """Is it allowed to charge?"""
        try:
            self._get("/override")
        except HTTPError as error:
            assert error.code == 404
        return self._get("/status")["status"] == "active"

    def override(self, **wanted):
        """Its one command."""
        request = urllib.request.Request(
            self._uri + "/override", json.dumps(wanted).encode(),
            {"Content-Type": "application/json"}, method="POST")
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status


class Caps:
    """owner.py with cap(): asked notes what it was given."""

    def __init__(self, functions):
        self._functions, self.asked = functions, []

    def cap(self, place, unit, amps, by):
        self.asked.append((unit, amps))

    def __getattr__(self, name):
        return getattr(self._functions, name)


def test_evcc_reads_and_steers_a_unit():
    async def play():
        async with served(3) as (servers, _, _):
            web = servers.units[0].web
            web.owner = caps = Caps(web.owner)
            evcc = Evcc(servers.units[0].address + "openevse/2")
            ask = asyncio.to_thread
            assert await ask(evcc.probe) == 404
            assert await ask(evcc.status) == "C" and await ask(evcc.enabled)
            assert await ask(lambda: evcc.override(state="active", max_current=10)) == 200
            assert await ask(lambda: evcc.override(state="disabled")) == 200
            return caps.asked

    assert asyncio.run(play()) == [(2, 10), (2, 0)]


@pytest.mark.parametrize("head", ["", "Content-Type: text/plain\r\n",
                                  "Content-Type: application/json\r\nOrigin: http://a.b\r\n"])
def test_a_page_of_somebody_else_cannot_steer_a_unit(bench, head):
    before = bench.web.owner
    bench.web.owner = caps = Caps(before)
    try:
        done = bench.ask("/openevse/2/override", "POST", {"state": "disabled"}, head)
    finally:
        bench.web.owner = before
    assert done.status == 403 and caps.asked == []
