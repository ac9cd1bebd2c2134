# SPDX-License-Identifier: MIT
"""Login, and who may do what: no page of somebody else, no replay, no guess, no secret told."""

import hashlib
import hmac
import json
import re

import pytest
from app.on_demand import owner
from app.on_demand.refusals import told
from app.on_demand.web_login import mac
from app.on_demand.web_routes import host_ok

from tests.unit.web_bench import POST, Bench


@pytest.fixture
def bench(shared):
    shared.web.login = None
    return shared


@pytest.fixture(scope="module")
def shared():
    return Bench()


def test_the_mac_is_hmac_sha256():
    for key, data in ((b"", b""), (bytes(32), b"abc"), (bytes(range(64)), bytes(200))):
        assert mac(key, data) == hmac.digest(key, data, "sha256")


def test_who_answers_the_challenge_is_logged_in_and_who_logs_out_is_not(bench):
    assert bench.ask("/api/live").json["me"]["login"] is False
    head = bench.log_in()
    assert bench.ask("/api/live", head=head).json["me"]["login"] is True
    assert bench.post("/api/logout", {}, head).status == 200
    assert bench.ask("/api/live", head=head).json["me"]["login"] is False


def test_the_cookie_is_for_this_unit_and_no_script(bench):
    done = bench.post("/api/login", bench.answered())
    assert re.fullmatch(r"amppool_000001=[0-9a-f]{32}; path=/; httponly; samesite=strict",
                        done.headers["set-cookie"])


def test_the_same_answer_is_worth_nothing_a_second_time(bench):
    said = bench.answered()
    assert bench.post("/api/login", said).status == 200
    again = bench.post("/api/login", said)
    assert (again.status, again.cookie) == (409, "")
    assert bench.web.login.wrong == 0


def test_a_challenge_from_before_a_login_is_old(bench):
    other = bench.answered()
    bench.later(1)
    bench.log_in()
    assert bench.post("/api/login", other).json["refused"]["code"] == "login_old"


def test_a_challenge_ends_after_a_minute_and_one_of_ones_own_making_is_none(bench):
    said = bench.answered()
    bench.later(61)
    assert bench.post("/api/login", said).status == 409
    made = bench.hal.clock.now_ms().to_bytes(8, "big") + bytes(8)
    assert bench.post("/api/login", bench.answered(challenge=made.hex())).status == 409


def test_wrong_codes_are_counted_and_wait_longer_and_longer(bench):
    waits = []
    for _ in range(7):
        done = bench.post("/api/login", bench.answered("0000-0000-0000-0"))
        assert done.status == 401 and done.json["refused"]["code"] == "login_wrong"
        wait = bench.post("/api/login", bench.answered())
        assert wait.status == 429, "also the right code waits, or guesses would be told apart"
        waits.append(int(wait.headers["retry-after"]))
        bench.later(waits[-1])
    assert waits == [1, 2, 4, 8, 16, 16, 16] and bench.web.login.wrong == 7
    bench.log_in()
    assert bench.web.login.wrong == 0


def test_three_are_logged_in_at_once_and_the_one_who_asked_least_lately_goes(bench):
    heads = []
    for _ in range(3):
        heads.append(bench.log_in())
        bench.later(1)
    assert bench.ask("/api/live", head=heads[0]).json["me"]["login"]
    bench.later(1)
    heads.append(bench.log_in())
    assert [bench.ask("/api/live", head=head).json["me"]["login"] for head in heads] == [
        True, False, True, True]


def test_who_does_nothing_for_ten_minutes_is_logged_out(bench):
    head = bench.log_in()
    bench.later(599)
    assert bench.ask("/api/live", head=head).json["me"]["login"]
    bench.later(599)
    assert bench.ask("/api/live", head=head).json["me"]["login"], "each request counts"
    bench.later(601)
    assert not bench.ask("/api/live", head=head).json["me"]["login"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}", b'{"challenge":1,"answer":2}',
                                  b'{"challenge":"zz","answer":""}', b"[" * 2000,
                                  b'{"challenge":"00","answer":null}'])
def test_what_is_no_answer_is_no_attempt(bench, body):
    assert bench.ask("/api/login", "POST", body, POST).status in (400, 409)
    assert bench.web.login is None or bench.web.login.wrong == 0


@pytest.mark.parametrize("head, host, status", [
    ("", "127.0.0.1", 403),  # a form of somebody else's page
    ("X-AmpPool: 1\r\n", "evil.example", 421),  # a name that was made to lead here
    ("X-AmpPool: 1\r\n", "evil.example:8080", 421),
    ("X-AmpPool: 1\r\n", "", 421),
    ("X-AmpPool: 1\r\nHost: 1.1.1.1\r\n", "127.0.0.1", 400),  # two hosts
    ("X-AmpPool: 1\r\nOrigin: http://evil.example\r\n", "127.0.0.1", 403),
    ("X-AmpPool: 1\r\nOrigin: null\r\n", "127.0.0.1", 403),
    ("X-AmpPool: 1\r\n", "127.0.0.1", 401),
    ("X-AmpPool: 1\r\nOrigin: http://127.0.0.1\r\n", "127.0.0.1", 401),
    ("X-AmpPool: 1\r\nCookie: amppool_000001=%s\r\n" % ("0" * 32), "127.0.0.1", 401),
])
def test_a_post_of_somebody_else_is_refused(bench, head, host, status):
    limit = bench.node.program.member.leader.revisions.newest().limit_ma
    assert bench.ask("/api/limit", "POST", {"amps": 30}, head, host).status == status
    assert bench.node.program.member.leader.revisions.newest().limit_ma == limit


