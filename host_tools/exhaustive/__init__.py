# SPDX-License-Identifier: MIT
"""An exhaustive search of a small world: a leader, two followers, every fault at every step."""
