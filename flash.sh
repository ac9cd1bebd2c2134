#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# One command for a newcomer: sets up what is needed, then does what was asked.
# Everything but finding a Python is in host_tools/flash.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$root/host_tools/python.sh"
PYTHONPATH="$root" exec "$python" -m host_tools.flash "$@"
