# SPDX-License-Identifier: MIT
"""What the firmware costs and what it achieves."""
