#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""layout.py OUT [--megabytes N] [--entries N] [--layers N] [--packages N] [--ecosystems NAME,…] [--compression gzip|zstd|none] [--seed N]

An OCI layout to measure with: a Debian-like image whose files hold text that compresses as programs do, spread over its
layers; a dpkg database with packages, their file lists and checksums in the lowest layer, and there the packages of other ecosystems.
--packages is shared by the ecosystems (deb, npm, pypi, maven, golang).  The same parameters give the same bytes.  Nothing larger than a
file is held in memory.  Prints what was made as JSON.
"""
import argparse
import functools
import hashlib
import json
import multiprocessing
import os
import random
import struct
import subprocess
import zlib

import ecosystems

MEDIA = "application/vnd.oci.image.layer.v1.tar"
EPOCH = 1700000000
FOLDER = 100  # files


class Content:
    """Bytes that compress about three times, cheap to make."""

    def __init__(self, seed):
        rng = random.Random(seed)
        vocabulary = [bytes(rng.choices(range(97, 123), k=rng.randint(2, 11))) for _ in range(3000)]
        self.text = b" ".join(rng.choices(vocabulary, k=400000))
        self.noise = rng.randbytes(1 << 20)
        self.rng = rng

    def bytes(self, n):
        out = []
        while n > 0:
            take = min(n, 65536)
            source = self.noise if self.rng.random() < 0.15 else self.text
            at = self.rng.randrange(len(source) - take)
            out.append(source[at:at + take])
            n -= take
        return b"".join(out)


class Layer:
    """A layer's tar as a stream into a blob: what is written is compressed, and hashed before and after."""

    def __init__(self, blobs, compression):
        self.blobs, self.compression = blobs, compression
        self.name = os.path.join(blobs, "new-%d" % os.getpid())
        self.file = open(self.name, "wb")
        self.diff_id, self.entries, self.bytes, self.tool = hashlib.sha256(), 0, 0, None
        self.blob = hashlib.sha256()
        if compression == "gzip":
            self.deflate = zlib.compressobj(6, zlib.DEFLATED, 31)
        elif compression == "zstd":
            self.tool = subprocess.Popen(["zstd", "-q", "-3", "-c"], stdin=subprocess.PIPE, stdout=self.file)

    def write(self, data):
        self.diff_id.update(data)
        self.bytes += len(data)
        if self.tool:
            self.tool.stdin.write(data)
        else:
            self.store(self.deflate.compress(data) if self.compression == "gzip" else data)

    def store(self, data):
        self.blob.update(data)
        self.file.write(data)

    def add(self, path, data=b"", kind=b"0", target="", mode=0o644):
        """One entry: kind 0 file, 1 hard link, 2 symbolic link, 5 directory; as ustar, or behind a pax header when a name is too long."""
        name, link = os.fsencode(path), os.fsencode(target)
        if len(name) > 100 or len(link) > 100:
            records = b"".join(pax_record(key, value) for key, value in ((b"path", name), (b"linkpath", link)) if len(value) > 100)
            self.write(header(b"pax", len(records), b"x", b"", 0o644) + records + bytes(-len(records) % 512))
        self.write(header(name[:100], len(data), kind, link[:100], mode) + data + bytes(-len(data) % 512))
        self.entries += 1

    def done(self):
        self.write(bytes(1024))
        return self.finish()

    def finish(self):
        """(descriptor, diff_id)"""
        if self.tool:
            self.tool.stdin.close()
            if self.tool.wait() != 0:
                raise SystemExit("layout: zstd failed")
        elif self.compression == "gzip":
            self.store(self.deflate.flush())
        self.file.close()
        if self.tool:
            with open(self.name, "rb") as file:
                self.blob = hashlib.file_digest(file, "sha256")
        digest = self.blob.hexdigest()
        os.rename(self.name, os.path.join(self.blobs, digest))
        media = MEDIA + {"gzip": "+gzip", "zstd": "+zstd", "none": ""}[self.compression]
        size = os.stat(os.path.join(self.blobs, digest)).st_size
        return {"mediaType": media, "digest": "sha256:" + digest, "size": size}, "sha256:" + self.diff_id.hexdigest()


HEADER = struct.Struct("100s8s8s8s12s12s8ss100s8s247x")


def header(name, size, kind, link, mode):
    head = HEADER.pack(name, b"%07o" % mode, b"%07o" % 0, b"%07o" % 0, b"%011o" % size, b"%011o" % EPOCH, b" " * 8, kind, link, b"ustar\x0000")
    return head[:148] + b"%06o\0 " % sum(head) + head[156:]


def pax_record(key, value):
    length = len(key) + len(value) + 3
    while len(b"%d" % length) + len(key) + len(value) + 3 != length:
        length = len(b"%d" % length) + len(key) + len(value) + 3
    return b"%d %b=%b\n" % (length, key, value)


