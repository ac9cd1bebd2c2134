# SPDX-License-Identifier: MIT
"""What the tidy tests look at: the repository's own files, and what they break."""

import ast
import subprocess

from host_tools import ROOT

CORE_IMPORTS = ("core", "micropython", "struct", "collections", "hashlib")
_MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_MAKES_MUTABLE = ("list", "dict", "set", "bytearray", "deque", "array")


def tracked(*suffixes) -> list:
    """Files that git knows or would add, with one of these suffixes."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / line for line in listed.splitlines() if line.endswith(suffixes)]
    return sorted(path for path in paths if path.is_file())


def below(folder: str, suffix: str = ".py") -> list:
    """Files of one folder of the repository."""
    return [path for path in tracked(suffix) if path.is_relative_to(ROOT / folder)]


def name_of(path) -> str:
    """Path as people write it."""
    return str(path.relative_to(ROOT))


def impurities(source: str, imports=CORE_IMPORTS) -> list:
    """What a file of the core must not hold, as 'line: what' strings."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        found += ["%d: %s" % (node.lineno, what) for what in _node_impurities(node, imports)]
    return found + shared_state(tree)


def _node_impurities(node, imports):
    if isinstance(node, ast.Import):
        return ["imports " + alias.name for alias in node.names
                if alias.name.split(".")[0] not in imports]
    if isinstance(node, ast.ImportFrom):
        return _from_impurities(node, imports)
    if isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
        return ["float %r" % node.value]
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
        return ["true division"]
    if isinstance(node, ast.Name) and node.id in ("float", "hmac", "__import__", "exec", "eval"):
        return ["uses " + node.id]
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        return ["global or nonlocal " + ", ".join(node.names)]
    return []


def _from_impurities(node, imports):
    top = (node.module or "").split(".")[0]
    if node.level or top not in imports:
        return ["imports from %s" % ("." * node.level + (node.module or ""))]
    names = [alias.name for alias in node.names]
    allowed = {"collections": ["namedtuple"], "micropython": ["const"], "hashlib": ["sha256"]}
    return ["imports %s from %s" % (name, top) for name in names
            if name not in allowed.get(top, names)]


def shared_state(tree) -> list:
    """Mutable objects made at import: all units of a process would share them."""
    found = []
    bodies = [tree.body] + [node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for statement in (statement for body in bodies for statement in body):
        value = getattr(statement, "value", None)
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or value is None:
            continue
        for node in ast.walk(value):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(node, _MUTABLE) or (isinstance(called, ast.Name)
                                              and called.id in _MAKES_MUTABLE):
                if not _is_field_list(value):
                    found.append("%d: mutable object at module or class level" % node.lineno)
    return found


def _is_field_list(value):
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id == "namedtuple"


def functions(source: str) -> list:
    """(name, number of lines) of every function in a file."""
    return [(node.name, node.end_lineno - node.lineno + 1) for node in ast.walk(ast.parse(source))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
