# SPDX-License-Identifier: MIT
"""The tests of the firmware, run on what the passes that change its statements make of it."""

import ast
import os
import shutil
import subprocess
import sys

import pytest

from host_tools import ROOT
from host_tools.compact import inline, loops

_RUN = ("tests/unit", "tests/scenarios", "tests/fuzz")
# About the build itself: it refuses to be given its own results.
_NOT = ("test_the_plan_without_a_board", "test_the_firmware_is_compiled")


def changed(folder):
    """Changes the firmware in a folder as the build does, but for names and files."""
    trees = {path: ast.parse(path.read_text()) for path in folder.glob("*/*.py")}
    bases = inline.bases(trees.values())
    for path, tree in trees.items():
        inline.inline(tree, bases)
        loops.unroll(tree)
        path.write_text(ast.unparse(ast.fix_missing_locations(tree)) + "\n")


@pytest.mark.long
def test_statements_that_the_build_has_changed_do_the_same(tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(
        ".git", ".venv", "out", "node_modules", "__pycache__", ".*_cache", ".hypothesis"))
    changed(copy / "firmware")
    files = [str(path) for path in (copy / "tests/unit").glob("test_*.py")
             if path.name.startswith(("test_compact", "test_firmware_build"))]
    command = [sys.executable, "-m", "pytest", "-q", "-c", "pyproject.toml", *_RUN,
               "-m", "not long and not mutation and not device",
               "-k", " and ".join("not " + name for name in _NOT),
               *["--ignore=" + path for path in files]]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False,
                          env=dict(os.environ, PYTEST_ADDOPTS="", HYPOTHESIS_PROFILE="daily"))
    assert done.returncode == 0, done.stdout[-3000:]
    assert int(done.stdout.split(" passed")[0].split()[-1]) > 1000
