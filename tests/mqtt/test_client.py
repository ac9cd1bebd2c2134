# SPDX-License-Identifier: MIT
"""The MQTT client against a broker that hangs, sends half packets, floods, lies about lengths and
closes at the worst moment: no step waits, and each ends in a connection or in clear words."""

import socket
import time

import pytest

from app.on_demand.mqtt_link import opened
from app.on_demand.mqtt_packets import hello, listening, message
from tests.mqtt.hostile import CONNACK, PINGRESP, Hostile, length, publish

_STEP_MS = 100
_STEP_S = 0.25  # what a step may take of this thread's own time: none of it is waiting


class Bench:
    """A client and its broker. ms: its clock."""

    def __init__(self, topics=("evse/+/set/+", "homeassistant/status"), user="", password=""):
        self.broker, self.ms, self.messages = Hostile(), 1000, []
        self.client = opened(*self.broker.address, hello(
            "amppool_1", user, password, "evse/1/online") + listening(topics), self.ms)

    def step(self, count=1):
        """So many turns."""
        for _ in range(count):
            if self.client.ended:
                return self
            self.ms += _STEP_MS
            begun_s = time.monotonic()
            message = self.client.step(self.ms)
            assert time.monotonic() - begun_s < _STEP_S
            if message is not None:
                self.messages.append(message)
        return self

    def until(self, seen, steps=400):
        """Go on until that is so."""
        for _ in range(steps):
            if seen():
                return self
            self.step()
            time.sleep(0.001)
        assert seen(), self.client.ended
        return self

    def ready(self):
        """Is there room for the next piece?"""
        return self.client.is_up and not self.client.out

    def begin(self, size):
        """A message of so many bytes."""
        self.client.out, self.client.to_come = message("evse/1/state", size, True), size

    def connected(self):
        """The broker has said yes."""
        self.step()
        self.broker.accept()
        self.until(lambda: len(self.broker.hear()) > 10)
        self.broker.say(CONNACK)
        return self.until(lambda: self.client.is_up)


@pytest.fixture
def bench():
    made = Bench()
    yield made
    made.client.end("over")
    made.broker.close()


def test_it_says_who_it_is_with_its_will_and_then_what_it_listens_to(bench):
    bench.connected().step(3)
    got = bench.broker.hear()
    assert got.startswith(b"\x10\x2d\x00\x04MQTT\x04\x26\x00\x1e\x00\x09amppool_1"
                          b"\x00\x0devse/1/online\x00\x07offline")
    assert got.endswith(b"\x82\x28\x00\x01\x00\x0cevse/+/set/+\x00"
                        b"\x00\x14homeassistant/status\x00")


def test_a_user_with_a_password_says_both():
    bench = Bench(user="evse", password="pass word")
    try:
        bench.connected()
        got = bench.broker.hear()
        assert got[9] == 0xE6 and b"\x00\x04evse\x00\x09pass word" in got
    finally:
        bench.client.end("over")
        bench.broker.close()


def test_messages_come_with_topic_payload_and_whether_they_were_retained(bench):
    bench.connected()
    bench.broker.say(publish("evse/1/set/max_a", b"16") + publish("homeassistant/status",
                                                                  b"online", 0x31))
    bench.until(lambda: len(bench.messages) == 2)
    assert bench.messages == [("evse/1/set/max_a", b"16", False),
                              ("homeassistant/status", b"online", True)]


def test_a_packet_that_comes_byte_by_byte_is_a_packet(bench):
    bench.connected()
    for byte in publish("evse/1/set/max_a", b"x" * 100):
        assert bench.messages == []
        bench.broker.say(bytes((byte,)))
        bench.step()
    bench.until(lambda: bench.messages)
    assert bench.messages == [("evse/1/set/max_a", b"x" * 100, False)]


