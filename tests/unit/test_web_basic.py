# SPDX-License-Identifier: MIT
"""Who steers a unit as an OpenEVSE says its password, where one is set; the page is sent once."""

import asyncio
import gzip
from base64 import b64encode

import pytest
from app.on_demand import web_basic

from tests.unit.web_bench import Bench, group

PASSWORD = "eight or more: yes"
JSON = "Content-Type: application/json\r\n"


@pytest.fixture(scope="module")
def bench():
    bench = Bench(group(2, 60))
    given = bench.web.settings()
    bench.web.settings = lambda: {**given, "openevse_password": PASSWORD}
    return bench


def basic(text, word="Basic"):
    return "Authorization: %s %s\r\n" % (word, b64encode(text.encode()).decode())


@pytest.mark.parametrize("method, path, body", [
    ("GET", "/openevse/1/status", None), ("GET", "/openevse/2/status", None),
    ("POST", "/openevse/2/override", {"state": "active"})])
def test_where_a_password_is_set_it_is_wanted(bench, monkeypatch, method, path, body):
    monkeypatch.setattr(web_basic, "_SLOW_MS", 1)
    for head in ("", basic("admin:"), basic("admin"), basic(PASSWORD), basic(":" + PASSWORD[:-1]),
                 basic(":%s " % PASSWORD), basic(":" + PASSWORD.upper()),
                 "Authorization: Basic\r\n",
                 "Authorization: Basic ====\r\n", "Authorization: Bearer %s\r\n" % PASSWORD,
                 basic(":" + PASSWORD, "Digest")):
        refused = bench.ask(path, method, body, JSON + head)
        assert refused.status == 401 and refused.body == b"", head
        assert refused.headers["www-authenticate"] == 'basic realm="amppool"'
    for head in (basic("admin:" + PASSWORD), basic(":" + PASSWORD), basic("a:" + PASSWORD,
                                                                            "bASIC")):
        assert bench.ask(path, method, body, JSON + head).status == 200, head


def test_without_a_password_nothing_is_wanted_and_nothing_else_wants_one(bench):
    free = Bench(bench.simulation)
    assert free.ask("/openevse/1/status").status == 200
    for path in ("/api/live", "/api/1/vitals", "/unit/2/api/1/vitals"):
        assert bench.ask(path).status == 200
    assert bench.ask("/openevse/1/r").status == 401  # nor does it tell what there is


def test_a_wrong_password_is_answered_late_and_holds_nobody_else_up(bench, monkeypatch):
    waited = []

    class Turns:
        @staticmethod
        async def sleep(seconds):
            waited.append(seconds)
            await asyncio.sleep(0)

    import app.on_demand.web_send as module
    monkeypatch.setattr(module, "asyncio", Turns)
    assert bench.ask("/openevse/1/status", head=basic("a:wrong")).status == 401
    assert max(waited) == pytest.approx(1)
    waited.clear()
    assert bench.ask("/openevse/1/status", head=basic("a:" + PASSWORD)).status == 200
    assert max(waited, default=0) == 0


# --- the page


def test_the_page_is_sent_again_only_when_it_is_another_one(tmp_path):
    path = tmp_path / "page.html.gz"
    path.write_bytes(gzip.compress(b"<!doctype html>" * 100))
    bench = Bench(group(1, 1, limit_a=30), page=path)
    first = bench.ask("/")
    assert first.status == 200 and gzip.decompress(first.body)[:15] == b"<!doctype html>"
    assert first.headers["cache-control"] == "no-cache"
    tag = first.headers["etag"]
    for said in (tag, "W/" + tag, '"x", ' + tag):
        again = bench.ask("/", head="If-None-Match: %s\r\n" % said)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert "content-encoding" not in again.headers
        assert "default-src 'none'" in again.headers["content-security-policy"]
    assert bench.ask("/", head='If-None-Match: "other"\r\n').status == 200
    path.write_bytes(gzip.compress(b"<!doctype html>" * 100 + b"!"))
    other = bench.ask("/", head="If-None-Match: %s\r\n" % tag)
    assert other.status == 200 and other.headers["etag"] != tag
    path.write_bytes(b"")
    assert bench.ask("/").status == 200
    path.unlink()
    assert bench.ask("/").status == 404


def test_all_else_is_kept_by_nobody(bench):
    for path in ("/api/live", "/api/diagnosis", "/api/login", "/api/1/vitals", "/generate_204"):
        assert bench.ask(path).headers["cache-control"] == "no-store", path
