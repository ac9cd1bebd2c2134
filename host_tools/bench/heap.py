# SPDX-License-Identifier: MIT
"""What the core takes of a board's heap, measured on MicroPython with the shipped bytecode.

The WebAssembly build has the word size and the memory manager of the boards; what it takes there
it takes on a board, but for a little that depends on what else has been imported.
"""

import ast
import re
from types import SimpleNamespace

from app.on_demand import live_calls, needs as calls_want, web_routes
from host_tools.build import cache
from host_tools.build.compact import ON_DEMAND, rom_names, sibling
from host_tools.build.firmware import ROOT_MODULE
from host_tools.micropython import wasm

# Garbage is collected between two steps only. What a board lets go of is let go of here.
_COLLECT = ["let_go()", "gc.collect()"]
_SHOW = "print(gc.mem_alloc())\nmicropython.qstr_info()"
_NAMES = {"n": re.compile(r"n_qstr=(\d+)"), "text": re.compile(r"n_str_data_bytes=(\d+)"),
          "total": re.compile(r"n_total_bytes=(\d+)")}
_NAME_BYTES = 7  # of one, beside its text: address, hash and length
# `collections` is compiled in on the boards; here it is Python and takes heap of its own.
_BEGIN = "import collections, gc, micropython"
_LOAD = "from core.load import let_go, load"  # it is in the file of all that is always loaded
# By load(), as on a board: an import here would hold for ever what it names.
_PLUG = ("from core.values import ConnectorConfig\n"
         "from core.timing import Timing\n"
         "config = ConnectorConfig(48000, 48000, 1, True, False, True, True)\n"
         "plug = load('core', 'connector', 'connector').new_connector(config, Timing(), 0)")
_GROUP = "from host_tools.bench.loopback import Loopback\ngroup = Loopback(6, 60000)"
# What is the tool's own, and the other five, are not on the leader's board.
_ALONE = "group.members = group.members[:1]\ngroup._revision = None"


def measure() -> dict:
    """Bytes for: 'core' all that is loaded with app.unit, 'start' with connector and member of a
    leader of six, 'running' the same after a minute in which all six charged, 'changing' the
    same while a change of the group is checked."""
    steps = [_BEGIN, "gc.collect()", _SHOW, _LOAD, imports(), *_COLLECT, _SHOW,
             "from host_tools.bench.loopback import Loopback", *_COLLECT, _SHOW,
             _PLUG, _GROUP, _ALONE, *_COLLECT, _SHOW,
             "group = None", *_COLLECT, _GROUP]
    steps += ["group.run(group.now_ms + 5000)"] * 12
    steps += ["assert sum(group.offers_ma()) > 59000, group.offers_ma()", _ALONE, *_COLLECT, _SHOW,
              "load('core', 'group', 'proposal')", "gc.collect()", _SHOW]
    empty, core, tool, *busy = figures(wasm.run(steps, wasm.helpers(wasm.LOOPBACK)))
    taken = {"core": core - empty}
    for name, bytes_ in zip(("start", "running", "changing"), busy):
        taken[name] = bytes_ - empty - (tool - core)
    return taken


def figures(shown: str) -> list:
    """Bytes taken, of lines that _SHOW has printed. The table of names grows in leaps, at whatever
    moment one is due: names count by what they need."""
    lines = [line for line in shown.splitlines() if line]
    found = []
    for taken, names in zip(lines[::2], lines[1::2], strict=True):
        count, text, table = (int(_NAMES[key].search(names)[1]) for key in ("n", "text", "total"))
        found.append(int(taken) - table + text + count * _NAME_BYTES)
    return found


# Whatever is asked of a module of the chip: enough to import the firmware, not to run it.
_CHIP = """
class Anything:
    def __init__(self, *given, **named):
        pass
    def __call__(self, *given, **named):
        return self
    def __getattr__(self, name):
        return self
def __getattr__(name):
    return Anything
"""
_CHIP_MODULES = ("machine", "network", "espnow", "esp32", "vfs", "onewire", "ds18x20", "neopixel",
                 "socket")
_BUILT_IN = "import collections, gc, micropython, asyncio, json, os, select, struct, time"
_MEASURE = "gc.collect()\nprint(gc.mem_alloc())\nmicropython.qstr_info()"
NAMES = "all their names"
_EACH = "micropython.qstr_info(1)"  # each name, after a line of figures
_LOAD_ALL = "for path in '%s'.split():\n    load(*path.split('.'))"


