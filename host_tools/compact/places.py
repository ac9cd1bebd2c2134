# SPDX-License-Identifier: MIT
"""Short names for the files that a board loads later: it keeps each name and path for ever.

`core.record_check` becomes, say, `core.q`. A file keeps its letter when others come and go, unless
one of them had it first.
"""

import ast
import itertools
import keyword
import string
import zlib

_LETTERS = string.ascii_lowercase


def short(modules) -> dict:
    """{module: short name in the same package}; the same for the same modules."""
    new = {}
    for module in sorted(modules):
        package = module.rpartition(".")[0]
        first = zlib.crc32(module.encode()) % len(_LETTERS)
        letters = _LETTERS[first:] + _LETTERS[:first]
        leaves = itertools.chain(letters, map("".join, itertools.product(_LETTERS, repeat=2)))
        taken = set(new.values()) | set(modules)
        new[module] = next(name for name in ("%s.%s" % (package, leaf) for leaf in leaves)
                           if name not in taken and not keyword.iskeyword(name.split(".")[1]))
    return new


def rename(tree, new: dict):
    """Puts the short names into the imports of a file or program."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = new.get(node.value, node.value)  # of seldom methods, see later.py
        elif isinstance(node, ast.Import):
            for alias in node.names:
                alias.name = new.get(alias.name, alias.name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = "%s.%s" % (node.module, alias.name)
                if whole in new:
                    alias.asname = alias.asname or alias.name
                    alias.name = new[whole].rpartition(".")[2]
            node.module = new.get(node.module, node.module)
