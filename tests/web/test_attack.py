# SPDX-License-Identifier: MIT
"""What somebody on the same network tries: to log in, to stay, to be taken for somebody else, to
be read differently than meant, and to make a unit work for nothing."""

import asyncio
import json
import struct

import pytest
from app.on_demand.web_login import mac

from tests.unit.test_member_sessions import fetched, kept
from tests.unit.web_bench import POST, Answer, Bench, Reader, Writer, group

HOST = "127.0.0.1:8080"
LIMIT = b'{"amps": 30}'


@pytest.fixture(scope="module")
def simulation():
    return group(3, 60)


@pytest.fixture
def bench(simulation):
    return Bench(simulation)


@pytest.fixture
def untouched(bench):
    """After each attempt nothing of the group is another."""
    before = bench.node.program.member.leader.revisions.newest()
    yield
    assert bench.node.program.member.leader.revisions.newest() == before


def raw(bench, head, body=LIMIT, line="POST /api/limit HTTP/1.1"):
    """The status of bytes as they are."""
    sent = bench.bytes_of(line.encode() + b"\r\n" + head.replace("\n", "\r\n").encode("latin-1")
                          + b"\r\n\r\n" + body)
    return Answer(sent).status if sent else None


# --- from a page of somebody else, in the browser of one who is logged in


@pytest.mark.parametrize("origin", [
    "null", "http://evil.example", "http://127.0.0.1", "http://127.0.0.1:80",
    "http://127.0.0.1:8080.evil.example", "http://127.0.0.1:8080@evil.example",
    "http://evil.example#127.0.0.1:8080", "http://127.0.0.1:8080/", "127.0.0.1:8080",
    "http:127.0.0.1:8080", "http://amppool-000001.local", "http://127.0.0.1:8080 evil",
    "http://[::1]:8080"])
def test_a_page_elsewhere_changes_nothing_though_the_cookie_comes_too(bench, untouched, origin):
    cookie = bench.log_in().split("\r\n")[1]
    head = "Host: %s\nX-AmpPool: 1\nContent-Length: %d\n%s" % (HOST, len(LIMIT), cookie)
    assert raw(bench, "%s\nOrigin: %s" % (head, origin)) == 403
    for without in ("X-AmpPool: 2\n", "X-AmpPool: 1,1\n", "X-AmpPool : 1\n", "XX-AmpPool: 1\n",
                    "A: b\n X-AmpPool: 1\n", "X-AmpPool:\n 1\n", ""):
        assert raw(bench, head.replace("X-AmpPool: 1\n", without)) == 403, without
    assert raw(bench, head.replace("X-AmpPool: 1\n", "X-AmpPool: 1\nX-AmpPool: 1\n")) == 400


@pytest.mark.parametrize("host", [
    "", "evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "localhost.evil",
    "amppool-000001.local.evil.example", "evil.example:127.0.0.1", "1.2.3", "1.2.3.4.5", "1.2.3.x",
    "0x7f.0.0.1", "2130706433", "amppool.local", "amppool-000001.local."])
def test_another_name_reads_and_changes_nothing(bench, untouched, host):
    cookie = bench.log_in().split("\r\n")[1]
    head = "Host: %s\nX-AmpPool: 1\nContent-Length: %d\n%s" % (host, len(LIMIT), cookie)
    assert raw(bench, head) == 421
    for path in ("/api/live", "/api/sessions?unit=2", "/api/diagnosis", "/api/login"):
        assert raw(bench, head, b"", "GET %s HTTP/1.1" % path) == 421
    assert raw(bench, head, b"", "GET / HTTP/1.1") == 302, "nor the page: it is led to ours"


def test_two_hosts_are_none(bench):
    assert raw(bench, "Host: %s\nHost: evil.example" % HOST, b"", "GET /api/live HTTP/1.1") == 400
    assert raw(bench, "Host: evil.example\nHost: %s" % HOST, b"", "GET /api/live HTTP/1.1") == 400


# --- to be taken for somebody who is logged in


def test_no_cookie_but_the_one_that_was_given_is_one(bench, untouched):
    head = bench.log_in()
    name, _, token = head.split("; ")[1].strip().partition("=")
    assert len(token) == 32 and name == "amppool_000001"
    for said in ("%s=" % name, "%s=%s" % (name, token[:-1]), "%s=%s0" % (name, token),
                 "%s=%s" % (name, token.upper() if token.upper() != token else "0" * 32),
                 "%s=%s" % (name, "0" * 32), "x%s=%s" % (name, token), "%s =%s" % (name, token),
                 "%s%%3D%s" % (name, token), "amppool_000002=%s" % token, token,
                 '%s="%s"' % (name, token), "%s=\u00e9" % name, "=" + token):
        status = raw(bench, "Host: %s\nX-AmpPool: 1\nContent-Length: %d\nCookie: %s" % (
            HOST, len(LIMIT), said))
        assert status in (400, 401), said
    assert bench.post("/api/rename", {"unit": 2, "name": ""}, head).status == 200


