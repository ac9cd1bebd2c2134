# SPDX-License-Identifier: MIT
"""The most used names of a file first: only the first 128 of its table take one byte a use.

MicroPython numbers the names of a file as it meets them. So a statement that is never run, and is
gone once the file is loaded, meets them in the best order.
"""

import ast
import collections

_FIRST = 124  # a few places of the 128 go to what every file has
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def first(tree):
    """Puts that statement into the tree of a file that has more names than that."""
    uses = _uses(tree)
    if len(uses) <= _FIRST:
        return
    named = ast.Name("__name__", ast.Load())
    chain = named
    for name, _ in uses.most_common(_FIRST):
        chain = ast.Attribute(chain, name, ast.Load())
    tree.body.insert(0, ast.If(ast.UnaryOp(ast.Not(), named), [ast.Expr(chain)], []))


# Variables of a function have numbers, not names; only its parameters have both.
def _uses(tree):
    uses = collections.Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            uses[node.attr] += 1
        elif isinstance(node, (*_FUNCTIONS[:2], ast.ClassDef)):
            uses[node.name] += 2
        elif isinstance(node, ast.arg):
            uses[node.arg] += 1
        elif isinstance(node, ast.Name):
            uses[node.id] += 1
    for function in ast.walk(tree):
        if isinstance(function, _FUNCTIONS):
            uses.subtract(_variables(function))
    return +uses


def _variables(function):
    own = {part.arg for part in ast.walk(function) if isinstance(part, ast.arg)}
    own |= {part.id for part in ast.walk(function)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    return [part.id for part in ast.walk(function)
            if isinstance(part, ast.Name) and part.id in own]
