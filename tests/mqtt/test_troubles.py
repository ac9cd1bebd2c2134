# SPDX-License-Identifier: MIT
"""Brokers that die, hang and flood beside a group that shares: its rounds, offers and lateness are
those of the same group without MQTT, and all is published again soon after the broker is back."""

import json
import re
import time

import pytest

from host_tools.simulate.leases import GRANT, kind_of
from host_tools.simulate.place import Place
from tests import owner_calls as owner
from tests.mqtt.broker import Watcher
from tests.mqtt.fleet import Fleet
from tests.mqtt.hostile import CONNACK, Hostile, length, publish
from tests.unit.web_bench import group

_LATE_S = 0.06  # what a board counts as late
_BACK_S = 60


class Both:
    """A fleet that speaks MQTT, and the same one that does not; what both do, side by side."""

    def __init__(self, address):
        self.with_it, self.without = Fleet(address), Fleet(None)
        self.worst_s, self.turns = 0, 0
        assert self.with_it.mqtt is not None and self.without.mqtt is None
        begun = self.with_it.servers.turn

        def timed():
            from_s = time.thread_time()
            begun()
            self.worst_s = max(self.worst_s, time.thread_time() - from_s)
        self.with_it.servers.turn = timed
        self.rounds = {}
        for fleet in (self.with_it, self.without):
            self.rounds[fleet] = seen = []
            fleet.simulation.air.listen(lambda source, _, payload, seen=seen: seen.append(
                1) if kind_of(payload) == GRANT else None)

    def seen(self, fleet):
        """Rounds of the leader, and what stands on each pilot and contactor."""
        return (len(self.rounds[fleet]), [(node.board.offer_ma, node.board.contact)
                                          for node in fleet.simulation.nodes.values()])

    def turn(self):
        """100 ms of both."""
        self.with_it.turn(0.0005)
        self.without.turn(0)
        self.turns += 1
        assert self.seen(self.with_it) == self.seen(self.without)

    def later(self, seconds):
        """So many seconds of both."""
        for _ in range(10 * seconds):
            self.turn()

    def until(self, seen, seconds):
        """How many seconds it took."""
        for tenths in range(10 * seconds):
            if seen():
                return tenths / 10
            self.turn()
            time.sleep(0.002)
        assert seen(), (seconds, self.with_it.mqtt.trouble)
        return seconds

    def close(self):
        """Judge at the end: never late, no rule broken."""
        self.with_it.close()
        assert self.worst_s < _LATE_S, self.worst_s
        for fleet in (self.with_it, self.without):
            assert fleet.simulation.violations() == []
            assert fleet.simulation.result().summary["over_limit_ms"] == 0


def _comes_back(both, watcher_of, watchers):
    """After a broker's return, until the newest state of all is there: seconds."""
    watcher = watcher_of()
    watchers.append(watcher)
    both.with_it.watchers[:] = [watcher]
    seconds = both.until(lambda: len(watcher.seen) == 10, _BACK_S)
    for unit, node in both.with_it.simulation.nodes.items():
        found = json.loads(watcher.seen["amppool/%s/state" % both.with_it.serial(unit)])
        assert abs(found["offered_a"] * 1000 - node.board.offer_ma) < 200
    topics = [topic for topic, _, _ in watcher.all]
    assert topics.count("amppool/A0B1C2000002/state") <= 1 + seconds, "no queue"
    return seconds


def test_a_broker_that_dies_costs_nothing_and_is_found_again_within_a_minute(broker):
    both, watchers = Both(("127.0.0.1", broker.port)), []
    for off_s in (3, 100):
        _comes_back(both, lambda: Watcher(broker.port), watchers)
        both.with_it.watchers[:] = []
        broker.stop()
        both.later(off_s)
        assert both.with_it.mqtt.client is None or not both.with_it.mqtt.client.is_up
        broker.start()
    _comes_back(both, lambda: Watcher(broker.port), watchers)
    both.close()


def _hangs(broker, seconds):
    both, watchers = Both(("127.0.0.1", broker.port)), []
    _comes_back(both, lambda: Watcher(broker.port), watchers)
    both.with_it.watchers[:] = []
    broker.freeze(True)
    both.until(lambda: both.with_it.mqtt.trouble, 25)
    assert both.with_it.mqtt.trouble == "the broker does not answer"
    both.later(seconds)
    tries = both.with_it.mqtt.counts[0]
    broker.freeze(False)
    time.sleep(0.2)  # it finds what came meanwhile
    _comes_back(both, lambda: Watcher(broker.port), watchers)
    both.close()
    return tries


