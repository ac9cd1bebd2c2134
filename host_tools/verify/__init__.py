# SPDX-License-Identifier: MIT
"""What looks for a way to break the rules, and takes longer than a test may."""
