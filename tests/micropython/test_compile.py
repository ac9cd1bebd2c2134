# SPDX-License-Identifier: MIT
"""The boards' own compiler takes every file of the firmware."""

import pytest

from host_tools.firmware_build import BuildError, Firmware
from tests.micropython import wasm

SOURCES = [str(path.relative_to(wasm.FIRMWARE)) for path in sorted(wasm.FIRMWARE.rglob("*.py"))]


@pytest.mark.parametrize("source", SOURCES)
def test_every_file_of_the_firmware_compiles(source):
    assert wasm.firmware().compiled(source)[:1] == b"M"


def test_what_micropython_lacks_is_refused(tmp_path):
    (tmp_path / "bad.py").write_text("match 1:\n    case 1:\n        pass\n")
    with pytest.raises(BuildError, match="SyntaxError"):
        Firmware(tmp_path).compiled("bad.py")