def test_a_broker_that_hangs_for_minutes_costs_nothing_and_is_asked_seldom(broker):
    assert 4 <= _hangs(broker, 180) <= 12


@pytest.mark.long
def test_a_broker_that_hangs_for_an_hour_costs_nothing(broker):
    assert _hangs(broker, 3600) <= 150


def test_a_flood_of_messages_costs_nothing(broker):
    both = Both(("127.0.0.1", broker.port))
    both.until(lambda: both.with_it.mqtt.counts[1] > 12, 60)
    flooder = Watcher(broker.port, ("nothing",))
    for _ in range(300):
        for _ in range(20):
            flooder.say("amppool/A0B1C2FFFFFF/set/max_a", b"9" * 200)
            flooder.say("amppool/A0B1C2000002/set/nothing", bytes(3000))
        both.turn()
    both.later(10)
    both.close()


class Liar(Hostile):
    """Takes a connection, says yes, and then what it is told to; again after each end."""

    def step(self, data):
        """One turn."""
        self._listener.settimeout(0)
        try:
            self.peer, _ = self._listener.accept()
            self.peer.settimeout(0.001)
            self.say(CONNACK)
        except OSError:
            pass
        if self.peer is not None:
            try:
                self.hear()
                self.say(data)
            except OSError:
                self.peer = None


@pytest.mark.parametrize("name", ["half", "huge", "garbage", "closes", "commands"])
def test_a_broker_that_means_no_good_costs_nothing(name):
    data = {"half": publish("amppool/A0B1C2000002/set/max_a", b"8")[:20],
            "huge": b"\x30" + length(200_000_000) + bytes(4000), "garbage": bytes(range(256)) * 8,
            "closes": b"", "commands": publish("amppool/A0B1C2FFFFFF/set/max_a", b"8") * 50}[name]
    liar = Liar()
    both = Both(liar.address)
    for turn in range(900):
        liar.step(data)
        if name == "closes" and liar.peer is not None and turn % 7 == 0:
            liar.hang_up()
            liar.peer = None
        both.turn()
    assert both.with_it.mqtt.counts[0] <= 60, "it is asked again seldom"
    both.close()
    liar.close()


def test_nothing_secret_is_ever_published(fleet, watcher):
    """Key of the group, label codes, passwords of the access points: in no topic and no message,
    in no way of writing."""
    for key, payload in (("max_a", "8"), ("allowed", "OFF"), ("max_a", "nonsense")):
        watcher.say("amppool/%s/set/%s" % (fleet.serial(2), key), payload)
    fleet.servers.units[0].broker.update(mqtt_user="a user",
                                         mqtt_password="a password of the broker")
    owner.pair(Place(fleet.simulation.nodes[1]))
    fleet.mqtt.client.end("anew")
    fleet.later(60)
    said = b"\n".join(topic.encode() + b" " + payload for topic, payload, _ in watcher.all)
    for node in fleet.simulation.nodes.values():
        code = node.program.hal.identity()[0]
        key = node.program.member.key
        for secret in (code, code.replace("-", ""), key.hex(), key.hex().upper(),
                       "a password of the broker"):
            assert secret.encode().lower() not in said.lower()
        assert key not in said and len(key) == 32 and len(code.replace("-", "")) == 13
    assert not re.search(rb'"(key|code|password|secret|pin)"', said)
    assert len(said) > 10000


def test_a_broker_that_is_set_while_the_unit_runs_is_used_at_once(broker, watcher):
    """And another base topic: what was said under the old one is then offline."""
    fleet = Fleet(None, simulation=group(3, 40, vehicles=[]))
    fleet.watchers.append(watcher)
    place = Place(fleet.simulation.nodes[1])
    try:
        assert fleet.mqtt is None
        assert owner.set(place, {"mqtt_broker": "127.0.0.1", "mqtt_port": broker.port}) == []
        fleet.until(lambda: len(watcher.seen) == 9, 60)
        assert owner.set(place, {"mqtt_topic": "garage"}) == []
        fleet.until(lambda: len(watcher.seen) == 9 + 6, 60)
        assert watcher.seen["amppool/%s/online" % fleet.serial(1)] == b"offline"
        assert owner.set(place, {"mqtt_broker": ""}) == []
        fleet.until(
            lambda: watcher.seen["garage/%s/online" % fleet.serial(1)] == b"offline", 20)
        assert fleet.mqtt is None
    finally:
        fleet.close()
