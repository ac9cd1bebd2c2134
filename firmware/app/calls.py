# SPDX-License-Identifier: MIT
"""What can be typed at the prompt beside run(): the methods of console.py."""

CALLS = ("help_me", "status", "role", "breaker", "limit", "enable", "wifi", "setting", "settings",
         "label", "clear_fault", "factory_reset", "bench_vehicle", "watch", "amppool_health")
