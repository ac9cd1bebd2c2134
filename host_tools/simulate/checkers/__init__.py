# SPDX-License-Identifier: MIT
"""Checkers: each watches one rule from outside, by pins, pilot, contactor and draw only."""
