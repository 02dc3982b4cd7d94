# SPDX-License-Identifier: Apache-2.0
"""OCI layouts read, and made from others: some layers of one, one layer more, another compression."""
import json
import os
import shutil
import subprocess
import zlib

import layout

BLOCK = 1 << 20


def blob_path(image, digest):
    return os.path.join(image, "blobs", *digest.split(":"))


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def manifest_of(image):
    """(manifest, config) of a layout's first image."""
    document = load(os.path.join(image, "index.json"))
    while "manifests" in document:
        document = load(blob_path(image, document["manifests"][0]["digest"]))
    return document, load(blob_path(image, document["config"]["digest"]))


def layers_of(image):
    """(descriptor, diff_id) each, lowest first."""
    manifest, config = manifest_of(image)
    return list(zip(manifest["layers"], config["rootfs"]["diff_ids"]))


def compression_of(image):
    media = layers_of(image)[0][0]["mediaType"]
    return "gzip" if media.endswith("gzip") else "zstd" if media.endswith("zstd") else "none"


def layer_paths(image):
    return [blob_path(image, descriptor["digest"]) for descriptor, _ in layers_of(image)]


def read_once(image):
    """So that the page cache has it for whoever comes first."""
    for path in layer_paths(image):
        with open(path, "rb") as file:
            while file.read(BLOCK):
                pass


def share(image, out, layers):
    """Blobs of image also in out: links where that is possible."""
    for descriptor, _ in layers:
        source, target = blob_path(image, descriptor["digest"]), blob_path(out, descriptor["digest"])
        try:
            os.link(source, target)
        except FileExistsError:
            pass
        except OSError:
            shutil.copyfile(source, target)


def first_layers(image, out, count):
    made, layers = layout.Layout(out), layers_of(image)[:count]
    share(image, out, layers)
    made.image(layers)


def one_layer_more(image, out, size_bytes):
    """The layers of image and one more of about that size, unpacked."""
    made, layers = layout.Layout(out), layers_of(image)
    share(image, out, layers)
    content, layer = layout.Content(7), layout.Layer(made.blobs, compression_of(image))
    while layer.bytes < size_bytes:
        layer.add("srv/one-more/file-%d" % layer.entries, content.bytes(10000))
    made.image(layers + [layer.done()])


def unpacked(path, compression):
    """The bytes of a layer's tar, in pieces."""
    if compression == "zstd":
        with subprocess.Popen(["zstd", "-q", "-d", "-c", path], stdout=subprocess.PIPE) as tool:
            yield from iter(lambda: tool.stdout.read(BLOCK), b"")
        return
    with open(path, "rb") as file:
        inflate = None
        for piece in iter(lambda: file.read(BLOCK), b""):
            if compression == "none":
                yield piece
            while compression == "gzip" and piece:  # a gzip may have several members
                inflate = inflate or zlib.decompressobj(31)
                yield inflate.decompress(piece)
                piece = inflate.unused_data
                inflate = None if inflate.eof else inflate


def recompress(image, out, compression):
    made, layers = layout.Layout(out), []
    for descriptor, _ in layers_of(image):
        media = descriptor["mediaType"]
        layer = layout.Layer(made.blobs, compression)
        for piece in unpacked(blob_path(image, descriptor["digest"]), "gzip" if media.endswith("gzip") else "zstd" if media.endswith("zstd") else "none"):
            layer.write(piece)
        layers.append(layer.finish())
    made.image(layers)
