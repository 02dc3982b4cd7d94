#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""patched.py A B [--megabytes N] [--packages N]: two images (OCI layouts) of one program on one Debian base, patched in between.

The base is made of Debian packages that this machine has installed, up to that size; in B some of its packages have a higher version,
other code in their programs and libraries, and other texts.  The program's own layer is the same in both.
"""
import argparse
import gzip
import hashlib
import os
import re
import stat
import struct
import subprocess

import layout

SUFFIX = "+patched1"
STEP = 4096  # bytes between two changes of code
BASE = re.compile(r"^(lib|python|perl|coreutils|bash|dash|tar|gzip|grep|sed|dpkg|apt|util-linux|passwd|login|mount|findutils|openssl|curl|git$|binutils)")


def installed():
    """{package: (paragraph of the status, names of its files)} of this machine, in order."""
    text = subprocess.run(["dpkg-query", "--status"], stdout=subprocess.PIPE, text=True, check=False).stdout
    paragraphs = {}
    for paragraph in text.strip().split("\n\n"):
        name = re.search(r"^Package: (.*)", paragraph).group(1)
        if "Status: install ok installed" in paragraph and BASE.match(name):
            paragraphs[name] = paragraph
    return paragraphs


def files_of(name, paragraph):
    """(path, how it is in the list) of files, links and folders that are there and can be read."""
    arch = re.search(r"^Architecture: (.*)", paragraph, re.M).group(1)
    same = re.search(r"^Multi-Arch: same", paragraph, re.M)
    listed = "/var/lib/dpkg/info/%s.list" % (name + ":" + arch if same else name)
    with open(listed, encoding="utf-8") as file:
        paths = [line.rstrip("\n")[1:] for line in file]
    return os.path.basename(listed)[:-5], [path for path in paths if path and path != "." and os.path.lexists("/" + path)]


def code_of(data):
    """Where the .text of a 64-bit ELF file is; None where there is none."""
    if len(data) < 64 or data[:6] != b"\x7fELF\x02\x01":
        return None
    at, = struct.unpack_from("<Q", data, 40)
    size, count, names = struct.unpack_from("<HHH", data, 58)
    if size != 64 or at + size * count > len(data) or names >= count:
        return None
    sections = [struct.unpack_from("<IIQQQQ", data, at + size * n) for n in range(count)]
    for name, _, _, _, offset, length in sections:
        start = sections[names][4] + name
        if data[start:start + 6] == b".text\0":
            return offset, length
    return None


def patch(path, data):
    """The file as a later version of its package has it."""
    code = code_of(data)
    if code:
        changed = bytearray(data)
        for at in range(code[0], min(code[0] + code[1], len(data)), STEP):
            changed[at] ^= 0x01
        return bytes(changed)
    if path.endswith(".gz") and data[:2] == b"\x1f\x8b":
        return gzip.compress(b"A security update.\n" + gzip.decompress(data), mtime=0)
    if path.endswith((".py", ".h", ".txt", ".conf", ".sh")) and data:
        return data + b"# a security update\n"
    return data


class Base:
    """One layer: files of packages and dpkg's database of them."""

    def __init__(self, layer, patched):
        self.layer, self.patched, self.seen, self.status = layer, patched, set(), []

    def add_file(self, name, path):
        """Its MD5, or None when it is no file."""
        path = os.path.join(os.path.realpath("/" + os.path.dirname(path)), os.path.basename(path))[1:]  # lib is a link to usr/lib
        about = os.lstat("/" + path)
        if path in self.seen:
            return None
        self.seen.add(path)
        if stat.S_ISDIR(about.st_mode):
            self.layer.add(path + "/", kind=b"5", mode=0o755)
        elif stat.S_ISLNK(about.st_mode):
            self.layer.add(path, kind=b"2", target=os.readlink("/" + path), mode=0o777)
        elif stat.S_ISREG(about.st_mode):
            with open("/" + path, "rb") as file:
                data = file.read()
            data = patch(path, data) if name in self.patched else data
            self.layer.add(path, data, mode=stat.S_IMODE(about.st_mode))
            return hashlib.md5(data).hexdigest()
        return None

    def add(self, name, paragraph):
        stem, paths = files_of(name, paragraph)
        sums = [(path, self.add_file(name, path)) for path in paths]
        if name in self.patched:
            paragraph = re.sub(r"^(Version: .*)", r"\1" + SUFFIX, paragraph, count=1, flags=re.M)
        self.status.append(paragraph + "\n")
        self.layer.add("var/lib/dpkg/info/%s.list" % stem, "".join("/%s\n" % path for path in [".", *paths]).encode())
        self.layer.add("var/lib/dpkg/info/%s.md5sums" % stem, "".join("%s  %s\n" % (digest, path) for path, digest in sums if digest).encode())

    def done(self):
        self.layer.add("var/lib/dpkg/status", "\n".join(self.status).encode())
        self.layer.add("etc/os-release", b'ID=debian\nVERSION_ID="12"\n')
        return self.layer.done()


def chosen(megabytes):
    """Packages up to that size, by name, each with a share of the room: {name: paragraph}."""
    room, out = megabytes * 1000000, {}
    for name, paragraph in sorted(installed().items()):
        size = int((re.search(r"^Installed-Size: (\d+)", paragraph, re.M) or [0, "0"])[1]) * 1024
        if size < room / 4 and size <= room - sum(s for _, s in out.values()):
            out[name] = (paragraph, size)
    return {name: paragraph for name, (paragraph, _) in out.items()}


def program(blobs):
    layer, content = layout.Layer(blobs, "gzip"), layout.Content(3)
    for number in range(50):
        layer.add("srv/app/file-%d" % number, content.bytes(20000))
    return layer.done()


def build(a, b, megabytes, packages):
    names = chosen(megabytes)
    if not names:
        raise SystemExit("patched: there are no Debian packages here")
    libraries = [name for name in names if name.startswith("lib") and not name.endswith(("-dev", "-doc"))] or list(names)
    step = max(1, len(libraries) // packages)
    for out, patched in ((a, set()), (b, set(libraries[::step][:packages]))):
        made = layout.Layout(out)
        base = Base(layout.Layer(made.blobs, "gzip"), patched)
        for name, paragraph in names.items():
            base.add(name, paragraph)
        made.image([base.done(), program(made.blobs)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("--megabytes", type=int, default=400)
    parser.add_argument("--packages", type=int, default=23)
    build(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