def test_the_session_of_one_unit_is_none_of_another(bench, simulation):
    other = Bench(simulation, unit=2)
    token = bench.log_in().rpartition("=")[2].strip()
    other.log_in()
    assert other.post("/api/clear_fault", {}, POST + "Cookie: amppool_000002=%s\r\n" % token
                      ).status == 401


def test_who_has_logged_out_is_out_and_out_alone(bench):
    first, second = bench.log_in(), bench.log_in()
    assert bench.post("/api/logout", {}, first).status == 200
    assert bench.post("/api/clear_fault", {}, first).status == 401
    assert bench.post("/api/clear_fault", {}, second).status == 200
    assert bench.post("/api/logout", {}).json == {"done": True}, "nobody: nothing to end"
    assert bench.post("/api/clear_fault", {}, second).status == 200


# --- to log in


def answered(bench, challenge, code=None):
    return bench.post("/api/login", bench.answered(code, challenge))


def test_challenges_that_were_not_given_here_are_worth_nothing(bench, simulation):
    bench.log_in()
    now_ms = bench.hal.clock.now_ms()
    other = Bench(simulation, unit=2)
    given = bytes.fromhex(bench.ask("/api/login").json["challenge"])
    for made in (bytes(16), b"\xff" * 16, struct.pack(">Q", now_ms + 1) + given[8:],
                 struct.pack(">Q", now_ms + 50000) + bytes(8), given[8:] + given[:8], given[:15],
                 given + b"\0", b"", bytes.fromhex(other.ask("/api/login").json["challenge"])):
        refused = answered(bench, made.hex() or "00")
        assert refused.json["refused"]["code"] == "login_old", made
    bench.web.login.newest_ms = -1
    again = Bench(simulation)  # the next boot has another secret
    again.ask("/api/login")
    again.web.login.secret = bytes(32)
    assert answered(again, given.hex()).json["refused"]["code"] == "login_old"


def test_answers_with_other_keys_are_wrong_and_each_costs_time(bench):
    bench.log_in()
    challenge = bytes.fromhex(bench.ask("/api/login").json["challenge"])
    for key in (b"", bytes(32), bench.code.encode(), bench.code.replace("-", "").encode()):
        bench.later(17)
        challenge = bytes.fromhex(bench.ask("/api/login").json["challenge"])
        said = {"challenge": challenge.hex(), "answer": mac(key, challenge).hex()}
        assert bench.post("/api/login", said).status == 401
        said["answer"] = ""
        assert bench.post("/api/login", said).status == 429, "also an empty one waits"
    bench.later(17)
    for answer in ("", "00", mac(b"", challenge).hex() * 2, "0" * 64):
        bench.later(17)
        challenge = bench.ask("/api/login").json["challenge"]
        assert bench.post("/api/login", {"challenge": challenge, "answer": answer}).status == 401
    bench.later(17)
    assert answered(bench, None).status == 200


def test_many_guesses_at_once_are_one_guess(bench):
    """However many connections there are, only one wrong answer counts in each span."""
    bench.log_in()
    bench.later(1)
    challenge = bench.ask("/api/login").json["challenge"]
    data = [json.dumps({"challenge": challenge, "answer": "%064x" % n}).encode()
            for n in range(40)]

    async def play():
        writers = [Writer() for _ in data]
        await asyncio.gather(*[bench.web.serve(Reader((
            "POST /api/login HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n" % (
                HOST, POST, len(body))).encode() + body), writer)
            for body, writer in zip(data, writers)])
        return [Answer(writer.sent).status for writer in writers if writer.sent]

    statuses = asyncio.run(play())
    assert statuses.count(401) == 1 and set(statuses) <= {401, 429, 503}
    assert bench.web.login.wrong == 1


# --- to be read differently than meant


@pytest.mark.parametrize("head", [
    "Content-Length: 12\nContent-Length: 12", "Content-Length: 12\nContent-Length: 0",
    "Content-Length: 12, 12", "Content-Length: +12", "Content-Length: -1", "Content-Length: 0x0c",
    "Content-Length: 1e1", "Content-Length: 12 12", "Content-Length: \u00b2",
    "Content-Length: 99999999999999999999"])
def test_a_length_that_two_might_read_differently_is_none(bench, untouched, head):
    cookie = bench.log_in().split("\r\n")[1]
    assert raw(bench, "Host: %s\nX-AmpPool: 1\n%s\n%s" % (HOST, cookie, head)) == 400


@pytest.mark.parametrize("head", ["Transfer-Encoding: chunked", "Transfer-Encoding: identity",
                                  "transfer-encoding: x\nContent-Length: 12"])
def test_pieces_without_a_length_are_not_taken(bench, untouched, head):
    cookie = bench.log_in().split("\r\n")[1]
    assert raw(bench, "Host: %s\nX-AmpPool: 1\n%s\n%s" % (HOST, cookie, head)) == 411


