# SPDX-License-Identifier: MIT
"""The virtual fleet: several units in real time, with a table that shows what they do."""
