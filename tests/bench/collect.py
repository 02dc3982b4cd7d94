#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""collect.py --basedrift PROGRAM --pass PROGRAM [--layout DIR] [--rounds N] [--curves] [--out DIR]

How long `collect` takes, side by side and in alternation with what bounds it (pass: the fastest pass that verifies every digest)
and with other tools where they are installed.  Medians, least and most, ratios: as a table, and as JSON in --out.  With --curves also how
the cost grows with size, entries, layers, packages and the share of layers that are known already, each as an SVG.
"""
import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import layout


def run(command, env=None):
    """Seconds, CPU seconds and peak KB of a shell command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    child = subprocess.Popen(["bash", "-o", "pipefail", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **(env or {})})
    _, errors = child.communicate()
    seconds = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if child.returncode != 0:
        sys.exit("bench: %s\n%s" % (command, errors.decode(errors="replace")))
    return {"seconds": seconds, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, "peak_kb": after.ru_maxrss}


def peak_kb(command, env):
    """Of one process alone: ru_maxrss of all children only ever grows."""
    code = "import resource,subprocess,sys; subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    done = subprocess.run([sys.executable, "-c", code, *command], stdout=subprocess.PIPE, env={**os.environ, **env}, check=True)
    return int(done.stdout)


def summary(samples):
    seconds = [s["seconds"] for s in samples]
    return {"median": statistics.median(seconds), "min": min(seconds), "max": max(seconds), "cpu": statistics.median(s["cpu"] for s in samples)}


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.work = tempfile.mkdtemp(prefix="basedrift-bench-")
        self.cache = os.path.join(self.work, "cache")
        self.env = {"BASEDRIFT_OFFLINE": "1", "BASEDRIFT_STORE": "none", "BASEDRIFT_CACHE": self.cache, "HOME": self.work, "CI": "1"}

    def collect(self, image, more=""):
        return "%s collect oci:%s -o record=%s/record.jsonl %s" % (self.arguments.basedrift, image, self.work, more)

    def peers(self, image):
        """(name, command, what to do before each round)."""
        found = [("basedrift", self.collect(image, "--no-cache"), None),
                 ("fastest pass", "%s %s" % (self.arguments.fastest, image), None),
                 ("basedrift, layers known", self.collect(image), None)]
        blobs = " ".join(layer_paths(image, "gzip"))
        if blobs and shutil.which("tar"):
            found.append(("tar -tzf", "for blob in %s; do tar -tzf $blob; done" % blobs, None))
        if blobs and shutil.which("igzip"):
            found.append(("igzip -d | sha256sum", "for blob in %s; do igzip -dc $blob | sha256sum; done" % blobs, None))
        if shutil.which("umoci"):
            bundle = os.path.join(self.work, "bundle")
            found.append(("umoci unpack", "rm -rf %s; umoci raw unpack --rootless --image %s:%s %s" % (bundle, image, first_name(image), bundle), None))
        if shutil.which("trivy"):
            scan = "trivy image --input %s --format cyclonedx --offline-scan --cache-dir %s/trivy" % (image, self.work)
            found.append(("trivy", scan, lambda: shutil.rmtree(self.work + "/trivy", ignore_errors=True)))
            found.append(("trivy, warm", scan, None))
        return [f for f in found if f[0] != "umoci unpack" or first_name(image)]

    def side_by_side(self, image):
        peers, samples = self.peers(image), {}
        run(self.collect(image), self.env)  # fills the layer cache
        for _ in range(self.arguments.rounds):
            for name, command, before in peers:
                if before:
                    before()
                samples.setdefault(name, []).append(run(command, self.env))
        return {name: summary(values) for name, values in samples.items()}

    def measure(self, **parameters):
        image = os.path.join(self.work, "image")
        shutil.rmtree(image, ignore_errors=True)
        layout.build(image, **parameters)
        samples = [run(self.collect(image, "--no-cache"), self.env) for _ in range(self.arguments.rounds)]
        words = self.collect(image, "--no-cache").split()
        return {**parameters, **summary(samples), "peak_kb": peak_kb(words, self.env)}

    def known_share(self, layers=10):
        """Cost of an image of which so many layers are in the cache."""
        image, points = os.path.join(self.work, "image"), []
        shutil.rmtree(image, ignore_errors=True)
        layout.build(image, megabytes=200, layers=layers)
        for known in range(0, layers + 1, 2):
            samples = []
            for _ in range(self.arguments.rounds):
                shutil.rmtree(self.cache, ignore_errors=True)
                part = first_layers(image, self.work, known)
                if part:
                    run(self.collect(part), self.env)
                samples.append(run(self.collect(image), self.env))
            points.append({"known": known, **summary(samples)})
        return points

    def curves(self):
        return {
            "megabytes": [self.measure(megabytes=n) for n in (50, 100, 200, 400)],
            "entries": [self.measure(entries=n, megabytes=100) for n in (5000, 10000, 50000, 100000)],
            "layers": [self.measure(layers=n) for n in (1, 2, 4, 8, 16, 32)],
            "packages": [self.measure(packages=n, entries=20000) for n in (10, 100, 1000, 4000)],
            "known": self.known_share(),
        }


