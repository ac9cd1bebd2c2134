# SPDX-License-Identifier: MIT
"""Docstrings, annotations and `__slots__` out: they are for whoever reads or tests the source.

MicroPython knows no `__slots__`, and would keep them. A class that declares its attributes costs a
board no more than one that does not, and a name that only an annotation mentions need not be
anywhere on a board.
"""

import ast


def remove(tree):
    """Takes them out of the tree of a file."""
    _Remove().visit(tree)


class _Remove(ast.NodeTransformer):
    def generic_visit(self, node):
        super().generic_visit(node)
        if getattr(node, "body", None) == [] and not isinstance(node, ast.Module):
            node.body.append(ast.Pass())
        return node

    # A docstring, or a text that stands where one could.
    def visit_Expr(self, node):
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return None
        return self.generic_visit(node)

    def visit_Assign(self, node):
        return None if getattr(node.targets[0], "id", None) == "__slots__" else node

    def visit_AnnAssign(self, node):
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], self.visit(node.value)), node)

    def visit_FunctionDef(self, node):
        node.returns = None
        return self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_arg(self, node):
        node.annotation = None
        return node
