#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""attest.py LAYOUT STATEMENT [PLATFORM...]: wraps the one manifest of an OCI layout into an index, with a BuildKit attestation beside it.

The attestation manifest holds the statement and an SBOM; another attestation describes a manifest that is not there.  Each further
PLATFORM (linux/arm64) is one more descriptor of a platform that is not there.  Prints the index's digest.
"""
import hashlib
import json
import os
import sys

LAYOUT, STATEMENT = sys.argv[1:3]


def put(data):
    digest = hashlib.sha256(data).hexdigest()
    with open(os.path.join(LAYOUT, "blobs/sha256", digest), "wb") as file:
        file.write(data)
    return {"digest": "sha256:" + digest, "size": len(data)}


def statement(text, predicate):
    return dict(put(text), mediaType="application/vnd.in-toto+json", annotations={"in-toto.io/predicate-type": predicate})


def attestation(of, layers):
    config = dict(put(b"{}"), mediaType="application/vnd.oci.image.config.v1+json")
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": layers}
    return dict(put(json.dumps(manifest).encode()), mediaType=manifest["mediaType"], platform={"os": "unknown", "architecture": "unknown"},
                annotations={"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": of})


with open(os.path.join(LAYOUT, "index.json"), encoding="utf-8") as file:
    outer = json.load(file)
with open(STATEMENT, "rb") as file:
    text = file.read()
image = outer["manifests"][0]
name = image.get("annotations", {}).get("org.opencontainers.image.ref.name", "app")
image = {"mediaType": image["mediaType"], "digest": image["digest"], "size": image["size"],
         "platform": {"os": "linux", "architecture": "amd64"}}
manifests = [image,
             attestation(image["digest"], [statement(text, "https://slsa.dev/provenance/v1"),
                                           statement(b'{"_type": "x"}', "https://spdx.dev/Document")]),
             attestation("sha256:" + "0" * 64, [statement(b'{"_type": "other"}', "https://slsa.dev/provenance/v1")])]
for platform in sys.argv[3:]:
    system, architecture = platform.split("/")
    manifests.append(dict(image, digest="sha256:" + hashlib.sha256(platform.encode()).hexdigest(),
                          platform={"os": system, "architecture": architecture}))
index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": manifests}
top = dict(put(json.dumps(index).encode()), mediaType=index["mediaType"], annotations={"org.opencontainers.image.ref.name": name})
with open(os.path.join(LAYOUT, "index.json"), "w", encoding="utf-8") as file:
    json.dump({"schemaVersion": 2, "manifests": [top]}, file)
print(top["digest"])
