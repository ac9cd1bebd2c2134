# SPDX-License-Identifier: MIT
"""Campaigns: very many random scenarios, an attacker on the air, and what they have shown."""
