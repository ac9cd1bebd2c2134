# SPDX-License-Identifier: MIT
"""The host side of AmpPool: simulator, virtual fleet, benchmarks."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The firmware's packages `core` and `app` are imported as on the board; `micropython` is a shim.
for _folder in ("firmware", "host_tools/shim"):
    if str(ROOT / _folder) not in sys.path:
        sys.path.insert(0, str(ROOT / _folder))
