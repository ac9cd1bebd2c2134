# SPDX-License-Identifier: MIT
"""Every example of firmware/app/README.md is what the server takes or gives."""

import json
import re

import pytest

from app.on_demand import mqtt_link
from host_tools import ROOT
from tests import owner_calls as owner
from tests.unit.web_bench import POST, Bench, group

PAGE = (ROOT / "firmware/app/README.md").read_text()
# (method, path, the block below it or "")
EXAMPLES = re.findall(r"^#### (GET|POST) (\S+)\n\n((?:    .*\n)*)", PAGE, re.MULTILINE)
# What an owner asks for and this group cannot give, with what is said.
_CANNOT = {"/api/go_on_without": "not waited for", "/api/promote": "is the leader already",
           "/api/lead_again": "has not stopped leading", "/api/take_back": "no change waits",
           "/api/set": "a vehicle charges here",
           "/api/factory_reset": "leads a group of 3"}


@pytest.fixture(scope="module")
def bench():
    bench = Bench(group(3, 60))
    bench.web.step()  # a vehicle is there
    mqtt_link.begin(bench.web, {"mqtt_broker": "127.0.0.1"})
    place = bench.web.place
    assert owner.soft_limit(place, 30, by=owner.MQTT) is None
    assert owner.wish(place, 1, {"max_a": 16}) is None
    return bench


def shape(value):
    """Names and kinds, without what differs from unit to unit."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value and isinstance(value[0], dict) else list
    return "null or more" if value is None else type(value)


def alike(example, answer, where=""):
    """Raises if an answer has other names, or other kinds where both have a value."""
    one, other = shape(example), shape(answer)
    if isinstance(one, dict):
        assert one.keys() == other.keys(), where
        for name in one:
            alike(example[name], answer[name], where + "/" + name)
    elif isinstance(one, list):
        alike(example[0], answer[0], where)
    elif "null or more" not in (one, other):
        assert one == (list if isinstance(other, list) else other), where


@pytest.mark.parametrize("path, block", [(path, block) for method, path, block in EXAMPLES
                                         if method == "GET" and block], ids=lambda it: it[:30])
def test_an_answer_is_as_the_page_says(bench, path, block):
    answer = bench.ask(path)
    assert answer.status == 200
    alike(json.loads(block), answer.json)


@pytest.mark.parametrize("path, block", [
    (path, block) for method, path, block in EXAMPLES if method == "POST" and path not in (
        "/api/login", "/openevse/1/override")], ids=lambda it: it[:30])
def test_what_is_sent_is_taken(path, block):
    bench = Bench(group(3, 60))
    answer = bench.post(path, json.loads(block), bench.log_in())
    if path in _CANNOT:
        assert answer.status == 409 and _CANNOT[path] in answer.json["refused"]["text"]
    else:
        assert (answer.status, answer.json) == (200, {"done": True}), answer.body


def test_the_challenge_is_answered_as_the_page_says(bench):
    example = json.loads(dict((path, block) for method, path, block in EXAMPLES
                              if method == "POST")["/api/login"])
    said = bench.answered()
    assert said.keys() == example.keys() and len(said["answer"]) == 64
    assert bench.ask("/api/login", "POST", said, POST).status == 200


def test_the_page_has_every_path_that_there_is():
    from app.on_demand import web_post, web_routes, web_tesla
    named = {path.partition("?")[0] for _, path, _ in EXAMPLES}
    gets = re.findall(r"^(\w+) ", web_routes._GETS, re.MULTILINE)
    assert {"/api/" + name for name in gets} <= named
    posts = re.findall(r"^(\w+) ", web_post._ROWS, re.MULTILINE)
    assert {"/api/" + name for name in posts} <= named
    assert all(any(path.endswith(name) for path in named) for name in web_routes._TESLA.split())
    assert web_tesla.answer


def test_examples_are_found_and_differences_seen():
    assert len(EXAMPLES) > 30
    with pytest.raises(AssertionError):
        alike({"a": [{"b": 1}]}, {"a": [{"b": "1"}]})
    with pytest.raises(AssertionError):
        alike({"a": 1}, {"a": 1, "b": 2})
