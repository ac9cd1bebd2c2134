# SPDX-License-Identifier: MIT
"""Coverage-guided fuzzing: python -m tests.fuzz TARGET [--minutes 10].

Sets up .venv with the fuzzer, begins with the corpus kept here, and at the end keeps the smallest
files that reach the same. What it finds is written to out/fuzz/TARGET and is exit code 1; played
again with --file.
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from host_tools import ROOT, environment
from tests.fuzz import minimise, play

OUT = ROOT / "out" / "fuzz"


def _arguments(words):
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz",
                                     description=__doc__.split("\n")[0])
    parser.add_argument("target", choices=play.TARGETS)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--file", type=Path, help="only play this file, with a traceback")
    return parser.parse_args(words)


def _run(name, minutes):
    folder = OUT / name
    found = folder / "found"
    for path in (folder / "corpus", found):
        path.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(play.target(name).seeds() + play.corpus(name)):
        (folder / "corpus" / ("begin-%d" % number)).write_bytes(data)
    before = set(found.iterdir())
    worker = [sys.executable, "-m", "tests.fuzz.worker", name, str(folder / "corpus"),
              "-max_total_time=%d" % (minutes * 60), "-max_len=600", "-timeout=300",
              "-report_slow_units=300",  # what is slow on a busy machine is no finding
              "-rss_limit_mb=1500", "-print_final_stats=1", "-artifact_prefix=%s/" % found]
    log = folder / "log"
    with log.open("w") as out:
        code = subprocess.run(worker, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT,
                              env=dict(os.environ, PYTHONHASHSEED="0"), check=False).returncode
    cpu_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    text = log.read_text(errors="replace")
    runs = [int(number) for number in re.findall(r"^#(\d+)", text, re.MULTILINE)]
    edges = re.findall(r"cov: (\d+)", text)
    findings = sorted(set(found.iterdir()) - before)
    print("%s: %d executions in %d CPU-seconds, %s edges, %d findings" % (
        name, max(runs, default=0), cpu_s, edges[-1] if edges else "no", len(findings)))
    for path in findings:
        print("  %s" % path.relative_to(ROOT))
    if code and not findings:
        print(text[-3000:])
    return 1 if code or findings else 0


def _keep(name):
    """The corpus in the repository: the smallest files that reach what all of them reach."""
    found = [path.read_bytes() for path in (OUT / name / "corpus").iterdir()]
    with tempfile.TemporaryDirectory() as folder, play.player(name, folder) as one:
        chosen, steps = minimise.choose(found + play.corpus(name), one, play.WATCHED[name])
    minimise.store(play.CORPUS / name, chosen)
    print("%s: %d files kept of %d, %d steps from line to line" % (
        name, len(chosen), len(found), steps))


def main(words) -> int:
    """0: nothing was found."""
    arguments = _arguments(words)
    name = arguments.target
    python = environment.ensure("fuzz")
    if Path(sys.prefix) != environment.VENV:
        return subprocess.run([python, "-m", "tests.fuzz", *words], cwd=ROOT,
                              check=False).returncode
    if arguments.file:
        with tempfile.TemporaryDirectory() as folder, play.player(name, folder) as one:
            one(arguments.file.read_bytes())
        return 0
    code = _run(name, arguments.minutes)
    if code == 0:
        _keep(name)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
