# SPDX-License-Identifier: MIT
"""What the core takes of a board's heap, measured on MicroPython with the shipped bytecode.

The WebAssembly build has the word size and the memory manager of the boards; what it takes there
it takes on a board, but for a little that depends on what else has been imported.
"""

import ast

from tests.micropython import wasm

# Garbage is collected between two steps only. What a board lets go of is let go of here.
_COLLECT = ["forget()", "gc.collect()"]
_SHOW = "print(gc.mem_alloc())"
# `collections` is compiled in on the boards; here it is Python and takes heap of its own.
_BEGIN = "import collections, gc\nfrom app.forget import forget"
_PLUG = ("from core.connector import Connector, ConnectorConfig\n"
         "from core.timing import Timing\n"
         "plug = Connector(ConnectorConfig(48000, 48000, 1, True, False, True), Timing(), 0)")
_GROUP = "from host_tools.loopback import Loopback\ngroup = Loopback(6, 60000)"
# What is the tool's own, and the other five, are not on the leader's board.
_ALONE = "group.members = group.members[:1]\ngroup._revision = None"


def measure() -> dict:
    """Bytes for: 'core' all that a unit loads of it, 'start' with connector and member of a
    leader of six, 'running' the same after a minute in which all six charged, 'changing' the
    same while a change of the group is checked."""
    steps = [_BEGIN, *_COLLECT, _SHOW, _imports(), *_COLLECT, _SHOW,
             "from host_tools.loopback import Loopback", *_COLLECT, _SHOW,
             _PLUG, _GROUP, _ALONE, *_COLLECT, _SHOW,
             "group = None", *_COLLECT, _GROUP]
    steps += ["group.run(group.now_ms + 5000)"] * 12
    steps += ["assert sum(group.offers_ma()) > 59000, group.offers_ma()", _ALONE, *_COLLECT, _SHOW,
              "import core.proposal", "gc.collect()", _SHOW]
    empty, core, tool, *busy = (
        int(line) for line in wasm.run(steps, dict(wasm.loopback(), **_forget())).splitlines())
    taken = {"core": core - empty}
    for name, bytes_ in zip(("start", "running", "changing"), busy):
        taken[name] = bytes_ - empty - (tool - core)
    return taken


def _imports() -> str:
    """The core as app/unit.py loads it."""
    tree = ast.parse((wasm.FIRMWARE / "app/unit.py").read_text())
    return "\n".join(ast.unparse(node) for node in tree.body
                     if isinstance(node, ast.ImportFrom) and node.module.startswith("core"))


def _forget() -> dict:
    return {"/lib/app/__init__.py": b"",
            "/lib/app/forget.mpy": wasm.firmware().compiled("app/forget.py")}
