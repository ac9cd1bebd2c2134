# SPDX-License-Identifier: MIT
"""No answer, no log and no file for helpers holds a secret, however it is spelled."""

import json
import random
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import quote

import pytest
from app.on_demand import live_calls, web_post, web_routes
from app.on_demand.owner_place import runs
from core.on_demand import access_point

from host_tools.fleet import cli, demo
from host_tools.simulate import firmware
from host_tools.simulate.scenario import load
from tests.unit.web_bench import POST, Bench, group

WIFI, OPENEVSE, MQTT = "a home network's own", "for programs only", "for the broker alone"


def spellings(secret) -> set:
    """A secret as it may stand in an answer: bytes, each of which is to be nowhere."""
    raw = secret if isinstance(secret, bytes) else secret.encode()
    found = {raw, raw.hex().encode(), raw.hex().upper().encode(), raw[::-1]}
    for shift in range(3):  # where in the base64 of more it may stand
        for encode in (b64encode, urlsafe_b64encode):
            text = encode(bytes(shift) + raw).rstrip(b"=")
            found.add(text[4 if shift else 0:len(text) - 2])
    if not isinstance(secret, bytes):
        plain = secret.replace("-", "")
        found |= {text.encode() for text in (
            secret.lower(), plain, plain.lower(), plain[:12], plain.lower()[:12], quote(secret),
            json.dumps(secret)[1:-1], secret[::-1])}
    return {text for text in found if len(text) >= 8}


def secrets_of(simulation, benches) -> dict:
    """{what it is: its spellings} of all units of a simulation."""
    found = {"wifi password": WIFI, "openevse password": OPENEVSE,
             "mqtt password": MQTT}
    for number, node in simulation.nodes.items():
        code = node.program.hal.identity()[0]
        found["label code of %d" % number] = code
        found["login secret of %d" % number] = sha256(
            b"login" + code.replace("-", "").encode()).digest()
        found["access point password of %d" % number] = access_point.password(code)
        if getattr(node.program.member, "key", None):
            found["group key of %d" % number] = node.program.member.key
    for bench in benches:
        if bench.web.login is not None:
            found["login secret of this boot, %d" % bench.node.id] = bench.web.login.secret
    return {what: spellings(secret) for what, secret in found.items()}


def leaks(secrets, text: bytes) -> list:
    """What of these is in a text."""
    return [what for what, ways in secrets.items() if any(way in text for way in ways)]


