# SPDX-License-Identifier: MIT
"""The boards' own compiler takes every file of the firmware."""

import pytest

from tests.micropython import wasm

SOURCES = sorted(wasm.FIRMWARE.rglob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=[str(path.relative_to(wasm.FIRMWARE))
                                                  for path in SOURCES])
def test_every_file_of_the_firmware_compiles(source, tmp_path):
    assert wasm.compile_to(source, tmp_path / "out.mpy") == ""


def test_what_micropython_lacks_is_refused(tmp_path):
    (tmp_path / "bad.py").write_text("match 1:\n    case 1:\n        pass\n")
    assert "SyntaxError" in wasm.compile_to(tmp_path / "bad.py", tmp_path / "bad.mpy")