def test_a_message_goes_out_in_pieces_and_keeps_to_its_length(bench):
    bench.connected().until(lambda: bench.broker.hear().endswith(b"status\0"))
    bench.broker.got = b""
    bench.begin(300)
    for piece in (b"a" * 100, b"b" * 150, b"c" * 50):
        bench.until(bench.ready)
        bench.client.write(piece, bench.ms)
    assert not bench.client.to_come
    bench.until(lambda: len(bench.broker.hear()) >= 317)
    assert bench.broker.got == publish("evse/1/state", b"a" * 100 + b"b" * 150 + b"c" * 50, 0x31)


def test_a_message_that_is_longer_than_it_said_ends_the_connection(bench):
    bench.connected().until(bench.ready)
    bench.begin(5)
    bench.client.write(b"123456", bench.ms)
    assert bench.client.ended == "a message was longer than it said" and not bench.client.is_up


def test_nobody_listens_there():
    broker = Hostile()
    broker.close()
    client = opened(*broker.address, hello("a", "", "", "a/online"), 0)
    for ms in range(100, 6000, 100):
        client.step(ms)
        if client.ended:
            break
    assert client.ended.startswith(("no connection: ", "the connection broke: "))


def test_an_address_that_answers_nothing_is_given_up_after_5_s(monkeypatch):
    """As of a host that is off: no answer to the first packet. A full backlog does the same."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        full = [socket.socket() for _ in range(4)]
        for one in full:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        client = opened(*listener.getsockname(), hello("a", "", "", "a/online"), 0)
        at_ms = 0
        while not client.ended and at_ms < 60000:
            at_ms += 100
            begun_s = time.monotonic()
            client.step(at_ms)
            assert time.monotonic() - begun_s < _STEP_S
        for one in full:
            one.close()
    assert client.ended == "the broker does not answer" and at_ms <= 10100


def test_a_broker_that_takes_the_connection_and_says_nothing_is_given_up(bench):
    bench.step()
    bench.broker.accept()
    begun_ms = bench.ms
    bench.until(lambda: bench.client.ended)
    assert bench.client.ended == "the broker does not answer" and bench.ms - begun_ms <= 10200


def test_one_is_not_taken_for_dead_while_nobody_listens_and_is_again_afterwards(bench):
    bench.connected()
    for _ in range(600):
        bench.ms += _STEP_MS
        bench.client.step(bench.ms, False)
        assert not bench.client.ended
    begun_ms = bench.ms
    bench.until(lambda: bench.client.ended)
    assert bench.client.ended == "the broker does not answer" and bench.ms - begun_ms <= 21200


def test_one_that_hangs_later_is_noticed_within_21_s(bench):
    bench.connected()
    begun_ms = bench.ms
    bench.until(lambda: bench.client.ended)
    assert bench.client.ended == "the broker does not answer"
    assert 20000 < bench.ms - begun_ms <= 21200
    assert bench.broker.hear().count(b"\xc0\x00") == 2, "it was asked twice"


def test_one_that_answers_pings_is_kept_for_as_long_as_it_does(bench):
    bench.connected()
    answered = 0
    for _ in range(1200):
        bench.step()
        if bench.broker.hear().count(b"\xc0\x00") > answered:
            answered += 1
            bench.broker.say(PINGRESP)
    assert bench.client.is_up and 11 <= answered <= 13


def test_one_that_takes_nothing_more_is_given_up_although_it_talks(bench):
    bench.connected()
    begun_ms = None
    for _ in range(4000):
        if bench.client.ended:
            break
        if bench.ready():
            bench.begin(60000)
            for _ in range(30):
                bench.client.write(b"x" * 1000, bench.ms)
            begun_ms = bench.ms
        bench.broker.say(PINGRESP)
        bench.step()
    assert bench.client.ended == "the broker takes nothing" and bench.ms - begun_ms <= 10200


@pytest.mark.parametrize("words, answer", [
    ("the broker refuses: 5", b"\x20\x02\x00\x05"), ("the broker refuses: 1", b"\x20\x02\x00\x01"),
    ("the broker does not speak MQTT", b"\x20\x01\x00"),
    ("the broker does not speak MQTT", b"\x20\x00"),
    ("the broker does not speak MQTT", b"HTTP/1.1 400 Bad Request\r\n\r\n" + bytes(200)),
    ("the broker does not speak MQTT", b"SSH-2.0-OpenSSH_9.2\r\n" + bytes(400)),
    ("the broker does not speak MQTT", publish("a", b"before it said yes")),
    ("the broker does not speak MQTT", b"\x20\xff\xff\xff\xff\x7f")])
def test_what_is_no_yes_ends_it_with_the_reason(bench, words, answer):
    bench.step()
    bench.broker.accept()
    bench.broker.say(answer)
    bench.until(lambda: bench.client.ended)
    assert bench.client.ended == words


@pytest.mark.parametrize("packet", [
    b"\x30\xff\xff\xff\xff\xff\xff", b"\x30\x80\x80\x80\x80\x01", b"\x30\x03\x00\x09a",
    b"\x30\x01\x00", b"\x30\x00", b"\x30\x05\x00\x03\xff\xfe\xfd"])
def test_what_lies_about_lengths_ends_it(bench, packet):
    bench.connected()
    bench.broker.say(packet)
    bench.until(lambda: bench.client.ended)
    assert bench.client.ended == "the broker does not speak MQTT"


def test_what_is_too_large_is_thrown_away_and_what_follows_is_read(bench):
    bench.connected()
    for size in (385, 400, 600, 5000):
        bench.broker.say(publish("evse/1/set/max_a", bytes(size)) + PINGRESP
                         + publish("evse/1/set/max_a", b"%d" % size))
        bench.until(lambda size=size: bench.messages and bench.messages[-1][1] == b"%d" % size)
    assert len(bench.messages) == 4 and len(bench.client._in) < 1000


def test_a_packet_that_says_it_is_huge_never_fills_the_memory_and_is_given_up(bench):
    bench.connected()
    bench.broker.say(b"\x30" + length(200_000_000))
    for _ in range(300):
        if bench.client.ended:
            break
        bench.broker.say(bytes(2000))
        bench.step()
        assert len(bench.client._in) < 1000
    assert bench.client.ended == "the broker does not answer"


def test_a_flood_costs_a_piece_in_each_turn_and_no_more(bench):
    bench.connected()
    for _ in range(100):
        bench.broker.say(publish("evse/1/set/max_a", b"6") * 50)
        bench.step()
        assert len(bench.client._in) < 1000
    assert 50 < len(bench.messages) <= 100


def test_while_nobody_listens_nothing_is_read(bench):
    bench.connected()
    bench.broker.say(publish("evse/1/set/max_a", b"6"))
    for _ in range(20):
        bench.ms += _STEP_MS
        assert bench.client.step(bench.ms, False) is None
    bench.until(lambda: bench.messages)


@pytest.mark.parametrize("at", [0, 1, 5, 17, 30])
def test_one_that_closes_in_the_middle_of_a_packet_ends_it(bench, at):
    bench.connected()
    bench.broker.say(publish("evse/1/set/max_a", b"1" * 30)[:at])
    bench.broker.hang_up()
    bench.until(lambda: bench.client.ended)
    assert bench.client.ended.startswith("the connection broke: ") and bench.messages == []


def test_one_that_closes_while_a_message_goes_out_ends_it(bench):
    bench.connected().until(bench.ready)
    bench.begin(1000)
    bench.client.write(b"x" * 300, bench.ms)
    bench.broker.hang_up()
    for _ in range(50):
        if bench.client.ended:
            break
        if bench.ready():
            bench.client.write(b"x", bench.ms)
        bench.step()
    assert bench.client.ended.startswith("the connection broke: ") and not bench.client.is_up


def test_after_its_end_it_does_nothing(bench):
    bench.connected()
    bench.client.end("enough")
    assert bench.client.step(bench.ms) is None and not bench.ready()
    bench.client.end("again")
    assert bench.client.ended == "enough"
