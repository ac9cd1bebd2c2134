# SPDX-License-Identifier: MIT
"""A real MicroPython on this computer: its WebAssembly build, by node."""
