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
            for _ in range(30):
                simulation.advance(simulation.now_ms + 1000)
                servers.step()
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


def test_evcc_reads_and_steers_a_unit_within_the_limits_of_the_group():
    async def play():
        async with served(3) as (servers, simulation, _):
            evcc = Evcc(servers.units[0].address + "openevse/2")
            board, ask = simulation.nodes[2].board, asyncio.to_thread
            assert await ask(evcc.probe) == 404
            assert await ask(evcc.status) == "C" and await ask(evcc.enabled)
            offers = []
            for wanted in ({"max_current": 8}, {"state": "disabled"},
                           {"state": "active", "max_current": 31}, {"state": "active"}):
                assert await ask(evcc.override, **wanted) == 200
                simulation.advance(simulation.now_ms + 40000)
                offers.append((board.offer_ma, await ask(evcc.enabled)))
            assert simulation.violations() == []
            return offers

    capped, paused, asked_more, free = asyncio.run(play())
    assert 7900 < capped[0] <= 8000 and capped[1] and paused == (0, False)
    assert 12000 <= asked_more[0] <= 16500 and 12000 <= free[0] <= 16500


@pytest.mark.parametrize("asked", [{"max_current": 3}, {"max_current": 99},
                                   {"max_current": 9.5}, {"max_current": "9"}])
def test_what_no_unit_can_do_is_refused_with_what_it_can(bench, asked):
    done = bench.ask("/openevse/2/override", "POST", asked, "Content-Type: application/json\r\n")
    assert done.status == 409 and done.json["refused"]["text"]


def test_a_wish_of_a_program_ends_with_the_vehicle_and_one_of_the_page_does_not():
    simulation = group(2, 60, vehicles=[
        {"unit": unit, "plug_s": plug_s, "unplug_s": plug_s + 90, "max_a": 16}
        for unit in (1, 2) for plug_s in (0, 100)])
    bench = Bench(simulation)
    head = bench.log_in()
    assert bench.post("/api/cap", {"unit": 1, "amps": 8}, head).status == 200
    assert bench.ask("/openevse/2/override", "POST", {"max_current": 7},
                     "Content-Type: application/json\r\n").status == 200
    assert [unit["cap_a"] for unit in bench.ask("/api/live").json["units"]] == [8, 7]
    bench.later(25)
    assert [round(simulation.nodes[unit].board.offer_ma, -2) for unit in (1, 2)] == [8000, 7000]
    bench.later(60)
    assert [unit["cap_a"] for unit in bench.ask("/api/live").json["units"]] == [8, None]
    assert simulation.nodes[1].board.offer_ma <= 8000 < simulation.nodes[2].board.offer_ma
    assert bench.post("/api/cap", {"unit": 1, "amps": None}, head).status == 200
    bench.later(30)
    assert simulation.nodes[1].board.offer_ma > 12000
    assert simulation.violations() == []


@pytest.mark.parametrize("head", ["", "Content-Type: text/plain\r\n",
                                  "Content-Type: application/json\r\nOrigin: http://a.b\r\n"])
def test_a_page_of_somebody_else_cannot_steer_a_unit(bench, head):
    done = bench.ask("/openevse/2/override", "POST", {"state": "disabled"}, head)
    assert done.status == 403 and bench.node.program.member.leader.caps is None
