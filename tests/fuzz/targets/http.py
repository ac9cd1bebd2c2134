# SPDX-License-Identifier: MIT
"""The server: any bytes get one clear answer or none, change nothing without a login, tell no
secret, and leave the server as it was. With a login, they change what an owner may change."""

import asyncio
import json
from contextlib import contextmanager

from tests.unit.web_bench import POST, Answer, Bench, Reader, Writer

_WORDS = ("GET ", "POST ", "HEAD ", " HTTP/1.1\r\n", "\r\n", "\r\n\r\n", "Host: 192.168.4.1\r\n",
          "Host: evil.example\r\n", "X-AmpPool: 1\r\n", "Content-Length: ", "Content-Type: "
          "application/json\r\n", "Origin: http://192.168.4.1\r\n", "Cookie: amppool_000001=",
          "Transfer-Encoding: chunked\r\n", "/api/", "/unit/", "/api/1/", "/openevse/", "?unit=2",
          "live", "troubles", "settings", "login", "logout", "vitals", "version", "status",
          "override", "limit", "enable", "fallback", "remove", "go_on_without", "hand_over",
          "promote", "pair", "sessions", "take_back", "set", "If-None-Match: ",
          "Authorization: Basic ", "1", "2", "99999999999", "{", "}", "[", '"amps":', "16", "true",
          "null", '"unit":', '"on":', '"mode":"stop"', ",", "\0", "\xff", "%s", "..")
_CALLS = (("limit", {"amps": 20}), ("enable", {"on": False}), ("fallback", {"mode": "stop"}),
          ("remove", {"unit": 2}), ("remove", {"unit": 3, "has_no_power": True}),
          ("go_on_without", {"unit": 2}), ("hand_over", {"unit": 3}), ("clear_fault", {}),
          ("promote", {"old_leader_has_no_power": True}), ("lead_again", {}), ("logout", {}),
          ("login", {"challenge": "00" * 16, "answer": "00" * 32}), ("take_back", {}),
          ("set", {"changes": {"priority": 3, "min_a": 8}}), ("cap", {"unit": 2, "amps": 8}),
          ("replace", {"unit": 2, "serial": "A0B1C2000009", "code": "0123456789ABC"}),
          ("pair", {"serial": "A0B1C2000009", "code": "0123456789ABC"}),
          ("factory_reset", {"sure": True}), ("close_pairing", {}), ("self_test", {}))
_STATUSES = (200, 302, 304, 400, 401, 403, 404, 405, 409, 411, 413, 414, 421, 429, 431, 503)


def _one(world):
    def one(source):
        bench = world.bench
        bench.web.login = None
        head = bench.log_in() if source.below(4) == 0 else ""
        request = _request(source, head)
        piece, breaks = source.among((4096, 1, 7, 256)), source.below(4) == 1
        leader, failed = bench.node.program.member.leader, bench.web.counts[2]
        newest = leader.revisions.newest()
        writer = Writer(100 if breaks else None)
        asyncio.run(bench.web.serve(Reader(request, piece=piece), writer))
        assert writer.closed and not bench.web._open and not bench.web._waiting
        assert breaks or bench.web.counts[2] == failed, "something raised"
        _check(bench, writer.sent)
        changed = (bench.node.program.member.leader is not leader or leader.handing_over
                   or leader.revisions.newest() != newest)
        assert head or not changed
        if changed:
            world.begin()
    return one


def _request(source, head):
    if source.below(2):
        return source.among(_WORDS[:2]).encode() + b"".join(
            source.among(_WORDS).encode("latin-1") for _ in source.times(30))
    name, body = source.among(_CALLS)
    path = "/api/" + (name if source.below(4) else "".join(
        source.among(_WORDS[14:]) for _ in source.times(3)))
    body = dict(body)
    for _ in source.times(2):
        body = source.edit(body)
    body = json.dumps(body).encode()[:3000]
    size = len(body) if source.below(8) else source.below(5000)
    return ("%sHost: 192.168.4.1\r\n%sContent-Length: %d\r\n\r\n" % (
        "%s%s HTTP/1.1\r\n" % (source.among(("POST ", "POST ", "GET ")), path.replace(" ", "")),
        head or (POST if source.below(4) else ""), size)).encode("latin-1") + body


def _check(bench, sent):
    if not sent:
        return
    answer = Answer(sent)
    assert answer.status in _STATUSES, answer.status
    assert sent.count(b"HTTP/1.1 ") == 1
    assert answer.headers["connection"] == "close"
    if answer.status == 409:
        assert 0 < len(answer.json["refused"]["text"]) <= 400
    key = bench.node.program.member.key
    for secret in (bench.code, bench.code.replace("-", ""), key.hex()):
        assert secret.encode() not in sent


class _World:
    """bench: as it was made, or with what changed nothing."""

    def __init__(self):
        self.begin()

    def begin(self):
        """Made anew."""
        self.bench = Bench()


@contextmanager
def world(_folder):
    """Gives the function that takes the bytes."""
    yield _one(_World())


def seeds() -> list:
    """Bytes to begin with."""
    return [bytes([login, 0, *numbers]) for login in (0, 1) for numbers in (
        (0, 3, 14, 0, 19), (1, 5, 28), (1, 6, 29, 1, 1, 0), (0, 2, 36, 2, 2, 2))] + [
        bytes([login, 1, call, 1, 0, 1, 0, 1]) for login in (0, 1) for call in range(12)]