@pytest.fixture(scope="module")
def fleet():
    """(simulation, Benches): a leader with a code that is being tried, a follower, and a unit that
    is not in the group; each knows all kinds of passwords."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(firmware, "_GROUP_KEY", random.Random(1).randbytes(32))
        simulation = group(3, 60, vehicles=[{"unit": 1, "max_a": 16}])
        benches = [Bench(simulation, unit=number) for number in (1, 2, 3)]
        for bench in benches:
            given = bench.web.settings()
            bench.web.settings = lambda given=given: {
                **given, "wifi_password": WIFI, "wifi_ssid": "home", "openevse_password": OPENEVSE,
                "mqtt_broker": "192.168.1.9", "mqtt_user": "amppool", "mqtt_password": MQTT}
        yield simulation, benches


def paths() -> list:
    """Every path that there is to be read."""
    names = [line.split(" ")[0] for line in web_routes._GETS.strip().split("\n")]
    found = ["/", "/index.html", "/generate_204", "/nothing"] + ["/api/" + name for name in names]
    found += ["/api/sessions?unit=%d" % unit for unit in (1, 2, 9)]
    for name in web_routes._TESLA.split():
        found += ["/api/1/" + name, "/unit/1/api/1/" + name, "/unit/2/api/1/" + name]
    return found + ["/openevse/%d/%s" % (unit, name) for unit in (1, 2)
                    for name in ("status", "override", "r")]


def bodies(simulation, name) -> list:
    """What is sent to a path: what it wants, what it does not, and secrets in wrong places."""
    code = simulation.nodes[3].program.hal.identity()[0]
    serial = simulation.nodes[3].program.hal.serial.hex()
    found = [{}, [], {"unit": 2}, {"unit": 9}, {"amps": 5}, {"on": False}, {"mode": "minimum"},
             {"unit": 2, "name": "garage"}, {"unit": 2, "amps": 8}, {"seconds": 1}]
    if name == "pair":
        found += [{"code": code}, {"serial": serial, "code": code}, {"serial": code, "code": code},
                  {"serial": code}, {"code": code[:-1] + "U"}, {"code": code.lower() + "0"}]
    if name == "replace":
        found += [{"unit": 2, "serial": code, "code": code}, {"unit": 2, "code": code}]
    if name == "set":
        found += [{"changes": {"wifi_password": WIFI, "priority": 99}},
                  {"changes": {"wifi_password": WIFI[:3]}},
                  {"changes": {"wifi_password": WIFI, "openevse_password": OPENEVSE}},
                  {"changes": {"wifi_password": WIFI * 9, "no_such": OPENEVSE}}]
    return found


@pytest.mark.parametrize("logged_in", (False, True))
@pytest.mark.parametrize("number", (1, 2))
def test_no_answer_to_any_request_holds_a_secret(fleet, capsys, number, logged_in):
    simulation, benches = fleet
    bench = benches[number - 1]
    head = bench.log_in() if logged_in else POST
    answers = []
    for path in paths():
        answers.append((path, bench.bytes_of((
            "GET %s HTTP/1.1\r\nHost: 10.0.0.1\r\n%s\r\n" % (path, head)).encode())))
    posts = [line.split(" ")[0] for line in web_post._ROWS.strip().split("\n")]
    for name in posts + ["login", "logout"] if logged_in else ["login", *posts, "logout"]:
        for body in bodies(simulation, name):
            data = json.dumps(body).encode()
            answers.append(("%s %s" % (name, body), bench.bytes_of((
                "POST /api/%s HTTP/1.1\r\nHost: 10.0.0.1\r\n%sContent-Length: %d\r\n\r\n" % (
                    name, head, len(data))).encode() + data)))
            bench.later(1)
    for path in ("/api/pairing", "/api/diagnosis", "/api/settings", "/api/troubles", "/api/live"):
        answers.append(("after all " + path, bench.bytes_of((
            "GET %s HTTP/1.1\r\nHost: 10.0.0.1\r\n%s\r\n" % (path, head)).encode())))
    secrets = secrets_of(simulation, benches)
    assert len(secrets) >= 14 and len(answers) > 150
    statuses = {answer[9:12] for _, answer in answers}
    assert {b"200", b"404"} | ({b"409"} if logged_in else {b"401"}) <= statuses
    for what, answer in answers:
        assert leaks(secrets, answer) == [], (what, answer)
    shown = capsys.readouterr()
    assert leaks(secrets, (shown.out + shown.err).encode()) == []


def test_a_right_answer_to_a_challenge_tells_nothing_but_the_session(fleet):
    _, benches = fleet
    bench = benches[1]
    bench.later(1)
    sent = bench.bytes_of(_login(bench))
    assert b"Set-Cookie" in sent and leaks(secrets_of(bench.simulation, benches), sent) == []
    assert bench.web.login.sessions[-1][0].encode() in sent, "its cookie alone"
    later = bench.ask("/api/diagnosis").body + bench.ask("/api/live").body
    assert not any(kept[0].encode() in later for kept in bench.web.login.sessions)


def _login(bench):
    data = json.dumps(bench.answered()).encode()
    return ("POST /api/login HTTP/1.1\r\nHost: 10.0.0.1\r\n%sContent-Length: %d\r\n\r\n" % (
        POST, len(data))).encode() + data


def test_what_is_shown_at_the_prompt_while_a_unit_runs_holds_none(fleet, capsys):
    """label() is for that, and for nothing else."""
    simulation, benches = fleet
    place = benches[0].web.place
    code = simulation.nodes[3].program.hal.identity()[0]
    given = {"pair": (code, code), "rename": (2, "x"), "setting": ("wifi_password", WIFI),
             "cap": (1, 8), "wish": (1, {"priority": 2}), "soft_limit": (20,)}
    for name in live_calls.LIVE:
        if name not in ("bench_vehicle", "amppool_health", "watch", "clear_fault"):
            wanted = {"limit": (30,), "enable": (True,), "fallback": ("stop",)}.get(name, ())
            try:
                refusal = live_calls.call(place, name, given.get(name, wanted))
            except TypeError:
                refusal = live_calls.call(place, name, (2,))
            if refusal is not None:
                from app.on_demand.refusals import print_refusal
                print_refusal(place, refusal)
    shown = capsys.readouterr().out
    assert len(shown) > 1000 and runs(place)
    assert leaks(secrets_of(simulation, benches), shown.encode()) == []


def test_the_log_of_the_virtual_fleet_holds_none(capsys):
    scenario = load(demo.scenario(3))
    assert cli.run(scenario, speed=60, seconds=1, port=18400) == 0
    shown = capsys.readouterr()
    text = (shown.out + shown.err).encode()
    assert b"page of unit 1" in text and b"Simulated" in text
    simulation = group(3, 1)
    assert leaks(secrets_of(simulation, ()), text) == []


def test_secrets_are_found_where_they_are():
    secrets = {"code": spellings("7K2M-90QX-ABCD-E"), "key": spellings(bytes(range(100, 132)))}
    key = bytes(range(100, 132))
    for text in ("7k2m90qxabcde", "7K2M-90QX-ABCD-E", "x7K2M90QXABCDy"):
        assert leaks(secrets, text.encode()) == ["code"], text
    for text in (key, key.hex().encode(), key.hex().upper().encode(), b64encode(b"{" + key + b"}"),
                 b64encode(b"ab" + key), urlsafe_b64encode(key)):
        assert leaks(secrets, b"..." + text + b"...") == ["key"], text
    assert leaks(secrets, b"nothing of it: 7K2M, 646566") == []
