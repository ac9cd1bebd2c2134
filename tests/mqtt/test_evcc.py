# SPDX-License-Identifier: MIT
"""The two ways of the page on evcc, each read from the page and played by a replica of what evcc
sends and reads."""

import asyncio
import json
import re

import pytest

from host_tools import ROOT
from tests.web.served import served
from tests.web.test_clients import Evcc

PAGE = (ROOT / "firmware/app/EVCC.md").read_text()
BY_HTTP, BY_MQTT = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
_STATUS = ("A", "B", "C", "D", "E", "F")


def sources(text):
    """{name: [{key: value}]} of the charger's functions."""
    found, name = {}, None
    for line in text.splitlines():
        indent, words = len(line) - len(line.lstrip()), line.strip().partition(": ")
        if indent == 4 and line.strip().endswith(":"):
            name = line.strip()[:-1]
            found[name] = []
        elif name is not None and words[0].lstrip("- ") == "source":
            found[name].append({})
        elif name is not None and indent > 4:
            found[name][-1][words[0]] = words[2]
    return found


class Custom:
    """evcc's charger of type custom over MQTT. watcher: its client."""

    def __init__(self, watcher, serial):
        text = BY_MQTT.replace("A0B1C2000002", serial)
        self._watcher, self._sources = watcher, sources(text)

    def get(self, name, at=0):
        """One value; None is an error there."""
        source = self._sources[name][at]
        assert source["timeout"] == "90s", "or a stale value is never noticed"
        held = json.loads(self._watcher.seen[source["topic"]])
        key, _, wanted = source["jq"].partition(" == ")
        value = held[key[1:]]
        return value == json.loads(wanted) if wanted else value

    def status(self):
        """A, B or C."""
        value = self.get("status")
        if value not in _STATUS:
            raise ValueError("invalid status: %s" % value)
        return value

    def put(self, name, value):
        """Go's %t and %d."""
        [source] = self._sources[name]
        text = {"${enable:%t}": "true" if value else "false",
                "${maxcurrent:%d}": "%d" % value}[source["payload"]]
        self._watcher.say(source["topic"], text)


def offer_a(fleet, unit):
    return round(fleet.simulation.nodes[unit].board.offer_ma / 1000)


def test_by_mqtt_evcc_reads_and_steers_a_unit_within_the_limits_of_the_group(fleet, watcher):
    evcc = Custom(watcher, fleet.serial(2))
    assert evcc.status() == "C" and evcc.get("enabled") is True
    assert abs(evcc.get("power") - 230 * evcc.get("currents", 0)) < 25
    assert evcc.get("currents", 1) == evcc.get("currents", 2) == 0
    evcc.put("maxcurrent", 8)
    fleet.until(lambda: offer_a(fleet, 2) == 8, 30)
    evcc.put("enable", False)
    fleet.until(lambda: offer_a(fleet, 2) == 0 and evcc.get("enabled") is False, 30)
    fleet.until(lambda: evcc.status() == "B", 30)
    evcc.put("maxcurrent", 31)
    evcc.put("enable", True)
    fleet.until(lambda: evcc.get("enabled") is True, 30)
    fleet.until(lambda: evcc.status() == "C" and offer_a(fleet, 2) > 8, 300)
    assert sum(offer_a(fleet, unit) for unit in (1, 2, 3)) <= 40


def test_by_mqtt_a_unit_that_is_not_heard_is_an_error_and_not_an_old_value(fleet, watcher):
    fleet.simulation.nodes[2].set_power(False)
    fleet.until(lambda: watcher.seen["amppool/A0B1C2000002/online"] == b"offline", 40)
    fleet.later(2)
    with pytest.raises(ValueError):
        Custom(watcher, "A0B1C2000002").status()


def test_by_mqtt_the_state_is_said_often_enough_for_the_timeout_of_the_page(fleet, watcher):
    fleet.later(5)
    for _ in range(3):
        watcher.all.clear()
        fleet.until(lambda: "amppool/A0B1C2000002/state" in [it[0] for it in watcher.all], 45)


def test_by_http_evcc_reads_and_steers_a_unit_as_an_openevse():
    host = re.search(r"host: (\S+)", BY_HTTP)[1]
    assert "template: openevse" in BY_HTTP and "user" not in BY_HTTP

    async def play():
        async with served(3) as (servers, simulation, _):
            address = servers.units[0].address[len("http://"):].rstrip("/")
            evcc = Evcc("http://" + host.replace("192.168.1.50", address))
            ask = asyncio.to_thread
            assert await ask(evcc.probe) == 404 and await ask(evcc.status) == "C"
            assert await ask(evcc.override, state="active", max_current=9) == 200
            simulation.advance(simulation.now_ms + 40000)
            return simulation.nodes[2].board.offer_ma, await ask(evcc.enabled)

    offer_ma, enabled = asyncio.run(play())
    assert 8900 <= offer_ma <= 9000 and enabled
