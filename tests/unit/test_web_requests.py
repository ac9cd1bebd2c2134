# SPDX-License-Identifier: MIT
"""The server's bounds: whatever comes, it costs nothing but itself."""

import asyncio

import pytest
from core.load import NotLoaded

import app.web as server
from tests.unit.web_bench import Answer, Bench, Reader, Writer

_GOOD = b"GET /api/login HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n"


@pytest.fixture(scope="module")
def shared():
    return Bench()


@pytest.fixture
def bench(shared):
    shared.web.counts[:] = [0, 0, 0]
    return shared


def line(size):
    return b"GET /" + b"a" * (size - 14) + b" HTTP/1.1"


@pytest.mark.parametrize("data, status", [
    (_GOOD, 200),
    (_GOOD.replace(b"HTTP/1.1", b"HTTP/1.0"), 200),
    (_GOOD + _GOOD, 200),
    (line(256) + b"\r\nHost: 1.1.1.1\r\n\r\n", 404),
    (line(257) + b"\r\nHost: 1.1.1.1\r\n\r\n", 414),
    (line(5000), 414),
    (b"GET / HTTP/1.1\r\nA: " + b"b" * 1000 + b"\r\n\r\n", 302),
    (b"GET / HTTP/1.1\r\nA: " + b"b" * 1300 + b"\r\n\r\n", 431),
    (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 1000, 431),
    (b"POST /api/x HTTP/1.1\r\nHost: 1.1.1.1\r\nContent-Length: 2049\r\n\r\n", 413),
    (b"POST /api/x HTTP/1.1\r\nHost: 1.1.1.1\r\nContent-Length: 99999999999\r\n\r\n", 400),
    (b"POST /api/x HTTP/1.1\r\nHost: 1.1.1.1\r\nContent-Length: -1\r\n\r\n", 400),
    (b"POST /api/x HTTP/1.1\r\nHost: 1.1.1.1\r\nContent-Length: \xc2\xb2\r\n\r\n", 400),
    (b"POST /api/x HTTP/1.1\r\nHost: 1.1.1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
     400),
    (b"POST /api/x HTTP/1.1\r\nHost: 1.1.1.1\r\nContent-Length: 5\r\n\r\nabc", 400),
    (b"POST /api/x HTTP/1.1\r\nHost: 1.1.1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
    (b"OPTIONS /api/live HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n", 405),
    (b"HEAD / HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n", 405),
    (b"GET /api/live\r\n\r\n", 400),
    (b"GET http://1.1.1.1/ HTTP/1.1\r\n\r\n", 400),
    (b"GET /\x00 HTTP/1.1\r\n\r\n", 400),
    (b"GET /\xff HTTP/1.1\r\n\r\n", 400),
    (b"GET / SPDY/3\r\n\r\n", 400),
    (b"\r\n\r\n", 400),
    (b"GET / HTTP/1.1\nHost: 1.1.1.1\n\n", 400),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), 400),
    (b"GET /../boot.py HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n", 404),
    (b"GET /unit/0/api/1/vitals HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n", 404),
    (b"GET /unit/9/api/1/vitals HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n", 404),
    (b"GET /unit/99999999999/api/1/vitals HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n", 404),
    (b"POST /api/1/vitals HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n", 405),
    (b"GET /api/2/vitals HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n", 404),
])
def test_each_request_gets_one_clear_answer_and_no_error_is_left(bench, data, status):
    for piece in (4096, 1, 7):
        assert Answer(bench.bytes_of(data, piece=piece)).status == status
    assert bench.web.counts[2] == 0


def test_who_comes_and_goes_without_a_word_gets_none(bench):
    assert bench.bytes_of(b"") == b"" and bench.web.counts == [0, 0, 0]


def test_an_answer_is_sent_in_small_pieces(bench):
    writer = Writer()
    asyncio.run(bench.web.serve(Reader(b"GET /api/live HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n"),
                                writer))
    assert len(writer.sent) > 1500 and writer.largest <= 1300


def test_the_page_is_sent_in_pieces_of_512_bytes(tmp_path):
    page = tmp_path / "page.html.gz"
    page.write_bytes(bytes(range(256)) * 40 + b"end")
    writer = Writer()
    asyncio.run(Bench(page=page).web.serve(Reader(b"GET / HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n"),
                                           writer))
    answer = Answer(writer.sent)
    assert answer.body == page.read_bytes()
    assert (answer.headers["content-length"], answer.headers["content-encoding"]) == (
        "10243", "gzip")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert writer.largest <= 1100


def test_a_unit_without_a_page_says_so(bench):
    assert bench.ask("/").status == 404


