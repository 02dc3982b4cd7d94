#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long a command takes, how much CPU and memory; several in alternation; what the samples come to.

A sample is taken by a small process of its own (this file, run as a program): what the command's parent holds in memory would count as
the command's peak otherwise.  The peak is that of the largest process of the command, in KB.
"""
import collections
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

# command: words; before: called before each round, not measured; statuses: exit statuses that are no trouble;
# limit: seconds after which the command is ended and counted as "longer"; peer: its trouble is shown, not ours
Row = collections.namedtuple("Row", "name command before statuses limit peer", defaults=(None, (0,), None, False))


class Trouble(Exception):
    pass


def shell(script):
    return ["bash", "-o", "pipefail", "-c", script]


def take(command, env, cwd, limit):
    """In the small process: fork, exec, wait."""
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.chdir(cwd)
        try:
            os.execvpe(command[0], command, env)
        except OSError as error:
            sys.stderr.write("%s: %s\n" % (command[0], error.strerror))
            os._exit(127)
    was_cut = []

    def cut(*_):
        was_cut.append(True)
        os.killpg(child, signal.SIGKILL)

    if limit:
        signal.signal(signal.SIGALRM, cut)
        signal.setitimer(signal.ITIMER_REAL, limit)
    _, status, used = os.wait4(child, 0)
    seconds = time.monotonic() - start
    signal.setitimer(signal.ITIMER_REAL, 0)
    return {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "peak_kb": used.ru_maxrss, "cut": bool(was_cut),
            "status": os.waitstatus_to_exitcode(status)}


def sample(command, env, cwd, statuses=(0,), limit=None):
    """One run; raises Trouble when it ends with another status."""
    request = json.dumps({"command": command, "env": env, "cwd": cwd, "limit": limit})
    reader, writer = os.pipe()
    with tempfile.TemporaryFile() as errors:
        taker = subprocess.Popen([sys.executable, "-S", "-E", __file__, str(writer)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                 stderr=errors, pass_fds=(writer,))
        os.close(writer)
        taker.communicate(request.encode())
        with os.fdopen(reader) as answer:
            text = answer.read()
        errors.seek(0)
        said = errors.read().decode(errors="replace")[-2000:]
    if not text:
        raise Trouble("%s: %s" % (" ".join(command), said))
    taken = json.loads(text)
    if not taken["cut"] and taken["status"] not in statuses:
        raise Trouble("%s: status %d\n%s" % (" ".join(command), taken["status"], said))
    return taken


def summary(samples):
    """None: there are no samples.  With "cut" the times are what it takes at least."""
    if not samples:
        return None
    seconds = [s["seconds"] for s in samples]
    return {"median": statistics.median(seconds), "min": min(seconds), "max": max(seconds), "runs": len(samples),
            "cpu": statistics.median(s["cpu"] for s in samples), "peak_kb": max(s["peak_kb"] for s in samples),
            "cut": any(s["cut"] for s in samples)}


def alternate(rows, rounds, env, cwd):
    """{name: summary}, each row once in every round.  What was cut once, and a peer that fails, is not run again."""
    samples, failed = {row.name: [] for row in rows}, {}
    for _ in range(rounds):
        for row in rows:
            taken = samples[row.name]
            if row.name in failed or (taken and taken[-1]["cut"]):
                continue
            if row.before:
                row.before()
            try:
                taken.append(sample(row.command, env, cwd, row.statuses, row.limit))
            except Trouble as trouble:
                if not row.peer:
                    raise
                failed[row.name] = str(trouble).strip()
    return {name: {"failed": failed[name]} if name in failed else summary(taken) for name, taken in samples.items()}


def ratio(results, name, to):
    """How many times as long `name` takes as `to`; None when one of them was not measured."""
    a, b = results.get(name), results.get(to)
    return a["median"] / b["median"] if a and b and "median" in a and "median" in b else None


def main():
    request = json.load(sys.stdin)
    taken = take(request["command"], request["env"], request["cwd"], request["limit"])
    with os.fdopen(int(sys.argv[1]), "w") as answer:
        json.dump(taken, answer)


if __name__ == "__main__":
    main()
