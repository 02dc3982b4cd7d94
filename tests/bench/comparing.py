# SPDX-License-Identifier: Apache-2.0
"""`diff`: of two images against diffoscope on their root file systems, and of two records against comm on the same lines."""
import os
import subprocess

import collecting
import measure
from measure import Row

DIFFERS = (0, 1)
CANNOT_TELL = (0, 1, 2)  # images alone, without a Dockerfile: something differs, and nothing says who brought it
COLD, KNOWN, ROOTFS, DIFFOSCOPE = "basedrift diff", "basedrift diff, both known", "basedrift diff, of the root file systems", "diffoscope"


def made_pair(setting):
    a, b = setting.fresh("a"), setting.fresh("b")
    setting.make("patched.py", a, b, "--megabytes", setting.sizes["pair.megabytes"], "--packages", setting.sizes["pair.packages"])
    return a, b


def unpacked(setting, image, name):
    setting.remove("copy")
    setting.once(collecting.unpack(image, setting.path("copy"), setting.fresh(name)))
    setting.remove("copy")
    return setting.path(name)


def told(setting, command):
    """A report came out, whatever the exit status: with status 2 that is not to be taken for granted."""
    done = subprocess.run([*command, "-o", "json"], env=setting.env, cwd=setting.work, stdout=subprocess.PIPE, check=False)
    if done.returncode not in CANNOT_TELL or not done.stdout.startswith(b"{"):
        raise measure.Trouble("%s: no report" % " ".join(command))


def images(setting, pair):
    """pair: two layouts, or None: they are made of this machine's Debian packages."""
    a, b = pair or made_pair(setting)
    command = setting.diff("oci:" + a, "oci:" + b)
    told(setting, command)  # which also has read both once
    rows = [Row(COLD, command, setting.forget, CANNOT_TELL), Row(KNOWN, command, None, CANNOT_TELL)]
    if setting.has("skopeo", "umoci"):
        root_a, root_b = unpacked(setting, a, "root-a"), unpacked(setting, b, "root-b")
        rows.append(Row(ROOTFS, setting.diff("rootfs:" + root_a, "rootfs:" + root_b), None, CANNOT_TELL))
        if setting.has("diffoscope"):
            rows.append(Row(DIFFOSCOPE, [setting.tools["diffoscope"], "--no-progress", "--text", setting.path("diffoscope.txt"), root_a, root_b], None,
                            DIFFERS, setting.sizes["limit"], True))
    results = setting.alternate(rows)
    setting.remove("a", "b", "root-a", "root-b", "diffoscope.txt", "cache")
    return {"rows": results, "given": bool(pair)}


def make_records(setting, files, share):
    a, b = setting.path("a.jsonl"), setting.path("b.jsonl")
    setting.make("records.py", a, b, "--files", files, "--changed", share)
    return a, b


def records(setting):
    """comm wants its input sorted: it gets the same lines in its own order, which is not measured."""
    files, share = setting.sizes["records.files"], 0.01
    a, b = make_records(setting, files, share)
    rows = [Row("basedrift diff", setting.diff(a, b), None, DIFFERS)]
    if setting.has("comm", "sort"):
        for path in (a, b):
            setting.once([setting.tools["sort"], "-o", path + ".sorted", path])
        rows.append(Row("comm -3", [setting.tools["comm"], "-3", a + ".sorted", b + ".sorted"]))
    results = setting.alternate(rows)
    size = os.path.getsize(a)
    setting.remove("a.jsonl", "b.jsonl", "a.jsonl.sorted", "b.jsonl.sorted")
    return {"rows": results, "files": files, "changed": share, "bytes": size}
