# SPDX-License-Identifier: MIT
"""Fleets that go on beside their tests do so in one thread: it loads what the process loads."""

import ast
import threading
import time

import pytest

from core.load import drop, load
from host_tools import ROOT
from host_tools.fleet import beside

_MAY = ("beside.py", "contents.py", "together.py", "show.py")  # those of flash.sh talk to boards


def test_all_that_fleets_do_is_done_in_one_thread_that_is_not_the_tests():
    threads = [beside.do(threading.get_ident) for _ in range(3)]

    async def ident():
        return threading.get_ident()
    threads.append(beside.begin(ident()).result())
    assert len(set(threads)) == 1 and threads[0] != threading.get_ident()


def test_what_fails_there_fails_for_whoever_asked():
    with pytest.raises(ZeroDivisionError):
        beside.do(lambda: 1 // 0)


def test_a_file_is_whole_however_many_ask_for_it_at_once(tmp_path, monkeypatch):
    folder = tmp_path / "slowly" / "on_demand"
    folder.mkdir(parents=True)
    (folder / "late.py").write_text("import time\ntime.sleep(0.2)\n\n\ndef there():\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = []

    def whole():
        found.append(hasattr(load("slowly", "late"), "there"))
        drop("slowly", "late")
    threads = [threading.Thread(target=beside.do, args=(whole,)) for _ in range(4)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_no_other_thread_plays_units():
    for path in sorted((ROOT / "host_tools").rglob("*.py")) + sorted(
            (ROOT / "tests" / "page").rglob("*.py")):
        if "node_modules" in path.parts or path.name in _MAY:
            continue
        named = [node.attr for node in ast.walk(ast.parse(path.read_text()))
                 if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                 and node.value.id == "threading"]
        assert named == [], path
