# SPDX-License-Identifier: MIT
"""The server on MicroPython, as it is built: every answer is there, whole, within its memory."""

import json

import pytest

from app.on_demand import web_post
from host_tools.bench import web
from host_tools.micropython import wasm

_PATHS = ("/api/live", "/api/troubles", "/api/settings", "/api/pairing", "/api/selftest",
          "/api/history", "/api/sessions", "/api/login", "/api/1/vitals", "/api/1/lifetime",
          "/api/1/version", "/api/1/wifi_status", "/unit/1/api/1/vitals", "/openevse/1/status")
_MOST_RESIDENT_BYTES = 3760
_MOST_LOADED_BYTES = 30 * 1024


def answers(requests) -> list:
    """What the server on MicroPython sends for each of these requests."""
    steps = [*web.world(), web.MAKE, "KEEPS.append(1)"]
    for data in requests:
        steps += ["print('>>>' + repr(ask(%r)))\nlet_go()\ngc.collect()" % data]
    out = wasm.run(steps, wasm.helpers(wasm.BARE_HAL), heap_bytes=512 * 1024)
    return [eval(line[3:]) for line in out.splitlines() if line[:3] == ">>>"]


def test_every_answer_is_valid_json_there_too():
    for path, sent in zip(_PATHS, answers([web.request(path) for path in _PATHS])):
        head, _, body = sent.partition(b"\r\n\r\n")
        assert head[9:12] == b"200", (path, head)
        assert isinstance(json.loads(body), dict), path


@pytest.mark.parametrize("data, status", [
    (b"GET /api/live HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"421"),
    (b"GET /" + b"a" * 300 + b" HTTP/1.1\r\n\r\n", b"414"),
    (b"POST /api/limit HTTP/1.1\r\nHost: 1.1.1.1\r\nContent-Length: 2\r\n\r\n{}", b"403"),
    (b"POST /api/limit HTTP/1.1\r\nHost: 1.1.1.1\r\nX-AmpPool: 1\r\nContent-Length: 2\r\n\r\n{}",
     b"401"),
    (b"POST /api/login HTTP/1.1\r\nHost: 1.1.1.1\r\nX-AmpPool: 1\r\nContent-Length: 2000\r\n\r\n"
     + b"[" * 2000, b"400"),
    (b'GET / HTTP/1.1\r\nHost: 1.1.1.1\r\nIf-None-Match: "0000000000000000"\r\n\r\n', b"304"),
    (b"\xff\xfe\x00\r\n\r\n", b"400"), (b"GET /generate_204 HTTP/1.1\r\n\r\n", b"302")])
def test_what_is_refused_is_refused_there_too(data, status):
    [sent] = answers([data])
    assert sent[9:12] == status


def test_who_knows_the_code_logs_in_there_too():
    login = """
from app.on_demand.web_login import mac
from hashlib import sha256
def body(sent):
    return json.loads(sent[sent.find(b'\\r\\n\\r\\n') + 4:])
challenge = body(ask(b'GET /api/login HTTP/1.1\\r\\nHost: 1.1.1.1\\r\\n\\r\\n'))["challenge"]
answer = mac(sha256(b"login0123456789ABC").digest(), bytes.fromhex(challenge)).hex()
said = json.dumps({"challenge": challenge, "answer": answer}).encode()
sent = ask(b'POST /api/login HTTP/1.1\\r\\nHost: 1.1.1.1\\r\\nX-AmpPool: 1\\r\\n'
           b'Content-Length: %d\\r\\n\\r\\n%s' % (len(said), said))
print(sent)
cookie = sent[sent.find(b'amppool_'):]
cookie = cookie[:cookie.find(b';')]
print(ask(b'GET /api/live HTTP/1.1\\r\\nHost: 1.1.1.1\\r\\nCookie: %s\\r\\n\\r\\n' % cookie))
"""
    out = wasm.run([*web.world(), web.MAKE, "KEEPS.append(1)", login],
                   wasm.helpers(wasm.BARE_HAL), heap_bytes=512 * 1024)
    assert "HTTP/1.1 200" in out and '"login":true' in out


_SESSIONS = r"""
from core.on_demand import session_record as rec
from core.sharing import frames
from core.sharing.on_demand.rare_bodies import Asked
blocks = [b"", b""]
for number in range(1, 31):
    at = rec.block_of(number)
    record = rec.Record(number, 0, 60, number, 10 * number, 6000, 1, False)
    blocks[at] = rec.put(blocks[at], record)
for at in (0, 1):
    hal.store.content["sessions%d" % at] = blocks[at]
member = unit.member
leader, codec = member.leader, member.codec
unit.web = web
member.out = []
member.sessions = Asked(member.follower.tag, 0, 1800000000)
member.leader = None
load("app", "sessions").answer(unit, hal.clock.ms)
member.leader = leader
for _, frame in member.out:
    header, said = codec.decode(frame)
    print(header.kind == frames.SESSIONS, said.number, said.next, [
        rec.record_from(said.records, at)[0] for at in range(0, len(said.records), rec.SIZE)])
print(web.calendar_s + hal.clock.ms // 1000, len(member.out), max([len(f) for _, f in member.out]))
member.out = []
print(ask(b"GET /api/sessions HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n").count(b'"number"'))
print(ask(b"GET /api/sessions?unit=2 HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n"))
"""


def test_a_unit_says_its_sessions_there_too():
    out = wasm.run([*web.world(), web.MAKE, "KEEPS.append(1)", _SESSIONS],
                   wasm.helpers(wasm.BARE_HAL), heap_bytes=512 * 1024).splitlines()
    assert out[:4] == ["True %d %d %s" % (first, first - 8 if first else 22, [
        *range(first or 30, (first or 30) - 8, -1)]) for first in (0, 22, 14)] + [
        "True 6 0 [6, 5, 4, 3, 2, 1]"]
    assert out[4] == "1800000000 4 232" and out[5] == "30"
    assert '409 Refused' in out[6] and '"code":"sessions_silent","args":[2]' in out[6]


def test_the_server_is_small_while_nobody_asks_and_within_its_bounds_while_somebody_does():
    taken = web.measure()
    print("heap taken, bytes: %s" % taken)
    assert 500 < taken.pop("resident") <= _MOST_RESIDENT_BYTES
    for path, (_, loaded) in taken.items():
        assert loaded <= _MOST_LOADED_BYTES, path


def test_what_an_owner_can_do_is_found_there_by_its_name_too():
    """A board has other names than the source, but for what is looked up by a text."""
    program = """
from app.on_demand import owner, web_post
names = [row.split(" ")[1] for row in web_post._ROWS.strip().split("\\n")]
print(len(names), [name for name in names if not callable(owner.function(name))])
"""
    rows = wasm.firmware()._private["app.on_demand.web_post"]
    program = program.replace("_ROWS", {old: new for new, old in rows.items()}["_ROWS"])
    assert wasm.run([program], heap_bytes=512 * 1024) == "%d []\n" % (
        web_post._ROWS.strip().count("\n") + 1)
