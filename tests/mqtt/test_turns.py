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
            fleet.simulation.advance(fleet.simulation.now_ms + 100)
            turns.turn()
            watcher.look()
        assert len(watcher.seen) >= 9 and fleet.mqtt.counts[2] == 1
        assert fleet.simulation.nodes[1].program.member.leader.caps is not None
        assert [files for files in turns.files if len(files) > 1] == []
        assert 300 < turns.sent < _BYTES_MOST
    finally:
        fleet.close()
        watcher.close()