def test_a_fifth_connection_waits_and_is_told_to_come_again(bench, monkeypatch):
    monkeypatch.setattr(server, "_WAITS", 2)

    async def play():
        waiting = [asyncio.create_task(bench.web.serve(Reader(b"GET", stays=True), Writer()))
                   for _ in range(4)]
        await asyncio.sleep(0.01)
        writer = Writer()
        await bench.web.serve(Reader(_GOOD), writer)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return Answer(writer.sent)

    answer = asyncio.run(play())
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert answer.json == {"busy": True}
    assert bench.ask("/api/login").status == 200, "those that said nothing are gone"


def test_who_waits_has_a_turn_when_others_that_say_nothing_are_over(bench):
    async def play():
        waiting = [asyncio.create_task(bench.web.serve(Reader(b"GET", stays=True), Writer()))
                   for _ in range(2)]
        await asyncio.sleep(0.01)
        writer = Writer()
        third = asyncio.create_task(bench.web.serve(Reader(_GOOD), writer))
        await asyncio.sleep(0.15)
        waiting[1].cancel()
        await third
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return Answer(writer.sent).status

    assert asyncio.run(play()) == 200
    assert bench.web._open == [] and bench.web._waiting == 0


def test_who_only_holds_connections_gives_way_to_who_asks(bench):
    async def play():
        waiting = [asyncio.create_task(bench.web.serve(Reader(b"", stays=True), Writer()))
                   for _ in range(4)]
        await asyncio.sleep(0.01)
        bench.later(2)
        answers = []
        for _ in range(8):
            writer = Writer()
            await bench.web.serve(Reader(_GOOD), writer)
            answers.append(Answer(writer.sent).status)
        for task in waiting:
            task.cancel()
        done = await asyncio.gather(*waiting, return_exceptions=True)
        return answers, done

    answers, _ = asyncio.run(play())
    assert answers == [200] * 8
    assert bench.web._open == [] and bench.web._waiting == 0


def test_many_at_once_leave_nothing_behind(bench):
    async def play():
        writers = [Writer() for _ in range(40)]
        await asyncio.gather(*[bench.web.serve(Reader(_GOOD), writer) for writer in writers])
        return [Answer(writer.sent).status for writer in writers]

    statuses = asyncio.run(play())
    assert statuses.count(200) == 20 and statuses.count(None) == 20  # two, and 18 that wait
    assert bench.web._open == [] and bench.web._waiting == 0


def test_a_request_that_takes_too_long_is_ended(bench, monkeypatch):
    monkeypatch.setattr(server, "_SECONDS", 0.05)
    assert bench.bytes_of(b"GET / HT", stays=True) == b""
    assert bench.web.counts[2] == 1 and bench.web._open == []


def test_a_client_that_is_gone_ends_only_its_own_connection(bench):
    writer = Writer(breaks_after=600)
    asyncio.run(bench.web.serve(Reader(b"GET /api/live HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n"),
                                writer))
    assert writer.closed and bench.web.counts[2] == 1 and bench.web._open == []


@pytest.mark.parametrize("error", [NotLoaded("x could not be loaded"), MemoryError()])
def test_what_cannot_be_loaded_is_a_clear_503(bench, monkeypatch, error):
    def fail(*path):
        raise error

    monkeypatch.setattr(server, "load", fail)
    answer = bench.ask("/api/live")
    assert (answer.status, answer.json) == (503, {"busy": True})


def test_with_little_memory_nothing_is_loaded_until_what_was_loaded_is_let_go_of(
        bench, monkeypatch):
    free, went = [5000], []
    monkeypatch.setattr(server, "let_go", lambda: went.append(free[0]))
    bench.web.free = lambda: free[0]
    assert bench.ask("/api/live").status == 503 and went == [5000]
    monkeypatch.setattr(server, "let_go", lambda: free.__setitem__(0, 20000))
    assert bench.ask("/api/live").status == 200


def test_a_memory_error_in_the_middle_ends_the_answer_and_nothing_else(bench, monkeypatch):
    class Short(Writer):
        async def drain(self):
            raise MemoryError

    writer = Short()
    asyncio.run(bench.web.serve(Reader(b"GET /api/live HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n"),
                                writer))
    assert writer.sent.count(b"HTTP/1.1") == 1 and writer.closed
    assert bench.ask("/api/live").status == 200


def test_a_mistake_in_an_answer_is_told_and_counted(bench, monkeypatch):
    def fail(web, request, name):
        raise KeyError("deep inside")

    assert bench.ask("/api/live").status == 200  # what an earlier call has left is let go of
    from app.on_demand import web_live
    monkeypatch.setattr(web_live, "answer", fail)
    assert bench.ask("/api/live").status == 500 and bench.web.counts[2] == 1
