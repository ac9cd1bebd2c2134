# SPDX-License-Identifier: MIT
"""What ./flash.sh does to real boards: MicroPython, the firmware, settings, and a check."""
