#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""layout.py OUT [--megabytes N] [--entries N] [--layers N] [--packages N] [--compression gzip|zstd|none] [--seed N]

An OCI layout to measure with: a Debian-like image whose files hold text that compresses as programs do, spread over its
layers; a dpkg database with the packages and their file lists in the lowest layer.  The same parameters give the same bytes.
"""
import argparse
import gzip
import hashlib
import io
import json
import os
import random
import subprocess
import tarfile

MEDIA = "application/vnd.oci.image.layer.v1.tar"
EPOCH = 1700000000


def words(rng, count):
    return [bytes(rng.choices(range(97, 123), k=rng.randint(2, 11))) for _ in range(count)]


class Content:
    """Bytes that compress about three times, cheap to make."""

    def __init__(self, seed):
        rng = random.Random(seed)
        vocabulary = words(rng, 3000)
        self.text = b" ".join(rng.choices(vocabulary, k=400000))
        self.noise = rng.randbytes(1 << 20)
        self.rng = rng

    def bytes(self, n):
        out = bytearray()
        while len(out) < n:
            take = min(n - len(out), 65536)
            if self.rng.random() < 0.15:
                at = self.rng.randrange(len(self.noise) - take)
                out += self.noise[at:at + take]
            else:
                at = self.rng.randrange(len(self.text) - take)
                out += self.text[at:at + take]
        return bytes(out)


def package_files(index, count):
    return ["usr/lib/package-%d/file-%d" % (index, n) for n in range(count)]


class Packer:
    def __init__(self, out, compression):
        self.compression = compression
        self.blobs = os.path.join(out, "blobs", "sha256")
        os.makedirs(self.blobs, exist_ok=True)
        with open(os.path.join(out, "oci-layout"), "w", encoding="utf-8") as file:
            file.write('{"imageLayoutVersion": "1.0.0"}')
        self.out = out

    def blob(self, data):
        digest = hashlib.sha256(data).hexdigest()
        with open(os.path.join(self.blobs, digest), "wb") as file:
            file.write(data)
        return {"digest": "sha256:" + digest, "size": len(data)}

    def layer(self, tar):
        if self.compression == "gzip":
            packed, media = gzip.compress(tar, 6, mtime=0), MEDIA + "+gzip"
        elif self.compression == "zstd":
            packed, media = subprocess.run(["zstd", "-q", "-3", "-c"], input=tar, stdout=subprocess.PIPE, check=True).stdout, MEDIA + "+zstd"
        else:
            packed, media = tar, MEDIA
        return {"mediaType": media, **self.blob(packed)}, "sha256:" + hashlib.sha256(tar).hexdigest()

    def image(self, layers):
        config = {"os": "linux", "architecture": "amd64", "config": {}, "created": "2026-01-01T00:00:00Z",
                  "rootfs": {"type": "layers", "diff_ids": [diff_id for _, diff_id in layers]},
                  "history": [{"created": "2026-01-01T00:00:00Z", "created_by": "RUN step %d" % i} for i in range(len(layers))]}
        media = "application/vnd.oci.image.%s.v1+json"
        manifest = {"schemaVersion": 2, "mediaType": media % "manifest",
                    "config": {"mediaType": media % "config", **self.blob(json.dumps(config).encode())},
                    "layers": [descriptor for descriptor, _ in layers]}
        index = {"schemaVersion": 2, "manifests": [{"mediaType": media % "manifest", **self.blob(json.dumps(manifest).encode())}]}
        with open(os.path.join(self.out, "index.json"), "w", encoding="utf-8") as file:
            json.dump(index, file)


def add(tar, path, data):
    info = tarfile.TarInfo(path)
    info.size, info.mtime, info.mode = len(data), EPOCH, 0o644
    tar.addfile(info, io.BytesIO(data))


def add_database(tar, packages, files_each):
    status = []
    for index in range(packages):
        name = "package-%d" % index
        status.append("Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.%d-1\nDescription: one\n" % (name, index))
        add(tar, "var/lib/dpkg/info/%s.list" % name, "".join("/%s\n" % f for f in package_files(index, files_each)).encode())
    add(tar, "var/lib/dpkg/status", "\n".join(status).encode())
    add(tar, "etc/os-release", b'ID=debian\nVERSION_ID="12"\n')


def build(out, megabytes=100, entries=10000, layers=4, packages=200, compression="gzip", seed=1):
    content, packer, made = Content(seed), Packer(out, compression), []
    each, size = max(1, entries // layers), max(1, megabytes * 1000000 // entries)
    owned = max(1, each // max(1, packages))
    for number in range(layers):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for n in range(each):
                folder = "usr/lib/package-%d" % (n // owned) if number == 0 else "srv/layer-%d/folder-%d" % (number, n // 100)
                add(tar, "%s/file-%d" % (folder, n % owned if number == 0 else n), content.bytes(size))
            if number == 0:
                add_database(tar, packages, owned)
        made.append(packer.layer(buffer.getvalue()))
    packer.image(made)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    for name, default in (("megabytes", 100), ("entries", 10000), ("layers", 4), ("packages", 200), ("seed", 1)):
        parser.add_argument("--" + name, type=int, default=default)
    parser.add_argument("--compression", choices=("gzip", "zstd", "none"), default="gzip")
    build(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
