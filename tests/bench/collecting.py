# SPDX-License-Identifier: Apache-2.0
"""`collect` side by side with what bounds it and with other tools, and the second image that shares all layers but one."""
import json
import os
import shlex
import shutil

import measure
import oci
from measure import Row, shell

BASEDRIFT, NO_CACHE, KNOWN, PASS, TRIVY, TRIVY_WARM = "basedrift", "basedrift --no-cache", "basedrift, layers known", "fastest pass", "trivy", "trivy, warm"
UNPACK = "skopeo copy + umoci unpack"
SECOND_BYTES = 1000000  # of the layer that is not shared


def trivy(setting, image):
    """Its own cache folder; jars are left out, as it would ask a network about them."""
    return [setting.tools["trivy"], "image", "--input", image, "--format", "cyclonedx", "--offline-scan", "--skip-files", "**/*.jar",
            "--cache-dir", setting.path("trivy"), "--output", setting.path("trivy.json")]


def each_layer(image, script):
    return shell("for blob in %s; do %s; done" % (" ".join(map(shlex.quote, oci.layer_paths(image))), script))


def unpack(image, copy, bundle):
    """Image to a root file system, as these two tools do it."""
    words = tuple(map(shlex.quote, (image, copy, bundle)))
    return shell("skopeo copy -q --insecure-policy oci:%s oci:%s:bench && umoci --log=error raw unpack --rootless --image %s:bench %s"
                 % (words[0], words[1], words[1], words[2]))


def rows(setting, image, peers):
    """In an order in which each finds the caches that it needs: "known" what the run with an empty cache left."""
    kind = oci.compression_of(image)
    found = [Row(BASEDRIFT, setting.collect(image), setting.forget), Row(NO_CACHE, setting.collect(image, "--no-cache"))]
    if setting.has("pass"):
        found.append(Row(PASS, [setting.tools["pass"], image]))
    if peers and setting.has("trivy"):
        found.append(Row(TRIVY, trivy(setting, image), lambda: setting.remove("trivy"), peer=True))
    found.append(Row(KNOWN, setting.collect(image)))
    if peers and setting.has("trivy"):
        found.append(Row(TRIVY_WARM, trivy(setting, image), peer=True))
    if peers and setting.has("tar") and kind == "gzip":
        found.append(Row("tar -tzf", each_layer(image, "tar -tzf $blob"), peer=True))
    if peers and setting.has("igzip", "sha256sum") and kind == "gzip":
        found.append(Row("igzip -d | sha256sum", each_layer(image, "igzip -dc $blob | sha256sum"), peer=True))
    if peers and setting.has("skopeo", "umoci"):
        found.append(Row(UNPACK, unpack(image, setting.path("copy"), setting.path("bundle")), lambda: setting.remove("copy", "bundle"), peer=True))
    return found


def packages_of_record(path):
    """(all, Debian's)"""
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if line.startswith('{"type":"package"')]
    return len(lines), sum('"purl":"pkg:deb/' in line for line in lines)


def packages_of_trivy(path):
    with open(path, encoding="utf-8") as file:
        purls = [component["purl"] for component in json.load(file).get("components", []) if "purl" in component]
    return len(purls), sum(purl.startswith("pkg:deb/") for purl in purls)


def entries_of_record(path):
    with open(path, encoding="utf-8") as file:
        return sum(json.loads(line).get("files", 0) for line in file if line.startswith('{"type":"layer"'))


def side_by_side(setting, image, peers=True):
    oci.read_once(image)
    results = setting.alternate(rows(setting, image, peers))
    found = {BASEDRIFT: packages_of_record(setting.path("record.jsonl"))}
    if "median" in (results.get(TRIVY_WARM) or {}):
        found[TRIVY] = packages_of_trivy(setting.path("trivy.json"))
    entries = entries_of_record(setting.path("record.jsonl"))
    setting.remove("copy", "bundle", "trivy", "cache")
    layers = oci.layers_of(image)
    return {"rows": results, "compression": oci.compression_of(image), "layers": len(layers), "entries": entries,
            "blob_bytes": sum(descriptor["size"] for descriptor, _ in layers),
            "packages": {name: {"all": n, "deb": deb} for name, (n, deb) in found.items()}}


def make_image(setting):
    return setting.image("image", **{name: setting.sizes["image." + name] for name in ("megabytes", "entries", "layers", "packages")},
                         ecosystems="deb,npm,pypi,maven,golang")[0]


def images(setting, given):
    """One image in three compressions: (path, has it peers), made or given, one after the other; a made one stays as "image"."""
    image = given or make_image(setting)
    yield image, True
    for kind in ("gzip", "zstd", "none"):
        if kind != oci.compression_of(image) and (kind != "zstd" or setting.has("zstd")):
            oci.recompress(image, setting.fresh("other"), kind)
            yield setting.path("other"), False
    setting.remove("other")


def second(setting, image):
    """The cost of an image that shares all layers with a known one, but for one of a megabyte."""
    more, kept = setting.fresh("more"), setting.fresh("kept")
    oci.one_layer_more(image, more, SECOND_BYTES)
    setting.forget()
    setting.once(setting.collect(image))
    shutil.copytree(setting.cache, kept)

    def only_the_first():
        setting.forget()
        shutil.copytree(kept, setting.cache)

    results = setting.alternate([Row("cold", setting.collect(more), setting.forget), Row("second", setting.collect(more), only_the_first)])
    size = sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(kept) for name in names)
    setting.remove("more", "kept", "cache")
    return {"rows": results, "share": measure.ratio(results, "second", "cold"), "cache_bytes": size}
