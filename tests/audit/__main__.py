# SPDX-License-Identifier: MIT
"""python -m tests.audit [--seeds FIRST:END] [--mood NAME] [--seed N] [--jobs N]: many episodes."""

import argparse
import multiprocessing
import time
from collections import Counter

from tests.audit.episode import Episode
from tests.audit.moods import MOODS


def _play(job):
    seed, mood, names = job
    begin = time.process_time()
    episode = Episode(seed, mood, names)
    found = episode.run()
    return (seed, episode.mood, found, episode.judge.over_ma, episode.judge.over_ms,
            episode.world.now, time.process_time() - begin)


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.audit")
    parser.add_argument("--seeds", default="0:100")
    parser.add_argument("--mood", choices=list(MOODS))
    parser.add_argument("--events", help="only these, names of functions with commas")
    parser.add_argument("--seed", type=int, help="one, with its story")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="begin no more episodes after so many")
    parser.add_argument("--quiet", action="store_true", help="only the sums")
    given = parser.parse_args()
    if given.seed is not None:
        episode = Episode(given.seed, given.mood, given.events)
        found = episode.run()
        print("\n".join("%9.2f %s" % (ms / 1000, text) for ms, text in episode.world.story))
        for kind, text in found:
            print("%s: %s" % (kind, text))
        return
    first, end = (int(part) for part in given.seeds.split(":"))
    jobs = [(seed, given.mood, given.events) for seed in range(first, end)]
    kinds, seconds, simulated, count = Counter(), 0.0, 0, 0
    end_s = time.monotonic() + (given.seconds or 1e9)
    with multiprocessing.Pool(given.jobs) as pool:
        played = pool.imap(_play, jobs) if given.jobs > 1 else map(_play, jobs)
        for seed, mood, found, over_ma, over_ms, now, took in played:
            count += 1
            seconds += took
            simulated += now
            for kind in sorted({kind for kind, _ in found}):
                kinds[mood, kind] += 1
                if not given.quiet:
                    text = [text for k, text in found if k == kind][0]
                    print("%d %s %s: %s%s" % (seed, mood, kind, text, "" if kind != "circuit" else
                          "; %.1f A over, %.2f s" % (over_ma / 1000, over_ms / 1000)),
                          flush=True)
            if time.monotonic() > end_s:
                break
    print("%d episodes, %.0f s simulated, %.1f s of one core: %.2f episodes a second" % (
        count, simulated / 1000, seconds, count / seconds))
    for (mood, kind), count in sorted(kinds.items()):
        print("%5d %s %s" % (count, mood, kind))


if __name__ == "__main__":
    main()
