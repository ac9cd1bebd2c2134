# SPDX-License-Identifier: MIT
"""From the source to what boards and the tests on MicroPython are given."""
