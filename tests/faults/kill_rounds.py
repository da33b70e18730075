"""Kill processes while they write, and look at what the next one finds.

``python kill_rounds.py KIND N SEED FOLDER``, with one of `TARGETS` as KIND, kills at N random
times, or, if N is "steps", before each step on files, one after the other. It prints figures as
JSON, and fails if anything but the old or the new state is found, or if the next start leaves
something lying about.
"""

import itertools
import json
import os
import random
import re
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from kill_targets import TARGETS


def in_child(function):
    """Call a function in a forked process; return the process."""
    process = os.fork()
    if process:
        return process
    try:
        function()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def check(function):
    _, status = os.waitpid(in_child(function), 0)
    assert status == 0, "see above"


def lying_about(folder):
    """Names of unfinished files, the random parts of them left out."""
    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
    names = [path for path in paths if ".unfinished" in path or ".tmp" in path]
    return sorted(re.sub(r"\.tmp\w+", ".tmp*", re.sub("[0-9a-f]{40}", "key", n)) for n in names)


def moment_of(names):
    """Say what lay about when the writer was killed."""
    files = sorted(Path(name).name for name in names if not name.endswith(".unfinished"))
    return " ".join(files) or ("a folder" if names else "nothing")


class Figures(dict):
    """What was found after the kills."""

    def __init__(self):
        names = ("old", "new", "with_strays", "with_an_empty_lock_after_the_next_start")
        super().__init__(dict.fromkeys(names, 0), moments=Counter())

    def look(self, target, folder):
        """Look at what a killed process has left, and at the next start."""
        found, state = lying_about(folder), target.state()
        self[state] += 1
        self["moments"][f"{moment_of(found)}: {state}"] += 1
        self["with_strays"] += bool(found)
        check(target.check_next_start)
        left = lying_about(folder)
        assert all(name.endswith((".unfinished", "/lock")) for name in left), left
        self["with_an_empty_lock_after_the_next_start"] += bool(left)
        check(target.write_more)
        assert lying_about(folder) == [], lying_about(folder)


def play(target, folder, n_rounds, seed):
    """Kill writers, three of four at a time after they began to write."""
    chance = random.Random(seed)
    whole, begin = measure(target, folder)
    figures = Figures()
    for number in range(n_rounds):
        target.prepare(number)
        part = (number // 2 + chance.random()) / ((n_rounds + 1) // 2)  # spread, not clustered
        process = in_child(target.write)
        started = time.monotonic()
        if number % 8 > 1:
            while not any(folder.rglob("*.unfinished")) and time.monotonic() - started < whole:
                time.sleep(0.0005)
            time.sleep(part * 1.7 * (whole - begin))
        else:
            time.sleep(part * 1.7 * whole)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        figures.look(target, folder)
    figures["milliseconds"] = {"whole": round(1e3 * whole), "begins to write": round(1e3 * begin)}
    return figures


def play_steps(target, folder):
    """Kill a writer before its first step on a file, the next one before its second, and so on."""
    figures = Figures()
    events = ("open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.chmod", "os.truncate")

    def write_until(last):
        steps = itertools.count(1)

        def hook(event, arguments):
            if event in events and str(folder) in str(arguments[0]) and next(steps) == last:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        target.write()

    for beginning in range(target.n_beginnings):
        for last in itertools.count(1):
            target.prepare(beginning)
            _, status = os.waitpid(in_child(lambda last=last: write_until(last)), 0)
            if os.WIFEXITED(status):
                assert status == 0, "see above"
                break
            figures.look(target, folder)
    return figures


def measure(target, folder):
    """Return the seconds that writing takes, and those until it begins."""
    times = []
    for _ in range(3):
        target.prepare(0)
        started = time.monotonic()
        process = in_child(target.write)
        begin = None
        while os.waitpid(process, os.WNOHANG) == (0, 0):
            if begin is None and any(folder.rglob("*.unfinished")):
                begin = time.monotonic() - started
            time.sleep(0.0005)
        whole = time.monotonic() - started
        times.append((whole, begin or whole))
    return sorted(times)[1]


def main(kind, n_rounds, seed, folder):
    folder = Path(folder)
    target = TARGETS[kind](folder, *([2000] if n_rounds == "steps" else []))
    started = time.monotonic()
    try:
        figures = (
            play_steps(target, folder)
            if n_rounds == "steps"
            else play(target, folder, int(n_rounds), int(seed))
        )
    finally:
        if kind == "download":
            os.kill(target.server_process, signal.SIGKILL)
    figures["seconds"] = round(time.monotonic() - started, 1)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
