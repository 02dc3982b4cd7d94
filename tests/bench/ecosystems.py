# SPDX-License-Identifier: Apache-2.0
"""Packages of other ecosystems as they lie in images: (path, bytes, mode) each."""
import hashlib
import io
import struct
import zipfile

MODULES = 9  # linked into each Go program


def npm(index):
    folder = "usr/lib/node_modules/module-%d/" % index
    yield folder + "package.json", b'{"name": "module-%d", "version": "1.%d.0", "license": "MIT", "main": "index.js"}\n' % (index, index), 0o644
    yield folder + "index.js", b"module.exports = %d\n" % index * 40, 0o644


def pypi(index):
    name, folder = "wheel_%d" % index, "usr/lib/python3/dist-packages/"
    info = "%swheel_%d-1.%d.dist-info/" % (folder, index, index)
    code = b"VALUE = %d\n" % index * 60
    metadata = b"Metadata-Version: 2.1\nName: %s\nVersion: 1.%d\nLicense: MIT\n\nA wheel.\n" % (name.encode(), index)
    record = "".join("%s,sha256=%s,%d\n" % (path, urlsafe(data), len(data))
                     for path, data in (("%s/__init__.py" % name, code), (info[len(folder):] + "METADATA", metadata)))
    yield "%s%s/__init__.py" % (folder, name), code, 0o644
    yield info + "METADATA", metadata, 0o644
    yield info + "RECORD", (record + info[len(folder):] + "RECORD,,\n").encode(), 0o644


def urlsafe(data):
    import base64
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def maven(index):
    buffer, name = io.BytesIO(), "library-%d" % index
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as jar:
        for path, text in (("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nImplementation-Title: %s\r\nImplementation-Version: 1.%d\r\n" % (name, index)),
                           ("META-INF/maven/org.example/%s/pom.properties" % name, "version=1.%d\ngroupId=org.example\nartifactId=%s\n" % (index, name)),
                           *(("org/example/l%d/C%d.class" % (index, n), "%d class of %s " % (n, name) * 60) for n in range(20))):
            jar.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    yield "usr/share/java/%s-1.%d.jar" % (name, index), buffer.getvalue(), 0o644


def varint(n):
    out = bytearray()
    while n > 0x7f:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def golang(index):
    """An ELF program whose only segment holds what debug/buildinfo reads, and some code."""
    lines = ["path\texample.org/program%d" % index, "mod\texample.org/program%d\tv1.%d.0\th1:x=" % (index, index)]
    lines += ["dep\texample.org/p%d/module%d\tv1.%d.%d\th1:y=" % (index, n, index, n) for n in range(MODULES)]
    modules = b"\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6" + ("\n".join(lines) + "\n").encode() + \
        b"\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2"
    data = b"\xff Go buildinf:\x08\x02".ljust(32, b"\0") + b"".join(varint(len(text)) + text for text in (b"go1.22.1", modules))
    data += b"%d code " % index * 4000
    at = 128
    ident = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400000, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 6, at, 0x400000, 0x400000, len(data), len(data), 4096)
    yield "usr/local/bin/program-%d" % index, (ident + segment).ljust(at, b"\0") + data, 0o755


KINDS = {"npm": (npm, 1), "pypi": (pypi, 1), "maven": (maven, 1), "golang": (golang, MODULES + 1)}


def files(kind, packages):
    make, each = KINDS[kind]
    for index in range(packages // each):
        yield from make(index)