def manifest_of(image):
    def blob(digest):
        with open(os.path.join(image, "blobs", *digest.split(":")), encoding="utf-8") as file:
            return json.load(file)
    with open(os.path.join(image, "index.json"), encoding="utf-8") as file:
        index = json.load(file)
    manifest = blob(index["manifests"][0]["digest"])
    return index, manifest, blob(manifest["config"]["digest"])


def first_name(image):
    return manifest_of(image)[0]["manifests"][0].get("annotations", {}).get("org.opencontainers.image.ref.name", "")


def layer_paths(image, kind):
    return [os.path.join(image, "blobs", *layer["digest"].split(":")) for layer in manifest_of(image)[1]["layers"] if kind in layer["mediaType"]]


def first_layers(image, work, count):
    """A layout that has only the lowest layers of image; None when that is none."""
    if count == 0:
        return None
    part = os.path.join(work, "part")
    shutil.rmtree(part, ignore_errors=True)
    packer = layout.Packer(part, "none")
    _, manifest, config = manifest_of(image)
    for layer in manifest["layers"][:count]:
        os.link(os.path.join(image, "blobs", *layer["digest"].split(":")), os.path.join(part, "blobs", *layer["digest"].split(":")))
    packer.image(list(zip(manifest["layers"][:count], config["rootfs"]["diff_ids"][:count])))
    return part


def svg(title, points, key):
    """Seconds over key, from zero, with the points' values written beside them."""
    width, height, left, bottom = 480, 260, 50, 40
    most_x, most_y = max(p[key] for p in points) or 1, max(p["median"] for p in points) or 1
    at = [(left + (width - left - 40) * p[key] / most_x, height - bottom - (height - bottom - 30) * p["median"] / most_y) for p in points]
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">' % (width, height),
             '<rect width="100%%" height="100%%" fill="white"/><text x="%d" y="16" font-size="13">%s</text>' % (left, title),
             '<path d="M%d 24V%dH%d" fill="none" stroke="#888"/>' % (left, height - bottom, width - 20),
             '<polyline fill="none" stroke="#0969da" stroke-width="2" points="%s"/>' % " ".join("%.1f,%.1f" % xy for xy in at)]
    for (x, y), point in zip(at, points):
        lines.append('<circle cx="%.1f" cy="%.1f" r="3" fill="#0969da"/><text x="%.1f" y="%.1f">%.2f s</text>' % (x, y, x + 4, y - 6, point["median"]))
        lines.append('<text x="%.1f" y="%d" text-anchor="middle">%d</text>' % (x, height - bottom + 16, point[key]))
    lines.append('<text x="%d" y="%d" text-anchor="end">%s</text></svg>' % (width - 20, height - 6, key))
    return "\n".join(lines) + "\n"


def table(results):
    bound = results["basedrift"]["median"]
    print("%-26s %8s %8s %8s %8s  %s" % ("", "median s", "least", "most", "CPU s", "basedrift is"))
    for name, r in results.items():
        ratio = r["median"] / bound
        words = "" if name == "basedrift" else "%.2f x as fast" % ratio if ratio >= 1 else "%.2f x as long" % (1 / ratio)
        print("%-26s %8.2f %8.2f %8.2f %8.2f  %s" % (name, r["median"], r["min"], r["max"], r["cpu"], words))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--basedrift", required=True)
    parser.add_argument("--pass", dest="fastest", required=True)
    parser.add_argument("--layout", help="an OCI layout; default: one is made (400 MB)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--curves", action="store_true")
    parser.add_argument("--out", default="bench-results")
    bench = Bench(parser.parse_args())
    os.makedirs(bench.arguments.out, exist_ok=True)
    image = bench.arguments.layout
    try:
        if image is None:
            image = os.path.join(bench.work, "made")
            layout.build(image, megabytes=400, entries=40000)
        report = {"side_by_side": bench.side_by_side(os.path.abspath(image))}
        report["peak_kb"] = peak_kb(bench.collect(os.path.abspath(image), "--no-cache").split(), bench.env)
        table(report["side_by_side"])
        print("peak memory of basedrift: %d MB" % (report["peak_kb"] // 1024))
        if bench.arguments.curves:
            report["curves"] = bench.curves()
            for key, points in report["curves"].items():
                print("%s: %s" % (key, ", ".join("%d: %.2f s" % (p[key], p["median"]) for p in points)))
                with open(os.path.join(bench.arguments.out, key + ".svg"), "w", encoding="utf-8") as file:
                    file.write(svg("collect: seconds over " + key, points, key))
        with open(os.path.join(bench.arguments.out, "collect.json"), "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)
    finally:
        shutil.rmtree(bench.work, ignore_errors=True)


if __name__ == "__main__":
    main()
