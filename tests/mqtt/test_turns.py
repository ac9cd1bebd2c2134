# SPDX-License-Identifier: MIT
"""MQTT keeps nobody waiting: one file is loaded in a turn, and what is written in one is short."""

import sys

from app.on_demand import mqtt_link
from core.load import let_go
from tests.mqtt.broker import Watcher
from tests.mqtt.fleet import Fleet

_BYTES_MOST = 1600


class Turns:
    """files: what each turn has loaded; sent: bytes written in each, at most."""

    def __init__(self, fleet, monkeypatch):
        self.files, self.sent, self._fleet = [], 0, fleet
        self._count = 0
        plain = mqtt_link.socket.socket.send

        def send(line, data):
            self._count += len(data)
            return plain(line, data)
        monkeypatch.setattr(mqtt_link.socket.socket, "send", send)

    def turn(self):
        """One turn, in which others have loaded nothing."""
        mqtt, before = self._fleet.mqtt, set(sys.modules)
        self._count = 0
        mqtt.step(mqtt.web.clock_ms())
        new = [name for name in set(sys.modules) - before if ".on_demand." in name]
        self.files.append(new)
        self.sent = max(self.sent, self._count)


def test_one_file_is_loaded_in_a_turn_and_little_is_written(broker, monkeypatch):
    watcher = Watcher(broker.port)
    fleet = Fleet(("127.0.0.1", broker.port))
    fleet.watchers.append(watcher)
    turns = Turns(fleet, monkeypatch)
    try:
        for turn in range(1500):
            if turn % 100 == 0:
                let_go()
            if turn == 700:
                watcher.say("amppool/%s/set/max_a" % fleet.serial(2), "8")
            if turn == 1000:
                watcher.say("amppool/%s/set/clear" % fleet.serial(2), "PRESS")
            fleet.simulation.advance(fleet.simulation.now_ms + 100)
            turns.turn()
            watcher.look()
        assert len(watcher.seen) >= 9 and fleet.mqtt.counts[2] == 2
        assert fleet.simulation.nodes[1].program.member.leader.caps is not None
        assert [files for files in turns.files if len(files) > 1] == []
        assert 300 < turns.sent < _BYTES_MOST
    finally:
        fleet.close()
        watcher.close()


def test_what_a_state_has_loaded_is_let_go_of_before_a_command_and_before_its_refusal(broker):
    """Seen on an emulated chip: Python's heap grew for both by all the memory that the network
    had left."""
    watcher = Watcher(broker.port)
    fleet = Fleet(("127.0.0.1", broker.port))
    fleet.watchers.append(watcher)
    topic = "amppool/%s/refused" % fleet.serial(2)
    together = []
    try:
        for turn in range(1500):
            if turn == 700:
                watcher.say("amppool/%s/set/max_a" % fleet.serial(2), "99")
            fleet.simulation.advance(fleet.simulation.now_ms + 100)
            fleet.mqtt.step(fleet.mqtt.web.clock_ms())
            there = [name.rpartition(".")[2] for name in sys.modules if ".on_demand." in name]
            together.append(("mqtt_state" in there, "mqtt_command" in there,
                             "refusals" in there))
            watcher.look()
        assert topic in watcher.seen
        assert any(state for state, _, _ in together)
        assert any(command for _, command, _ in together)
        assert not any(state and command for state, command, _ in together)
        assert not any(command and words for _, command, words in together)
    finally:
        fleet.close()
        watcher.close()
