# SPDX-License-Identifier: MIT
"""The boards' own compiler takes every file of the firmware."""

import pytest

from host_tools.build import cache
from host_tools.build.firmware import FIRMWARE, ROOT_MODULE, BuildError, Firmware
from host_tools.micropython import wasm


@pytest.mark.parametrize("root", (None, "app.unit", ROOT_MODULE))
def test_every_file_of_the_firmware_compiles(root):
    firmware = cache.firmware(root=root)
    assert len(firmware.files()) > 20
    for path in firmware.files():
        assert firmware.compiled(path)[:1] == b"M"


def test_every_file_that_a_call_at_the_line_wants_is_there():
    """By the tables as they are built, of what a unit answers while it runs."""
    program = ("from core.load import load\n"
               "from app.on_demand import live_calls, needs, pairing_job\n"
               "wanted = set(pairing_job._TAKES.split(' '))\nfor name in live_calls.LIVE:\n"
               "    wanted |= {'.'.join(place) for place in needs.needs(name)}\n"
               "for name in wanted:\n    load(*name.split('.'))\nprint(len(wanted))")
    built = wasm.firmware()
    built.files()
    takes = {old: new for new, old in built._private["app.on_demand.pairing_job"].items()}
    program = program.replace("_TAKES", takes["_TAKES"])
    chip = {"/lib/%s.py" % name: b"" for name in ("machine", "esp32")}
    assert int(wasm.run([program], chip, heap_bytes=1024 * 1024)) > 40


def test_what_micropython_lacks_is_refused(tmp_path):
    (tmp_path / "core").mkdir()
    (tmp_path / "core/bad.py").write_text("match 1:\n    case 1:\n        pass\n")
    with pytest.raises(BuildError, match="SyntaxError"):
        Firmware(tmp_path).compiled("core/bad.py")


def test_every_source_is_micropython_as_it_stands():
    """Those that stay source on a board among them."""
    assert len(wasm.plain()) == len(list(FIRMWARE.rglob("*.py")))
    assert {"/lib/boot.mpy", "/lib/main.mpy"} < set(wasm.plain())
    assert {content[:1] for content in wasm.plain().values()} == {b"M"}
