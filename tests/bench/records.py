#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""records.py A B [--files N] [--changed SHARE]: two build records of N files each, of which that share is changed.

Of ten changes eight are of a file's content, one removes a file and one adds one.  The same parameters give the same bytes.
"""
import argparse
import hashlib
import json

FOLDER = 100  # files
LINE = ('{"type":"file","digest":"sha256:%s","gid":0,"kind":"file","layer":1,"mode":"0644","mtime_sec":1700000000,'
        '"path":"srv/application/folder-%07d/file-%09d","size_bytes":1000,"uid":0}\n')


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def head(side, lines):
    layer = [{"type": "layer", "index": index, "origin": "unknown", "diff_id": "sha256:" + digest("%d %s" % (index, side if index else "")),
              "content": "sha256:" + digest("content %d %s" % (index, side if index else "")),
              "metadata": "sha256:" + digest("metadata %d %s" % (index, side if index else "")), "verified": True} for index in range(2)]
    return [{"type": "record", "schema": 1, "lines": lines, "files_known": True, "ecosystems": ["deb"]},
            {"type": "build", "id": side, "project": "bench", "status": "passed" if side == "a" else "failed"},
            {"type": "source"}, {"type": "image", "name": "oci:bench", "platform": "linux/amd64"}, *layer]


def change_of(index, share):
    """None, or the number of the change that this file has; they are spread evenly."""
    before, after = int(index * share), int((index + 1) * share)
    return before if after > before else None


def lines_of(side, files, share):
    for index in range(files):
        change = change_of(index, share)
        kind = None if change is None else change % 10
        if side == "a" and kind == 1 or side == "b" and kind == 0:
            continue  # added, removed
        text = "%d %s" % (index, side if kind is not None and kind > 1 else "")
        yield LINE % (digest(text), index // FOLDER, index)


def write(path, side, files, share):
    changes = int(files * share)
    skipped = (changes + 8) // 10 if side == "a" else (changes + 9) // 10
    with open(path, "w", encoding="utf-8") as file:
        for line in head(side, 6 + files - skipped):
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
        file.writelines(lines_of(side, files, share))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("--files", type=int, default=1000000)
    parser.add_argument("--changed", type=float, default=0.01)
    wanted = parser.parse_args()
    write(wanted.a, "a", wanted.files, wanted.changed)
    write(wanted.b, "b", wanted.files, wanted.changed)


if __name__ == "__main__":
    main()
