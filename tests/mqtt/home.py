# SPDX-License-Identifier: MIT
"""The real Home Assistant with a broker and virtual fleets, and what it shows of them."""

import time

from host_tools.home_assistant.fleet import RunningFleet
from host_tools.home_assistant.server import HomeAssistant
from tests.mqtt.broker import Broker

_UNIT = {"breaker_a": 32, "region": "iec", "nameplate_a": 32}
# Lines of its log about this computer, none about us.
_NOT_OURS = ("pip installation", "zlib_ng", "libturbojpeg", "TurboJPEG")


def scenario(units=3, limit_a=40, vehicles=((1, 16), (2, 16)), phases=None, house="A0") -> dict:
    """A group as a file has it. vehicles: (unit, A) of those that are there from the beginning;
    phases: {unit: as in settings}, L1 if nothing is said; house: what serials begin with."""
    return {"name": "home", "duration_s": 1000000, "limit_a": limit_a, "units": [
        {"id": n, "role": "leader" if n == 1 else "follower", "serial": "%sB1C2%06X" % (house, n),
         "phases": (phases or {}).get(n, "L1"), **_UNIT} for n in range(1, units + 1)],
        "vehicles": [{"unit": n, "max_a": amps, "plug_s": 5, "phases": 3}
                     for n, amps in vehicles]}


class Home:
    """A house. server: its Home Assistant; fleets: all that were put in it."""

    def __init__(self, python, folder):
        for name in ("broker", "home"):
            (folder / name).mkdir()
        self.broker = Broker(folder / "broker").start()
        self.server = HomeAssistant(python, folder / "home")
        self.fleets, self.expected = [], _NOT_OURS

    def start(self):
        """With the MQTT integration set up."""
        self.server.start()
        done = self.server.set_up("mqtt", {"broker": "127.0.0.1", "port": self.broker.port})
        assert done["type"] == "create_entry", done
        return self

    def fleet(self, played: dict, topic=None, **more):
        """One more group. topic: what its topics begin with; more: of a RunningFleet."""
        made = RunningFleet(played, ("127.0.0.1", self.broker.port), **more)
        for unit in made.servers.units if topic else ():
            unit.broker["mqtt_topic"] = topic
        self.fleets.append(made.start())
        return made

    def close(self):
        """Nothing is left."""
        self.server.stop()
        for fleet in self.fleets:
            fleet.close()
        self.broker.stop()

    def complaints(self) -> list:
        """What Home Assistant has logged, warnings and worse, without what is `expected`."""
        return [line for line in self.server.log()
                if line[:2] == "20" and not any(words in line for words in self.expected)]

    # --- what is seen

    def devices(self) -> dict:
        """{serial: device} of those that were found by MQTT."""
        found = {}
        for device in self.server.ask("config/device_registry/list"):
            for kind, name in device["identifiers"]:
                if kind == "mqtt":
                    found[name[8:]] = device
        return found

    def entities(self, serial: str) -> dict:
        """{key: entity of the registry} of a unit."""
        begin = "amppool_%s_" % serial
        return {entity["unique_id"][len(begin):]: entity
                for entity in self.server.ask("config/entity_registry/list")
                if entity["platform"] == "mqtt" and entity["unique_id"].startswith(begin)}

    def states(self, serial: str) -> dict:
        """{key: state} of a unit, as text; None: it has none."""
        every = {state["entity_id"]: state["state"] for state in self.server.ask("get_states")}
        return {key: every.get(entity["entity_id"])
                for key, entity in self.entities(serial).items()}

    def shows(self, serial: str, seconds=90, **expected):
        """Wait until entities have these states."""
        self.until(lambda: {key: self.states(serial).get(key) for key in expected} == expected,
                   lambda: self.states(serial), seconds)

    def until(self, so, what=str, seconds=90):
        """Wait until it is so. what: gives what is to be told if it never is."""
        until_s = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < until_s, what()
            time.sleep(0.2)

    def do(self, serial: str, key: str, service: str, **given):
        """What a person does at an entity: a service as `number.set_value`."""
        domain, name = service.split(".")
        self.server.ask("call_service", domain=domain, service=name, service_data=given,
                        target={"entity_id": self.entities(serial)[key]["entity_id"]})
