# SPDX-License-Identifier: MIT
# Sourced by flash.sh and tests/run: sets $python to a Python that is new enough, or explains.

find_python() {
    local candidate found=""
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python=$candidate
            return 0
        fi
        found="$found $candidate ($("$candidate" --version 2>&1 | head -n 1))"
    done
    echo "AmpPool needs Python 3.11 or newer. Found:${found:- no Python at all}." >&2
    echo "Install one (Debian and Ubuntu: apt install python3 python3-venv) and try again." >&2
    return 1
}

find_python || exit 1
