# SPDX-License-Identifier: MIT
"""The core's unit vectors: small programs that print the same on both interpreters."""

import pytest

from host_tools import ROOT
from tests.micropython import compare

VECTORS = sorted((ROOT / "tests/micropython/vectors").glob("*.py"))


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_vectors_are_the_same_on_micropython(path):
    printed = compare.program(path.read_text())
    assert printed.count("\n") >= 100
