# SPDX-License-Identifier: MIT
"""What is looked up for an answer may have no memory just then: it is waited for, or whoever asks
comes again. Half an answer comes only where some of it was sent already."""

import asyncio

import pytest

import core.load
from app.on_demand import web_send
from core.load import NotLoaded, load

from tests.unit.web_bench import Bench, Writer, group

_FILE = ("app", "web_json")


class Flash:
    """In place of load(): fails so many times."""

    def __init__(self, monkeypatch, fails):
        self.fails, self.asked = fails, 0
        monkeypatch.setattr(web_send, "load", self)
        monkeypatch.setattr(web_send, "_AGAIN_S", 0)

    def __call__(self, *path):
        self.asked += 1
        if self.asked <= self.fails:
            raise NotLoaded("%s could not be loaded: try again" % path[-1])


def sent(pieces):
    """(what send() gives, what was sent)."""
    writer = Writer()
    return asyncio.run(web_send.send(writer, 200, "text/plain", "first", pieces)), writer.sent


def looked_up(*pieces):
    for piece in pieces:
        if piece is None:
            raise MemoryError
        yield piece


def test_a_file_is_waited_for(monkeypatch):
    flash = Flash(monkeypatch, 5)
    whole, data = sent(looked_up(_FILE, " second"))
    assert whole is True and data.endswith(b"\r\n\r\nfirst second") and flash.asked == 6


def test_a_file_is_not_waited_for_for_ever(monkeypatch):
    flash = Flash(monkeypatch, 1000)
    assert sent(looked_up(_FILE, " second")) == (False, b"") and 10 < flash.asked < 30


def test_without_memory_nothing_is_sent_or_it_ends():
    assert sent(looked_up(" second", None)) == (False, b"")
    with pytest.raises(MemoryError):
        sent(looked_up("x" * 600, None))


def test_what_may_be_done_already_is_not_called_busy(monkeypatch):
    Flash(monkeypatch, 1000)
    with pytest.raises(NotLoaded):
        sent(iter((_FILE, '{"done":true}')))


def test_a_look_without_memory_is_told_to_come_again(monkeypatch):
    def full(*_):
        raise MemoryError

    bench = Bench(group(2, 30))
    assert bench.ask("/api/live").status == 200
    monkeypatch.setattr(core.load, "_forget", lambda name: None)  # a new file would be whole again
    monkeypatch.setattr(load("app", "web_live"), "group", full)
    busy = bench.ask("/api/live")
    assert (busy.status, busy.json) == (503, {"busy": True})
    monkeypatch.undo()
    assert bench.ask("/api/live").status == 200
