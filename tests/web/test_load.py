# SPDX-License-Identifier: MIT
"""Many clients, and bad ones: the units do what they did, and nobody is told anything but clear
words."""

import asyncio
import json
import time

import pytest

from tests.web.served import served

_PATHS = ("/api/live", "/api/live", "/api/1/vitals", "/unit/2/api/1/vitals", "/api/troubles",
          "/openevse/3/status", "/api/history", "/api/settings")
_GAP_S = 0.25
_LATE_MS = 60  # what a board counts as late


async def ask(port, data, seconds=5):
    """What comes back for these bytes, all of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        return await asyncio.wait_for(reader.read(), seconds)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def get(path):
    """The bytes of a request."""
    return ("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % path).encode()


async def _client(number, port, until_s, seen):
    await asyncio.sleep(number * _GAP_S / 20)
    turn = number
    while time.monotonic() < until_s:
        begun_s = time.monotonic()
        turn += 1
        answer = await ask(port, get(_PATHS[turn % len(_PATHS)]))
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head.split(b" ")[1])
        if status == 200:
            json.loads(body)
        elif status == 503:
            assert b"Retry-After" in head and json.loads(body) == {"busy": True}
        seen.append((status, time.monotonic() - begun_s))
        await asyncio.sleep(max(0, _GAP_S - (time.monotonic() - begun_s)))


async def _load(seconds):
    async with served() as (servers, simulation, pace):
        seen, port = [], servers.units[0].port
        until_s = time.monotonic() + seconds
        await asyncio.gather(*[_client(n, port, until_s, seen) for n in range(20)])
        assert servers.units[0].web.counts[1:] == [0, 0]
        assert simulation.violations() == [] and simulation.result().summary["over_limit_ms"] == 0
        return seen, pace


def _judge(seconds):
    seen, pace = asyncio.run(_load(seconds))
    statuses = [status for status, _ in seen]
    assert len(seen) > 20 * 4 * seconds // 4, "a busy machine asks less"
    assert set(statuses) <= {200, 503} and statuses.count(200) > 0.8 * len(statuses)
    assert pace.steps > 10 * seconds and pace.worst_ms < _LATE_MS, pace.worst_ms


def test_twenty_clients_get_answers_and_no_pilot_path_is_late():
    _judge(5)


@pytest.mark.long
def test_twenty_clients_for_five_minutes():
    _judge(300)


async def _bad(port):
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(12)]
    for _, writer in held[:6]:
        writer.write(b"GET /api/li")  # half a request, and no more
    await asyncio.sleep(1.2)
    good = [await ask(port, get("/api/live")) for _ in range(8)]
    bad = [await ask(port, data) for data in (
        b"\x16\x03\x01" + bytes(300), b"A" * 4000, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 600,
        b"POST /api/limit HTTP/1.1\r\nContent-Length: 9999\r\n\r\n" + bytes(9999),
        get("/api/live") * 8, b"\r\n" * 200, b"GET /%s HTTP/1.1\r\n\r\n" % (b"a" * 300))]
    for _, writer in held:
        writer.close()
    return good, bad


def test_bad_requests_cost_nothing_but_themselves():
    async def play():
        async with served(3) as (servers, simulation, pace):
            port, web = servers.units[0].port, servers.units[0].web
            good, bad = await _bad(port)
            await asyncio.sleep(2.5)
            again = await ask(port, get("/api/live"))
            await asyncio.sleep(0.3)
            assert (web._open, web._waiting) == ([], 0)
            assert simulation.violations() == []
            return good, bad, again, pace.worst_ms

    good, bad, again, worst_ms = asyncio.run(play())
    assert [answer[9:12] for answer in good] == [b"200"] * 8 and again[9:12] == b"200"
    assert {answer[9:12] for answer in bad} <= {b"400", b"414", b"431", b"413", b"200", b""}
    assert worst_ms < _LATE_MS


def test_a_client_that_does_not_read_holds_nothing_up(tmp_path):
    page = tmp_path / "page"
    page.write_bytes(bytes(30000))

    async def play():
        async with served(3, page) as (servers, _, _):
            port = servers.units[0].port
            idle = [await asyncio.open_connection("127.0.0.1", port, limit=1) for _ in range(4)]
            for _, writer in idle:
                writer.write(get("/"))
            await asyncio.sleep(0.3)
            answers = [await ask(port, get("/")) for _ in range(4)]
            for _, writer in idle:
                writer.close()
            return answers

    assert [len(answer.partition(b"\r\n\r\n")[2]) for answer in asyncio.run(play())] == [30000] * 4
