# SPDX-License-Identifier: MIT
"""The targets notice what they are for, and what is kept of a fuzzer's files reaches the same."""

import contextlib
import random
import sys
from importlib import import_module

import pytest

from core import load as loading
from core.connector.on_demand import wiring
from core.sharing import frames
from host_tools.simulate import consistency
from tests.fuzz import minimise, play


def _raise(*_):
    raise KeyError("deep inside")


def _rate_too_high(*_):
    return 99000


# target, what is broken of it, and how.
_BREAKS = (
    ("frames", frames, "_same", lambda one, other: True),
    ("frames", frames, "_GRANT_HEAD_SIZE", 5),
    ("settings", "core.on_demand.settings", "rating_ma", _rate_too_high),
    ("settings", "core.on_demand.settings", "breaker_ma", lambda breaker_a, region: 32000),
    ("settings", "core.connector.on_demand.wiring", "wiring", _raise),
    ("storage", "core.group.on_demand.record_check", "record_error", lambda record: None),
    ("storage", "hal.on_demand.store", "read", lambda store, key: b"old value"),
    ("scenario", consistency, "_check_overlaps", _raise),
    ("scenario", consistency, "_check_event", _raise),
    ("console", "device.on_demand.identity", "about", _raise),
    ("console", "device.on_demand.files", "write_json", lambda path, value: None),
    ("http", "app.on_demand.web_post", "session", lambda web, request: "anybody"),
    ("http", "app.on_demand.web_request", "plain", _raise),
    ("http", "app.on_demand.web_post", "given", _raise),
)


@pytest.mark.parametrize("name, where, what, broken", _BREAKS)
def test_a_target_notices_what_is_broken(name, where, what, broken, tmp_path, monkeypatch):
    source = random.Random(7)
    kept = play.corpus(name) + play.target(name).seeds()
    monkeypatch.setattr(loading, "_forget", lambda name: None)  # a new file would be whole again
    with play.player(name, tmp_path) as one:
        place = import_module(where) if isinstance(where, str) else where
        monkeypatch.setattr(place, what, broken)
        with pytest.raises((AssertionError, KeyError, TypeError, ValueError, AttributeError,
                            frames.struct.error)):
            for data in kept:
                one(data)
            for _ in range(3000):
                one(source.randbytes(40))
        monkeypatch.undo()


def test_the_smallest_files_that_reach_every_line_are_kept():
    module = wiring

    def one(data):
        with contextlib.suppress(IndexError):
            wiring.breakers("us" if data[0] else "iec")

    chosen, steps = minimise.choose([b"\1\1", b"\1", b"\0", b"\0\0\0", b"", b"\2" * 601], one,
                                    [module.__name__])
    assert sorted(chosen) == [b"\0", b"\1"] and steps >= 4


def test_the_corpus_on_disk_is_replaced(tmp_path):
    minimise.store(tmp_path, [b"a", b"b"])
    minimise.store(tmp_path, [b"b", b"c"])
    assert sorted(path.read_bytes() for path in tmp_path.iterdir()) == [b"b", b"c"]


def test_what_the_firmware_has_let_go_of_is_watched_all_the_same(monkeypatch):
    monkeypatch.delitem(sys.modules, "core.group.on_demand.proposal", raising=False)
    with minimise.Reached(play.WATCHED["settings"]) as reached:
        pass
    assert reached.steps == set()
