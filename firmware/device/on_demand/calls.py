# SPDX-License-Identifier: MIT
"""What can be typed at the prompt beside run().

Made when there is a prompt: a unit that runs needs their memory.
"""

CALLS = ("help_me", "status", "role", "breaker", "limit", "enable", "fallback", "wifi", "setting",
         "settings", "label", "clear_fault", "factory_reset", "bench_vehicle", "watch",
         "amppool_health", "go_on_without", "remove", "hand_over", "promote", "lead_again",
         "rename", "identify", "self_test", "pair", "replace", "members", "troubles", "events",
         "tested", "take_back", "cap", "wish", "soft_limit")


def offer(names: dict, supervisor, folders):
    """Put the calls into `names`; each opens the folders that its files are in. Whoever is at the
    prompt has time to type."""
    for name in CALLS:
        names[name] = _call(name, supervisor, folders)
    supervisor.at_prompt()


def _call(name, supervisor, folders):
    def call(*given):
        with folders:
            supervisor.call(name, given)
    return call