class Layout:
    def __init__(self, out):
        self.out, self.blobs = out, os.path.join(out, "blobs", "sha256")
        os.makedirs(self.blobs, exist_ok=True)
        with open(os.path.join(out, "oci-layout"), "w", encoding="utf-8") as file:
            file.write('{"imageLayoutVersion": "1.0.0"}')

    def blob(self, value):
        data = json.dumps(value).encode()
        digest = hashlib.sha256(data).hexdigest()
        with open(os.path.join(self.blobs, digest), "wb") as file:
            file.write(data)
        return {"digest": "sha256:" + digest, "size": len(data)}

    def image(self, layers):
        """layers: (descriptor, diff_id) each, lowest first."""
        config = {"os": "linux", "architecture": "amd64", "config": {}, "created": "2026-01-01T00:00:00Z",
                  "rootfs": {"type": "layers", "diff_ids": [diff_id for _, diff_id in layers]},
                  "history": [{"created": "2026-01-01T00:00:00Z", "created_by": "RUN step %d" % i} for i in range(len(layers))]}
        media = "application/vnd.oci.image.%s.v1+json"
        manifest = {"schemaVersion": 2, "mediaType": media % "manifest",
                    "config": {"mediaType": media % "config", **self.blob(config)}, "layers": [descriptor for descriptor, _ in layers]}
        index = {"schemaVersion": 2, "manifests": [{"mediaType": media % "manifest", **self.blob(manifest)}]}
        with open(os.path.join(self.out, "index.json"), "w", encoding="utf-8") as file:
            json.dump(index, file)


def add_packages(layer, names, files, size, content):
    """The lowest layer: Debian packages that own its files, then what other ecosystems bring."""
    count, status = names.pop("deb", 0), []
    each = max(1, files // max(1, count))
    for index in range(count):
        name, sums = "package-%d" % index, []
        layer.add("usr/lib/" + name + "/", kind=b"5", mode=0o755)
        for number in range(each):
            data, path = content.bytes(size), "usr/lib/%s/file-%d" % (name, number)
            layer.add(path, data)
            sums.append((path, hashlib.md5(data).hexdigest()))
        status.append("Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.%d-1\nDescription: one\n" % (name, index))
        listed = ["/.", "/usr", "/usr/lib", "/usr/lib/" + name] + ["/" + path for path, _ in sums]
        layer.add("var/lib/dpkg/info/%s.list" % name, "".join(line + "\n" for line in listed).encode())
        layer.add("var/lib/dpkg/info/%s.md5sums" % name, "".join("%s  %s\n" % (digest, path) for path, digest in sums).encode())
    layer.add("var/lib/dpkg/status", "\n".join(status).encode())
    layer.add("etc/os-release", b'ID=debian\nVERSION_ID="12"\n')
    for name, wanted in names.items():
        for path, data, mode in ecosystems.files(name, wanted):
            layer.add(path, data, mode=mode)


def make_layer(number, blobs, wanted):
    content, layer = Content(wanted["seed"] * 1000 + number), Layer(blobs, wanted["compression"])
    each = max(1, wanted["entries"] // wanted["layers"])
    size = max(1, wanted["megabytes"] * 1000000 // max(1, wanted["entries"]))
    if number == 0:
        kinds = wanted["ecosystems"]
        add_packages(layer, {kind: wanted["packages"] // len(kinds) for kind in kinds}, each, size, content)
    while layer.entries < each:
        if layer.entries % FOLDER == 0:
            folder = "srv/layer-%d/folder-%d" % (number, layer.entries // FOLDER)
            layer.add(folder + "/", kind=b"5", mode=0o755)
        layer.add("srv/layer-%d/folder-%d/file-%d" % (number, layer.entries // FOLDER, layer.entries), content.bytes(size))
    return (*layer.done(), layer.entries, layer.bytes)


def build(out, **parameters):
    wanted = {"megabytes": 100, "entries": 10000, "layers": 4, "packages": 200, "ecosystems": ["deb"], "compression": "gzip", "seed": 1, **parameters}
    layout = Layout(out)
    with multiprocessing.Pool(min(os.cpu_count() or 1, wanted["layers"])) as pool:
        made = pool.map(functools.partial(make_layer, blobs=layout.blobs, wanted=wanted), range(wanted["layers"]), chunksize=1)
    layout.image([layer[:2] for layer in made])
    return {**wanted, "entries": sum(layer[2] for layer in made), "bytes": sum(layer[3] for layer in made),
            "blob_bytes": sum(layer[0]["size"] for layer in made)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    for name, default in (("megabytes", 100), ("entries", 10000), ("layers", 4), ("packages", 200), ("seed", 1)):
        parser.add_argument("--" + name, type=int, default=default)
    parser.add_argument("--ecosystems", type=lambda text: text.split(","), default=["deb"])
    parser.add_argument("--compression", choices=("gzip", "zstd", "none"), default="gzip")
    print(json.dumps(build(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
