# SPDX-License-Identifier: Apache-2.0
"""How the cost of `collect` and `diff` grows: a list of points for each curve, and the straight line through them."""
import collecting
import comparing
import fit
import oci
from measure import Row

ALL = "deb,npm,pypi,maven,golang"

# curve: (title, label of x, unit of x in the slope, how many x make it); no unit: no line is expected, the bytes are the same
TITLES = {
    "megabytes": ("collect: image size", "unpacked size, MB", "GB", 1000),
    "entries": ("collect: entries", "entries", "million entries", 1e6),
    "layers": ("collect: layers, the same bytes in all", "layers", None, 1),
    "known": ("collect: share of known layers", "layers in the cache, %", "100 %", 100),
    "packages": ("collect: packages", "packages", "1,000 packages", 1000),
    "records": ("diff: files a side, 1 % changed", "files a side", "million files", 1e6),
    "changes": ("diff: changes", "changed files", "million changes", 1e6),
}


def point(x, taken, **more):
    return {"x": x, **taken, **more}


def collected(setting, image, **before):
    """The cost of the image with nothing known, and what is in its record."""
    taken = setting.alternate([Row("collect", setting.collect(image, "--no-cache"), **before)])["collect"]
    record = setting.path("record.jsonl")
    return {**taken, "entries": collecting.entries_of_record(record), "packages": collecting.packages_of_record(record)[0]}


def over(setting, name, x, make):
    """One point for each size of the curve; make: its parameters of the image; x: what the point stands at."""
    points = []
    for size in setting.sizes["curve." + name]:
        image, made = setting.image("image", **make(size))
        taken = collected(setting, image)
        points.append(point(x(made, taken), taken, bytes=made["bytes"], blob_bytes=made["blob_bytes"], layers=made["layers"]))
        setting.remove("image")
    return points


def megabytes(setting):
    entries = setting.sizes["fixed.entries"]
    return over(setting, "megabytes", lambda made, _: made["bytes"] / 1e6, lambda n: {"megabytes": n, "entries": entries, "layers": 8})


def entries(setting):
    """Files of 200 bytes: each entry brings its own bytes, a block and a header in the tar."""
    return over(setting, "entries", lambda _, taken: taken["entries"], lambda n: {"megabytes": max(1, n // 5000), "entries": n, "layers": 8})


def layers(setting):
    fixed = {"megabytes": setting.sizes["fixed.megabytes"], "entries": setting.sizes["fixed.entries"]}
    return over(setting, "layers", lambda made, _: made["layers"], lambda n: {**fixed, "layers": n})


def packages(setting):
    fixed = {"megabytes": setting.sizes["fixed.megabytes"], "entries": setting.sizes["fixed.entries"], "ecosystems": ALL}
    return over(setting, "packages", lambda _, taken: taken["packages"], lambda n: {**fixed, "packages": n})


def known(setting):
    """Of ten layers so many are in the cache already."""
    count, points = 10, []
    image, _ = setting.image("image", megabytes=setting.sizes["fixed.megabytes"], entries=setting.sizes["fixed.entries"], layers=count)
    for number in setting.sizes["curve.known"]:
        part = setting.fresh("part")
        oci.first_layers(image, part, number)

        def learn():
            setting.forget()
            if number:
                setting.once(setting.collect(part))
        taken = setting.alternate([Row("collect", setting.collect(image), learn)])["collect"]
        points.append(point(100 * number // count, taken))
    setting.remove("image", "part", "cache")
    return points


def compared(setting, files, share):
    a, b = comparing.make_records(setting, files, share)
    taken = setting.alternate([Row("diff", setting.diff(a, b), None, comparing.DIFFERS)])["diff"]
    setting.remove("a.jsonl", "b.jsonl")
    return taken


def records(setting):
    return [point(files, compared(setting, files, 0.01)) for files in setting.sizes["curve.records"]]


def changes(setting):
    files = setting.sizes["fixed.files"]
    return [point(files * percent // 100, compared(setting, files, percent / 100)) for percent in setting.sizes["curve.changes"]]


def all_of(setting, say):
    """{name: {"points", "fit"}}"""
    made = {}
    for name, curve in (("megabytes", megabytes), ("entries", entries), ("layers", layers), ("known", known), ("packages", packages),
                        ("records", records), ("changes", changes)):
        say("curve: " + name)
        points = curve(setting)
        made[name] = {"points": points, "fit": fit.line([(p["x"], p["median"]) for p in points]) if TITLES[name][2] else None}
    return made