def modules() -> list:
    """(module, bytes it takes, loaded only for a moment?) of every module of the firmware as a
    file of its own, each after those that it imports. On a board those that are always loaded are
    one file, and take less. Last: NAMES, which are kept together and grow in leaps."""
    firmware = cache.firmware()
    order = _in_order({module: _needs(module) for module in firmware.modules()})
    files = wasm.compiled(firmware)
    files.update({"/lib/%s.py" % name: _CHIP.encode() for name in _CHIP_MODULES})
    steps = [_BUILT_IN, "import " + ", ".join(_CHIP_MODULES)]
    steps.append(_MEASURE)
    for module in order:
        steps += ["import " + firmware.on_board(module), "gc.collect()", _MEASURE]
    lines = wasm.run(steps, files, {}, 2 * wasm.HEAP_BYTES).splitlines()
    names = [int(_NAMES["total"].search(line)[1]) for line in lines[1::2]]
    others = [int(line) - part for line, part in zip(lines[::2], names, strict=True)]
    sizes = [after - before for before, after in zip(others, others[1:])]
    rows = [(module, size, sibling(module) is not None)
            for module, size in zip(order, sizes, strict=True)]
    return rows + [(NAMES, names[-1] - names[0], False)]


_AS_ON_A_BOARD = ("from device.module_folders import ModuleFolders\n"
                  "ModuleFolders((), '/lib/o').__enter__()\n")
_WISH_REFUSED = ["core.phrases", "core.refusal_words", "app.refusals", "core.refusal_text_wish"]


def names() -> dict:
    """{when: (names, bytes that they need)} of all that is loaded on a board: 'resident' always,
    'start' after device/on_demand/names.py, 'pages' after each page and each call at the serial
    line has been used once, 'mqtt' after a broker has been published to and has asked as well,
    'all' after every file on demand. A name stays for ever; those in a board's ROM take
    nothing."""
    firmware = cache.firmware(root=ROOT_MODULE)
    files = {"/lib/%s.py" % name: _CHIP.encode() for name in _CHIP_MODULES}
    files.update(wasm.compiled(firmware))
    every = [".".join(part for part in module.split(".") if part != ON_DEMAND)
             for module in firmware.modules() if sibling(module)]
    steps = ["%s\nimport %s" % (_BUILT_IN, ", ".join(_CHIP_MODULES)), _EACH,
             _AS_ON_A_BOARD + "from core.load import load\nimport device.supervisor\n"
             "from device.device import Device", _EACH,
             "load('device', 'names')", _EACH,
             _LOAD_ALL % " ".join(_pages()), _EACH,
             _LOAD_ALL % " ".join([path for path in every if path.startswith("app.mqtt")]
                                  + _WISH_REFUSED), _EACH,
             _LOAD_ALL % " ".join(every), _EACH]
    shown = wasm.run([firmware.beside(step) for step in steps], files, {}, 16 * wasm.HEAP_BYTES)
    rom = {name for part in rom_names()[:2] for name in part}
    empty, *found = [set(re.findall(r"^Q\((.*?)\)$", part, re.MULTILINE | re.DOTALL))
                     for part in shown.split("qstr pool:")[1:]]
    return {when: (len(there), sum(len(name.encode()) + 1 + _NAME_BYTES for name in there))
            for when, there in zip(("resident", "start", "pages", "mqtt", "all"),
                                   [each - empty - rom for each in found], strict=True)}


def _pages():
    """Files that a browser's requests and calls at the line want, as 'core.group.change'."""
    paths = ["index.html", "generate_204", "unit/2/api/1/vitals", "api/1/lifetime",
             "openevse/2/status", *("api/" + line.split()[0] for line in
                                    web_routes._GETS.split("\n") if line)]
    wanted = []
    for method, path in [("GET", path) for path in paths] + [("POST", "api/limit")]:
        request = SimpleNamespace(method=method, path="/" + path, header=lambda _: "localhost")
        needs, place, _ = web_routes.find(None, request)
        wanted += [*needs, place]
    for name in live_calls.LIVE:
        wanted += calls_want.needs(name, "")
    own = ["app.web_request", "app.web_send", "app.web_routes", "app.web_act", "app.answer",
           "app.needs", "app.live_calls", "app.web_badge", "app.web_login", "app.troubles",
           "core.reason_words"]
    return list(dict.fromkeys(own + [".".join(way) for way in wanted]))


def _needs(module):
    """Modules of the firmware that are loaded with it; what functions import is not."""
    path = wasm.FIRMWARE / (module.replace(".", "/") + ".py")
    if not path.exists():  # a package
        return []
    needs = ["core.load"] if sibling(module) else []  # build/compact/brought.py
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom):
            needs += ["%s.%s" % (node.module, alias.name) for alias in node.names] + [node.module]
    return needs


def _in_order(needs):
    found = []

    def add(module):
        if module in needs and module not in found:
            for other in needs[module]:
                add(other)
            found.append(module)

    for module in sorted(needs):
        add(module)
    return found


def imports() -> str:
    """The core as app/unit.py loads it."""
    tree = ast.parse((wasm.FIRMWARE / "app/unit.py").read_text())
    return "\n".join(ast.unparse(node) for node in tree.body
                     if isinstance(node, ast.ImportFrom) and node.module.startswith("core"))
