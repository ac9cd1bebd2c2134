# SPDX-License-Identifier: MIT
"""A fault that cannot be made as it is named fails; one that is made is wherever it can be met."""

import pytest

from core import load
from core.connector import protection
from core.group.on_demand import acknowledged
from core.sharing.member import Member
from core.sharing.on_demand import changing
from tests.mutation.changes import (
    always, becomes, change, constant, first, given, left_out, never, returns)

HERE = "tests.mutation.test_changes:sample"


def sample(a, b):
    """What is changed below."""
    found = []
    if a > 0 and b > 0:
        found.append("both")
    if a > 0 or not b:
        found.append("a")
    found += [a]
    return found


@pytest.mark.parametrize("changed, expected", [
    (always("b > 0"), ["both", "a", 1]),
    (never("a > 0 or not b"), [1]),
    (never("not b"), ["a", 1]),
    (becomes("[a]", "[a, b]"), ["a", 1, 0]),
    (left_out("found += [a]"), ["a"]),
    (left_out('found.append("a")'), [1]),
    (given("found", "[b]"), [0, "a", 1]),
    (first("a = 7"), ["a", 7]),
    (returns("b"), 0),
])
def test_a_function_is_changed_as_it_is_named_and_is_whole_again(changed, expected):
    with pytest.MonkeyPatch.context() as patch:
        change(patch, HERE, changed)
        assert sample(1, 0) == expected
    assert sample(1, 0) == ["a", 1]


@pytest.mark.parametrize("changed", [
    always("a > 1"), always("a > 0"), always("found"), becomes("[b]", "0"), becomes("a", "0"),
    left_out("found.append(a)"), given("a", "0"),
])
def test_what_is_not_there_once_fails(monkeypatch, changed):
    with pytest.raises(AssertionError, match="times, not once"):
        change(monkeypatch, HERE, changed)


def test_a_function_that_is_not_there_or_was_changed_already_fails(monkeypatch):
    change(monkeypatch, HERE, returns("1"))
    for where in (HERE, HERE + "_2", "core.sharing.member:Member.no_such"):
        with pytest.raises(AssertionError, match="twice|there is no"):
            change(monkeypatch, where, returns("2"))
    for where in ("core.connector.protection:_NO_SUCH", "core.connector.protection:NO_LIMIT_MA",
                  "core.connector.protection:_ORDER"):
        with pytest.raises(AssertionError):
            constant(monkeypatch, where, 1)


def test_whoever_has_imported_it_or_keeps_it_in_a_table_has_the_fault(monkeypatch):
    change(monkeypatch, "core.group.on_demand.acknowledged:commit", returns("'changed'"))
    change(monkeypatch, "core.sharing.member:Member._ignore", returns("'changed'"))
    change(monkeypatch, "core.connector.protection:Protection.reason", returns("'changed'"))
    assert changing.commit(None) == "changed"
    assert Member._ON_FRAME[2][0](None, None, None, 0) == "changed"
    assert protection.Protection().reason == "changed"


def test_what_was_let_go_and_loaded_again_has_the_fault_too(monkeypatch):
    load.let_go()
    again = load.load("core", "group", "acknowledged")
    assert again is not acknowledged
    change(monkeypatch, "core.group.on_demand.acknowledged:commit", returns("'changed'"))
    assert load.load("core", "group", "acknowledged") is acknowledged
    assert acknowledged.commit(None) == "changed"