@pytest.mark.parametrize("path", ["/api/live", "/api/1/vitals", "/api/diagnosis"])
def test_a_name_that_was_made_to_lead_here_reads_nothing(bench, path):
    assert bench.ask(path, host="evil.example").status == 421
    assert bench.ask("/unit/2" + path, host="evil.example").body == b""


@pytest.mark.parametrize("host, ok", [
    ("192.168.4.1", True), ("192.168.4.1:80", True), ("localhost:8080", True),
    ("amppool-000001.local", True), ("[fe80::1]:80", True), ("evil.example", False),
    ("192.168.4.1.evil.example", False), ("amppool-x.local.evil.example", False),
    ("amppool.example", False), ("", False), ("1.2.3", False), ("1.2.3.4.5", False)])
def test_hosts_by_which_only_the_unit_can_be_meant(host, ok):
    assert host_ok(host) is ok


def test_no_answer_tells_a_secret(bench):
    head = bench.log_in()
    member = bench.node.program.member
    code = bench.code.replace("-", "")
    secrets = [bench.code, code, code[:-1], member.key.hex(),
               hashlib.sha256(b"login" + code.encode()).hexdigest(), bench.web.login.secret.hex(),
               "not used here", "5a" * 16, re.search("=([0-9a-f]{32})", head)[1]]
    secrets += [text.lower() for text in secrets] + [str(list(member.key))[1:40]]
    for path in ("live", "troubles", "settings", "pairing", "selftest", "history", "sessions",
                 "diagnosis", "login", "1/vitals", "1/lifetime", "1/version", "1/wifi_status"):
        for asking in ("", head):
            answer = bench.ask("/api/" + path, head=asking)
            assert answer.status == 200, path
            told = answer.body.decode()
            assert [secret for secret in secrets if secret in told] == [], path
    for path in ("/openevse/1/status", "/openevse/2/status", "/unit/2/api/1/vitals", "/nothing"):
        told = bench.ask(path).body.decode()
        assert [secret for secret in secrets if secret in told] == [], path


def test_every_function_that_is_named_wants_a_login_or_the_cable(bench):
    from app.on_demand import web_post
    rows = [row.split(" ") for row in web_post._ROWS.strip().split("\n")]
    assert len(rows) > 15
    for row in rows:
        assert owner.find(row[1])[0] == owner.LOGGED_IN, row
        answer = bench.post("/api/" + row[0], {})
        assert (answer.status, answer.json) == (401, {"login": True}), row


def test_what_an_owner_does_is_done_and_what_cannot_be_is_said(bench):
    head = bench.log_in()
    assert bench.post("/api/limit", {"amps": 45}, head).json == {"done": True}
    newest = bench.node.program.member.leader.revisions.newest()
    assert newest.limit_ma == 45000
    refused = bench.post("/api/limit", {"amps": 5}, head)
    code, args, text, field = told(bench.web.place, owner.function("limit")(bench.web.place, 5))
    assert (refused.status, refused.json) == (409, {"refused": {
        "code": code, "args": args, "text": text, "field": field}})
    assert (code, args, field) == ("limit_low", [5, 18, 3], "amps")
    assert bench.post("/api/limit", {"amps": 45.0}, head).status == 409
    assert bench.post("/api/limit", {"amps": "9" * 1500}, head).status == 409
    assert bench.post("/api/limit", {}, head).json["refused"]["code"] == "missing"
    unknown = bench.post("/api/limit", {"amps": 45, "x" * 99: 1}, head).json["refused"]
    assert unknown["code"] == "unknown" and len(unknown["field"]) == 40
    for body in (b"", b"[1]", b"45", b"{", b"null", b"[" * 2000):
        assert bench.ask("/api/limit", "POST", body, head).status == 400
    assert bench.node.program.member.leader.revisions.newest() == newest


class Owner:
    """In the place of all that owner.py says: notes what it is given."""

    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        def call(place, *given, by=None):
            self.asked.append((name, given))
            assert by == (None if name in ("pair", "set", "self_test") else "page"), name
            return ("stays", 3) if name == "replace" else None
        return call


@pytest.mark.parametrize("path, body, given", [
    ("enable", {"on": True}, (True,)), ("set", {"changes": {"priority": 3}}, ({"priority": 3},)),
    ("set", {"changes": {"priority": 3}, "unit": 1}, ({"priority": 3}, 1)),
    ("pair", {}, ()), ("pair", {"serial": "A0B1C2000009"}, ("A0B1C2000009",)),
    ("pair", {"code": "0000-0000-0000-0"}, ("0000-0000-0000-0",)),
    ("pair", {"serial": "A0B1C2000009", "code": "0000-0000-0000-0"},
     ("A0B1C2000009", "0000-0000-0000-0")),
    ("remove", {"unit": 3}, (3,)), ("remove", {"unit": 3, "has_no_power": True}, (3, True)),
    ("rename", {"unit": 3, "name": "garage"}, (3, "garage")), ("self_test", {}, ()),
    ("cap", {"unit": 3, "amps": None}, (3, None))])
def test_a_body_becomes_what_the_function_is_given(bench, path, body, given):
    head = bench.log_in()
    before, bench.web.owner = bench.web.owner, Owner()
    fake = bench.web.owner
    try:
        assert bench.post("/api/" + path, body, head).json == {"done": True}
        assert fake.asked == [(path, given)]
        refused = bench.post("/api/replace", {"unit": 3, "code": "0000-0000-0000-0"}, head)
        assert (refused.status, json.loads(refused.body)["refused"]) == (409, {
            "code": "stays", "args": [3], "field": "unit", "text": "unit 3 stays in the group: "
            "go_on_without(3), or remove(3) first"})
    finally:
        bench.web.owner = before