def test_a_second_request_behind_the_first_is_not_read(bench, untouched):
    head = bench.log_in()
    data = ("GET /api/live HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\n\r\nPOST /api/limit "
            "HTTP/1.1\r\nHost: %s\r\n%sContent-Length: 12\r\n\r\n" % (HOST, HOST, head)).encode()
    sent = bench.bytes_of(data + LIMIT)
    assert sent.count(b"HTTP/1.1 ") == 1 and b'"units"' in sent


@pytest.mark.parametrize("path", [
    "//api/live", "/api//live", "/api/live/", "/api/%6cive", "/API/live", "/api/live;x", "/api/",
    "/api", "/api/../settings.json", "/../identity.json", "/settings.json", "/store/group.0",
    "/api/live%00", "/api/1", "/api/1/../live", "/unit/1/api/1/", "/unit/-1/api/1/vitals",
    "/unit/1e0/api/1/vitals", "/unit/0/api/1/vitals", "/unit/251/api/1/vitals",
    "/openevse/1/status/x", "/api/post", "/api/act", "/api/request", "/api/routes", "/api/refused",
    "/api/member_sessions", "/api/basic", "/api/meter", "/page.html.gz"])
def test_nothing_is_there_but_what_is_named(bench, path):
    assert raw(bench, "Host: " + HOST, b"", "GET %s HTTP/1.1" % path) == 404


@pytest.mark.parametrize("path", [
    "/api/_row", "/api/who", "/api/runs", "/api/change", "/api/leads_others", "/api/members",
    "/api/pairing", "/api/tested", "/api/__init__", "/api/limit%20limit", "/api/live"])
def test_no_function_can_be_called_that_is_not_meant_to_be(bench, untouched, path):
    head = bench.log_in()
    assert bench.post(path, {}, head).status == 404


@pytest.mark.parametrize("query", ["unit=", "unit=x", "unit=1&unit=2", "unit=+1", "xunit=2",
                                   "unit", "unit=0001", "unit==1", "UNIT=1"])
def test_a_query_that_is_none_is_refused(bench, query):
    assert bench.ask("/api/sessions?" + query).status == 400


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "get", "PATCH"])
def test_other_methods_are_none_and_no_browser_is_allowed_anything(bench, method):
    sent = bench.bytes_of((
        "%s /api/limit HTTP/1.1\r\nHost: %s\r\nOrigin: http://evil.example\r\n"
        "Access-Control-Request-Method: POST\r\n\r\n" % (method, HOST)).encode())
    assert sent[9:12] == b"405" and b"access-control" not in sent.lower()


@pytest.mark.parametrize("body", [
    b'{"amps": 1e400}', b'{"amps": -1e400}', b'{"amps": NaN}', b'{"amps": %s}' % (b"9" * 1500),
    b'{"amps": -%s}' % (b"9" * 1500), b'{"amps": {}}', b'{"amps": true}', b'{"amps": "30"}',
    b'{"amps": 30.0}', b'{"amps": null}', b'{"amps": [[[[[[]]]]]]}', b'{"\\u0000": 1}',
    b'{"amps": 30, "by": "cable"}', b'{"amps": 30, "place": null}', b'{"amps": "\\ud800"}'])
def test_values_that_are_none_are_refused_in_a_sentence(bench, untouched, body):
    head = bench.log_in()
    refused = bench.ask("/api/limit", "POST", body, head)
    assert refused.status in (400, 409) and len(refused.body) < 1000
    assert bench.web.counts[2] == 0


# --- to make a unit work for nothing


def test_asking_for_sessions_for_ever_disturbs_nobody():
    simulation = group(3, 60, air={"loss": 0.1}, vehicles=[{"unit": u, "max_a": 16}
                                                         for u in (1, 2, 3)])
    bench = Bench(simulation)
    kept(Bench(simulation, unit=2), 200)
    offers = []

    def look():
        offers.append(min(simulation.nodes[u].board.offer_ma for u in (1, 2, 3)))

    answers = fetched(bench, *[2] * 12, on_step=look)
    assert {answer.status for answer in answers if answer.status} <= {200, 503}
    assert len([answer for answer in answers if answer.status == 200]) >= 4
    assert len(offers) > 50 and min(offers) > 9000, "nobody gave anything up"
    assert simulation.violations() == []


def test_who_leaves_in_the_middle_of_them_leaves_nothing_behind():
    simulation = group(2, 60)
    bench = Bench(simulation)
    kept(Bench(simulation, unit=2), 200)
    fetched(bench, 2, breaks_after=1)
    assert bench.node.program.member.sessions is None and bench.web._open == []
    assert bench.web.counts[2] == 1


def test_who_leaves_in_the_middle_of_the_page_leaves_no_file_open(tmp_path, monkeypatch):
    path = tmp_path / "page"
    path.write_bytes(bytes(30000))
    bench = Bench(group(1, 1, limit_a=30), page=path)
    files = []
    import app.on_demand.web_page as module
    monkeypatch.setattr(module, "open", lambda *given: files.append(open(*given)) or files[-1],
                        raising=False)

    async def play():
        await bench.web.serve(Reader(b"GET / HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n"),
                              Writer(breaks_after=2000))

    asyncio.run(play())
    assert len(files) == 1 and files[0].closed
