#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""records.py DIR [NAME...]: pairs of build records, NAME.a.jsonl and NAME.b.jsonl, and the verdict that each shall reach in NAME.verdict.

One pair for every verdict of docs/verdicts.md, for the acquittals, and for extreme ones: no package and ten thousand, a
hundred thousand files, names that are long, from right to left, or want to be markup.
"""
import copy
import hashlib
import json
import os
import sys
import urllib.parse

CASES = {}
HOSTILE = [
    "<script>document.title='owned'</script>", "<img src=x onerror=alert(1)>", "]]>", "--><!--", "&amp;&#x3c;", "\x1b[31mred\x1b[0m",
    "\u202egnp.exe", "a\nb\tc\rd", "`code` ``more``", "| pipe | cell |", "_x_ *y* ~~z~~ [l](javascript:alert(1))", "@everyone #12 !x",
    "\"quoted\" 'single'", "\ufffe noncharacter", "\x7f\x01\x08", "::error::x", "</code></pre></td></style></script>", "${jndi:x} {{7*7}}",
]


def digest(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def dockerfile(*lines):
    text = "\n".join(lines) + "\n"
    return {"path": "Dockerfile", "digest": digest(text), "text": text}


def base(side="a", role="base", **more):
    line = {"role": role, "stage": 0, "line": 1, "as_written": "python:2.7", "reference": "docker.io/library/python:2.7", "pin": "tag",
            "platform": "linux/amd64", "created": "2019-09-12T00:41:09Z" if side == "a" else "2019-10-19T02:58:31Z",
            "digests": [{"kind": "index", "value": digest("index " + side)}, {"kind": "manifest", "value": digest("manifest " + side)}],
            "confidence": "proven"}
    line.update(more)
    return line


def layer(index, origin, side, **more):
    line = {"index": index, "origin": origin, "diff_id": digest("layer %d %s" % (index, side)), "content": digest("content %d %s" % (index, side)),
            "metadata": digest("metadata %d %s" % (index, side)), "created": "2019-10-18T21:41:00Z", "files": 100, "verified": True}
    line.update(more)
    return line


def package(name, version, at=0, content="1", kind="deb/debian", **more):
    quoted = urllib.parse.quote(name, safe="")
    line = {"purl": "pkg:%s/%s@%s%s" % (kind, quoted, urllib.parse.quote(version, safe=""), "?arch=amd64" if kind.startswith("deb") else ""),
            "layer": at, "content": digest(name + content), "metadata": digest(name + content), "files": 3, "path": "var/lib/dpkg/status"}
    line.update(more)
    return line


def file(path, content="1", **more):
    line = {"path": path, "kind": "file", "mode": "0644", "uid": 0, "gid": 0, "mtime_sec": 1500000000, "size_bytes": 100, "layer": 3,
            "digest": digest(path + content)}
    line.update(more)
    return line


STEPS = ["FROM python:2.7", "WORKDIR /app", "COPY requirements.txt .", "RUN pip install -r requirements.txt", "RUN make"]


def build(side):
    """What both builds have in common; a: passed, b: failed."""
    return {
        "build": {"project": "orders-api", "branch": "master", "id": "4811" if side == "a" else "4817", "status": "passed" if side == "a" else "failed",
                  "url": "https://ci.example/builds/" + side, "started": "2019-10-18T21:40:00Z" if side == "a" else "2019-10-19T11:30:00Z"},
        "source": {"vcs": "git", "commit": "4015b57a143aec5156fd1444a017a32137a3fd0f", "tree": "80655da8d80aaaf92ce5357e7828dc09adb00993",
                   "dirty": False, "dockerfile": dockerfile(*STEPS)},
        "base": [base()],
        "image": {"name": "oci:app", "platform": "linux/amd64", "digests": [{"kind": "manifest", "value": digest("image " + side)}],
                  "distro": {"id": "debian", "version": "10", "name": "Debian GNU/Linux 10 (buster)"},
                  "config": {"env": [{"key": "PATH", "value": "/usr/bin"}, {"key": "PYTHON_VERSION", "value": "2.7.16"}], "cmd": ["python"]}},
        "layer": [layer(0, "base", "a", created_by="/bin/sh -c #(nop) ADD file:1 in /"),
                  layer(1, "base", "a", created_by="/bin/sh -c set -ex; wget python; ./configure; make -j4"),
                  layer(2, "step", "a", line=3, instruction=STEPS[2]), layer(3, "step", "a", line=4, instruction=STEPS[3])],
        "package": [package("openssl", "1.1.1c-1"), package("tzdata", "2019b-0+deb10u1"),
                    package("python", "2.7.16", 1, kind="generic", path="usr/local/bin/python2.7"), package("attrs", "19.1.0", 3, kind="pypi"),
                    package("zipp", "0.5.2", 3, kind="pypi")],
        "file": [file("app/main.py"), file("usr/local/bin/tool")],
        "input": [{"kind": "build-arg", "key": "VERSION", "value": "1"}, {"kind": "builder", "key": "buildah", "value": "1.28.2"}],
    }


def case(verdict):
    def add(function):
        CASES[function.__name__.replace("_", "-")] = (function, verdict)
        return function
    return add


def replace(lines, name, **more):
    for line in lines:
        if ("/" + name + "@") in line.get("purl", "") or line.get("path") == name or line.get("key") == name:
            version = more.pop("version", None)
            if version is not None:
                line["purl"] = line["purl"].split("@")[0] + "@" + urllib.parse.quote(version, safe="") + ("?arch=amd64" if "deb/" in line["purl"] else "")
                line["content"] = line["metadata"] = digest(line["purl"])
            line.update(more)


def move_base(b):
    b["base"] = [base("b")]
    for i in (0, 1):
        b["layer"][i] = layer(i, "base", "b", created_by=b["layer"][i]["created_by"])
    replace(b["package"], "openssl", version="1.1.1d-0+deb10u2")
    replace(b["package"], "python", version="2.7.17")
    b["image"]["config"]["env"][1]["value"] = "2.7.17"


def change_step(b):
    b["layer"][3] = layer(3, "step", "b", line=4, instruction=STEPS[3])
    replace(b["package"], "attrs", version="19.3.0")
    b["package"] = [p for p in b["package"] if "/zipp@" not in p["purl"]] + [package("more-itertools", "5.0.0", 3, kind="pypi")]


@case("base-image-moved")
def base_image_moved(a, b):
    move_base(b)
    change_step(b)


@case("base-image-moved")
def base_moved_and_source_changed(a, b):
    move_base(b)
    b["source"]["tree"] = "1" * 40
    b["source"]["commit"] = "2" * 40


@case("base-reference-changed")
def base_reference_changed(a, b):
    move_base(b)
    b["source"]["tree"] = "1" * 40
    b["source"]["dockerfile"] = dockerfile("FROM python:3", *STEPS[1:])
    b["base"][0].update(as_written="python:3", reference="docker.io/library/python:3")


@case("base-platform-changed")
def base_platform_changed(a, b):
    move_base(b)
    b["base"][0]["platform"] = b["image"]["platform"] = "linux/arm64"


@case("stage-image-moved")
def stage_image_moved(a, b):
    for side, record in (("a", a), ("b", b)):
        record["base"].append(base(side, "builder", stage=1, stage_name="ui", line=7, as_written="node:20", reference="docker.io/library/node:20"))
        record["layer"].append(layer(4, "step", side, line=9, instruction="COPY --from=ui /ui /srv/ui", copied_from="ui", copied_from_stage=1))
    b["file"].append(file("srv/ui/index.js", layer=4))


@case("frontend-moved")
def frontend_moved(a, b):
    for side, record in (("a", a), ("b", b)):
        record["base"].append(base(side, "frontend", stage=-1, as_written="docker/dockerfile:1", reference="docker.io/docker/dockerfile:1"))
        del record["base"][-1]["stage"]


@case("own-step-drifted")
def own_step_drifted(a, b):
    change_step(b)


@case("build-input-changed")
def build_input_changed(a, b):
    b["input"][0]["value"] = "2"


@case("same-version-other-content")
def same_version_other_content(a, b):
    for record in (a, b):
        for line in record["package"]:
            del line["layer"]
    replace(b["package"], "tzdata", content=digest("other"), metadata=digest("other"))


@case("settings-changed")
def settings_changed(a, b):
    b["image"]["config"]["cmd"] = ["python", "-u"]


@case("files-outside-packages")
def files_outside_packages(a, b):
    replace(b["file"], "usr/local/bin/tool", digest=digest("other"), size_bytes=101)


@case("source-changed")
def source_changed(a, b):
    b["source"]["tree"] = "1" * 40
    b["source"]["commit"] = "2" * 40
    replace(b["file"], "app/main.py", digest=digest("other"))


@case("only-metadata")
def only_metadata(a, b):
    for line in b["file"]:
        line["mtime_sec"] += 60


@case("nothing-differs")
def nothing_differs(a, b):
    pass


@case("nothing-differs")
def index_only_republished(a, b):
    b["base"][0]["digests"][0]["value"] = digest("index b")


@case("cannot-tell")
def cannot_tell(a, b):
    for key in ("base", "image", "layer", "package", "file", "input"):
        a[key] = []
        b[key] = []
    del a["image"], b["image"]


@case("cannot-tell")
def cannot_tell_at_all(a, b):
    for record in (a, b):
        for key in list(record):
            record[key] = []
        record["build"] = {"status": "unknown"}
        for key in ("source", "image"):
            del record[key]


def packages(count):
    def change(a, b):
        move_base(b)
        a["package"] = [package("lib%d" % i, "1.%d-1" % i) for i in range(count)]
        b["package"] = [package("lib%d" % i, "1.%d-2+deb10u%d" % (i, i % 7), content="2") for i in range(count)]
    return change


for n in (0, 1, 14, 600, 10000):
    CASES["packages-%d" % n] = (packages(n), "base-image-moved" if n else "settings-changed")


@case("files-outside-packages")
def files_100000(a, b):
    for i in range(100000):
        path = "opt/data/%d/%d/item-%d.json" % (i // 10000, i // 250, i)
        a["file"].append(file(path))
        b["file"].append(file(path, "2"))


def rename(a, b, names):
    move_base(b)
    for i, name in enumerate(names):
        clean = name.replace("\x00", "")
        a["package"].append(dict(package("n%d" % i, "1"), name=clean, version=clean))
        b["package"].append(dict(package("n%d" % i, "2", content="2"), name=clean, version="2 " + clean))
        a["file"].append(file("srv/" + clean.strip("/") + str(i)))
        b["file"].append(file("srv/" + clean.strip("/") + str(i), "2"))
        for record in (a, b):
            record["image"]["config"]["env"].append({"key": "V%d%s" % (i, clean), "value": clean + ("" if record is a else "!")})
    for record in (a, b):
        record["image"]["config"]["env"].sort(key=lambda pair: pair["key"].encode())
        record["build"]["branch"] = names[0]
        record["base"][0]["as_written"] = names[0]
        record["layer"][1]["created_by"] = names[0]
    b["build"]["id"] = names[1]
    b["log"] = [{"digest": digest("log"), "tail": "\n".join(names)}]


@case("base-image-moved")
def names_hostile(a, b):
    rename(a, b, HOSTILE)


@case("base-image-moved")
def names_long(a, b):
    rename(a, b, ["x" * 4096, "a-" * 2048, "registry.example.test:5000/" + "group/" * 40 + "name", "0" * 200])


@case("base-image-moved")
def names_of_the_world(a, b):
    rename(a, b, ["\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627-\u0628\u0627\u0644\u0639\u0627\u0644\u0645", "\U0001f40d\U0001f469\u200d\U0001f680",
                  "d\u00e9j\u00e0 vu", "\u65e5\u672c\u8a9e\u306e\u540d\u524d", "Z\u0351\u036b\u0343\u036aA\u0334\u0335\u031cL\u0347\u033c"])


def write(path, record):
    lines = []
    for kind in ("build", "source", "base", "image", "layer", "package", "file", "input", "log"):
        value = record.get(kind, [])
        for line in value if isinstance(value, list) else [value]:
            lines.append(dict([("type", kind)] + sorted(line.items())))
    head = {"type": "record", "schema": 1, "lines": len(lines) + 1, "tool": "records.py"}
    if record.get("image"):
        head["files_known"] = True
    with open(path, "w", encoding="utf-8") as out:
        for line in [head] + lines:
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def main():
    folder = sys.argv[1]
    for name in sys.argv[2:] or CASES:
        change, verdict = CASES[name]
        a, b = copy.deepcopy(build("a")), copy.deepcopy(build("b"))
        change(a, b)
        write(os.path.join(folder, name + ".a.jsonl"), a)
        write(os.path.join(folder, name + ".b.jsonl"), b)
        with open(os.path.join(folder, name + ".verdict"), "w") as out:
            out.write(verdict + "\n")


if __name__ == "__main__":
    main()
