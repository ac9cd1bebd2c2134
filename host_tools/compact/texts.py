# SPDX-License-Identifier: MIT
"""Short texts of files that are let go again, in a way that a board does not keep them.

MicroPython notes each text of up to 10 characters in its table of names, for ever, also when the
file is gone. Made of bytes it is an object like any other. Names, and texts that are in the table
anyway, stay as they are.
"""

import ast

_NOTED = 10  # MICROPY_ALLOC_PARSE_INTERN_STRING_LEN of the boards' builds


def let_go(tree, noted: set):
    """Changes the short texts of the tree of a file that are not in `noted`."""
    _Texts(noted).visit(tree)


def texts(tree) -> set:
    """All texts of the tree of a file."""
    return {node.value for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)}


class _Texts(ast.NodeTransformer):
    def __init__(self, noted):
        self._noted = noted

    # A text that stands alone is a comment.
    def visit_Expr(self, node):
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    # The names of fields are names.
    def visit_Call(self, node):
        return node if getattr(node.func, "id", "") == "namedtuple" else self.generic_visit(node)

    def visit_Constant(self, node):
        text = node.value
        if not isinstance(text, str) or not 0 < len(text) <= _NOTED or text in self._noted:
            return node
        return ast.Call(ast.Attribute(ast.Constant(text.encode()), "decode", ast.Load()), [], [])
