# SPDX-License-Identifier: MIT
"""Files on demand: found, brought, let go of, and what becomes of them without memory."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from core import load as loading
from core.load import WAY, NotLoaded, drop, let_go, load

ANY = "core.on_demand.nowhere"


@pytest.fixture
def way(monkeypatch):
    """What is asked of a board's way; `fails`: what it raises instead."""
    asked = SimpleNamespace(leaves=[], fails=None)

    def bring(leaf):
        asked.leaves.append(leaf)
        if asked.fails is not None:
            raise asked.fails
        return ModuleType(leaf)

    monkeypatch.setitem(sys.modules, WAY, bring)
    yield asked
    sys.modules.pop(ANY, None)


def test_a_board_brings_a_file_once_until_it_is_let_go_of(way):
    first = load("core", "nowhere")
    assert load("core", "nowhere") is first is sys.modules[ANY] and way.leaves == ["nowhere"]
    drop("core", "nowhere")
    assert load("core", "nowhere") is not first and way.leaves == ["nowhere"] * 2
    let_go()
    assert ANY not in sys.modules and WAY in sys.modules


@pytest.mark.parametrize("error", (MemoryError(), ImportError(), OSError(5)))
def test_what_cannot_be_brought_is_not_loaded(way, error):
    way.fails = error
    with pytest.raises(NotLoaded, match="core.on_demand.nowhere could not be loaded: try again"):
        load("core", "nowhere")
    assert ANY not in sys.modules


def test_ctrl_c_stays_what_it_is(way):
    way.fails = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        load("core", "nowhere")
    assert ANY not in sys.modules


@pytest.mark.parametrize("full", ("let_go", "_name"))
def test_without_any_memory_it_is_not_loaded_either(way, monkeypatch, full):
    """Found on MicroPython with a board's heap: what makes room needs some itself, and the error
    that came out of it ended the unit."""
    def no_memory(*_):
        raise MemoryError

    way.fails = MemoryError()
    monkeypatch.setattr(loading, full, no_memory)
    with pytest.raises(NotLoaded, match="there is no memory for it: try again"):
        load("core", "nowhere")


def test_a_package_at_the_top_is_not_asked_for_its_names(monkeypatch):
    """In MicroPython that makes asyncio import all that it has, for good."""
    class Lazy(ModuleType):
        __path__ = "lazy"

        def __dir__(self):
            raise AssertionError("asked")

    monkeypatch.setitem(sys.modules, "lazy", Lazy("lazy"))
    let_go()
    assert "lazy" in sys.modules


def test_what_is_missing_is_counted(way):
    load("core", "nowhere")
    assert loading.missing([("core", "nowhere"), ["core", "elsewhere"], ("app", "nowhere")]) == 2
