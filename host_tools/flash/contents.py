# SPDX-License-Identifier: MIT
"""What belongs on a device: the firmware compiled for it, its boot.py, and the list of both.

boot.py and main.py stay source: boot.py holds this board's pins as literals, and both must run
even where the format of compiled files has changed.
"""

import functools
import hashlib
import json
import re
import threading

from core.sharing.frames import VERSION
from host_tools import ROOT, boards
from host_tools.build import cache, page
from host_tools.build.compact import places
from host_tools.build.firmware import ROOT_MODULE, BuildError
from host_tools.flash.errors import BuildFailed

FIRMWARE = ROOT / "firmware"
FOLDERS = ("app", "core", "device", "hal", *places.FOLDERS)
MANIFEST = "/manifest.json"
PROTOCOL = "protocol"  # beside the files in the manifest
_ONE_AT_A_TIME = threading.Lock()
_MARK = r"^%s = \(\)  # flash: .*$"


def files(board: dict) -> dict:
    """{absolute path on the device: content} of everything that is ours, without settings.

    Raises BuildFailed.
    """
    found = {"/boot.py": boot(board), "/main.py": (FIRMWARE / "main.py").read_bytes(),
             "/board.json": boards.device_form(board)}
    try:
        found.update({"/" + path: code for path, code in _firmware().contents().items()})
        found["/" + page.NAME] = page.page()
    except BuildError as error:
        raise BuildFailed(str(error)) from None
    found[MANIFEST] = _manifest(found)
    return found


def beside(program: str) -> str:
    """A program that uses the firmware on the device, by its names there. Raises BuildFailed."""
    try:
        return _firmware().beside(program)
    except BuildError as error:
        raise BuildFailed(str(error)) from None


def boot(board: dict) -> bytes:
    """boot.py with the board's pins in the places that its marks keep. Raises BuildFailed."""
    text = (FIRMWARE / "boot.py").read_text(encoding="utf-8")
    for name, levels in boards.safe_levels(board).items():
        text, count = re.subn(_MARK % name, "%s = %r" % (name, levels), text, flags=re.MULTILINE)
        if count != 1:
            raise BuildFailed("firmware/boot.py has no place for %s: there must be one line "
                              "'%s = ()  # flash: ...'" % (name, name))
    try:
        compile(text, "boot.py", "exec")
    except SyntaxError as error:
        raise BuildFailed("firmware/boot.py: %s" % error) from None
    return text.encode()


def digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


# Once for all boards that are flashed side by side: to see how each file uses the others takes
# seconds.
def _firmware():
    with _ONE_AT_A_TIME:
        return _built(FIRMWARE, tuple((path, path.read_bytes())
                                      for path in sorted(FIRMWARE.rglob("*.py"))))


@functools.lru_cache(maxsize=1)
def _built(folder, _):
    return cache.firmware(folder, ROOT_MODULE)


def _manifest(found):
    listed = {path: digest(content) for path, content in found.items()}
    listed[PROTOCOL] = VERSION
    return json.dumps(listed, sort_keys=True, separators=(",", ":")).encode()
