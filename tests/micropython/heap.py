# SPDX-License-Identifier: MIT
"""What the core takes of a board's heap, measured on MicroPython with the shipped bytecode.

The WebAssembly build has the word size and the memory manager of the boards; what it takes there
it takes on a board, but for a little that depends on what else has been imported.
"""

from tests.micropython import wasm

# The settings' table is for the boot and for people; a running unit does not hold it.
_MODULES = sorted({path.stem for path in (wasm.FIRMWARE / "core").glob("*.py")}
                  - {"__init__", "settings"})
# Garbage is collected between two steps only.
_COLLECT = "gc.collect()"
_SHOW = "print(gc.mem_alloc())"


def measure() -> dict:
    """Bytes for: 'core' all modules, 'start' with the objects of a leader of six, 'running' the
    same after a minute in which all six charged."""
    steps = ["import gc, sys", _COLLECT, _SHOW,
             "\n".join("import core." + name for name in _MODULES), _COLLECT, _SHOW,
             "from host_tools.loopback import Loopback", _COLLECT, _SHOW,
             "from core.connector import Connector, ConnectorConfig\n"
             "from core.timing import Timing\n"
             "group = Loopback(6, 60000)\n"
             "group.members = group.members[:1]\n"
             "plug = Connector(ConnectorConfig(48000, 48000, 1, True, False, True), Timing(), 0)",
             _COLLECT, _SHOW,
             "group = None", _COLLECT,
             "group = Loopback(6, 60000)"]
    steps += ["group.run(group.now_ms + 5000)"] * 12
    steps += ["assert sum(group.offers_ma()) > 59000, group.offers_ma()\n"
              "group.members = group.members[:1]", _COLLECT, _SHOW]
    empty, core, tool, start, running = (
        int(line) for line in wasm.run(steps, wasm.loopback()).splitlines())
    return {"core": core - empty, "start": start - empty - (tool - core),
            "running": running - empty - (tool - core)}
