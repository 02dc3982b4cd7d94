#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""faultd.py DIR LAYOUT: a registry on loopback that misbehaves as it is told, one repository a fault: /v2/FAULT/...

Serves the one image of an OCI layout under any tag.  Writes DIR/port (its own) and DIR/other (a second server: "another host"), and
appends one JSON line a request to DIR/requests: {"server", "method", "path", "authorization", "range",
"proxy_authorization"}.
"""
import http.server
import json
import os
import re
import sys
import threading
import time

DIR, LAYOUT = sys.argv[1:3]
BEARER = "Bearer realm=\"http://127.0.0.1:%d/token\",service=\"tests\",scope=\"repository:%s:pull\""
LOCK = threading.Lock()
COUNTS = {}
PORTS = {}


def blob(digest):
    with open(os.path.join(LAYOUT, "blobs/sha256", digest.split(":")[1]), "rb") as file:
        return file.read()


def bump(*key):
    with LOCK:
        COUNTS[key] = COUNTS.get(key, 0) + 1
        return COUNTS[key]


with open(os.path.join(LAYOUT, "index.json"), encoding="utf-8") as file:
    TOP = json.load(file)["manifests"][0]
MANIFEST = json.loads(blob(TOP["digest"]))
LAYERS = [layer["digest"] for layer in MANIFEST["layers"]]
SCHEMA1 = json.dumps({"schemaVersion": 1, "name": "x", "tag": "1", "fsLayers": [], "history": []}).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_name = "port"

    # ---- answers ----------------------------------------------------------------------------

    def head(self, status, length, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def whole(self, body, status=200, **headers):
        self.head(status, len(body), **headers)
        if self.command != "HEAD":
            self.wfile.write(body)

    def ranged(self, body, **headers):
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if not match:
            return self.whole(body, **headers)
        begin = int(match.group(1))
        return self.whole(body[begin:], 206, Content_Range="bytes %d-%d/%d" % (begin, len(body) - 1, len(body)), **headers)

    def broken(self, body, upto):
        """The announced length, some of the bytes, and the connection is gone."""
        self.head(200, len(body))
        self.wfile.write(body[:upto])
        self.wfile.flush()
        self.close_connection = True

    def stall(self):
        self.wfile.flush()
        time.sleep(120)
        self.close_connection = True

    def challenge(self, repository):
        self.whole(b"{}", 401, WWW_Authenticate=BEARER % (PORTS["port"], repository))

    # ---- documents ---------------------------------------------------------------------------

    def manifest(self, fault, name):
        if fault == "schema1":
            return self.whole(SCHEMA1, Content_Type="application/vnd.docker.distribution.manifest.v1+prettyjws")
        if fault == "huge-manifest":
            self.head(200, 10 << 30, Content_Type=TOP["mediaType"])
            self.close_connection = True
            return None
        if fault in ("busy", "busy-reset") and bump(fault) == 1:  # Retry-After, or what gateways say of their window
            return self.whole(b"{}", 429, **({"Retry_After": "2"} if fault == "busy" else {"RateLimit_Reset": "2", "RateLimit_Remaining": "0"}))
        if fault == "busy-for-long" or (fault == "busy-for-get" and self.command == "GET"):
            return self.whole(b'{"errors": [{"code": "TOOMANYREQUESTS"}]}', 429, Retry_After="3600")
        body = blob(TOP["digest"])
        digest = TOP["digest"]
        if fault == "wrong-manifest":
            body = body.replace(b"schemaVersion", b"schemaversion")
        elif fault == "no-digest":
            return self.whole(body, Content_Type=TOP["mediaType"])
        return self.whole(body, Content_Type=TOP["mediaType"], Docker_Content_Digest=digest)

    def layer_fault(self, fault, digest, body):
        count = bump(fault, digest)
        other = "http://127.0.0.1:%d/" % PORTS["other"]
        if fault == "wrong-digest":
            return self.whole(bytes([body[0]]) + body[1:-1] + bytes([body[-1] ^ 1]))
        if fault == "truncated":  # the length is a lie, again and again, and Range is not known
            return self.broken(body, len(body) // 2)
        if fault == "resume" and count == 1:
            return self.broken(body, len(body) // 2)
        if fault == "no-range" and count == 1:
            return self.broken(body, len(body) // 2)
        if fault == "no-range":
            return self.whole(body)
        if fault == "wrong-range" and count == 1:
            return self.broken(body, len(body) // 2)
        if fault == "wrong-range":
            return self.whole(body[1:], 206, Content_Range="bytes 1-%d/%d" % (len(body) - 1, len(body)))
        if fault == "longer":
            return self.whole(body + b"x" * 1000)
        if fault == "huge":
            self.head(200, 10 << 30)
            try:
                for _ in range(1 << 16):
                    self.wfile.write(b"\0" * (1 << 16))
            except OSError:
                pass
            self.close_connection = True
            return None
        if fault == "bomb":
            return self.whole(body, Content_Encoding="gzip")
        if fault == "stall":
            self.head(200, len(body))
            self.wfile.write(body[: len(body) // 2])
            return self.stall()
        if fault == "stall-once" and count == 1:
            self.head(200, len(body))
            self.wfile.write(body[: len(body) // 2])
            return self.stall()
        if fault == "silent":
            return self.stall()
        if fault in ("redirect", "private"):
            return self.whole(b"", 307, Location=other + "blob/" + digest)
        if fault == "there-and-back":
            return self.whole(b"", 302, Location=other + "back/" + digest)
        if fault == "endless":
            return self.whole(b"", 302, Location="%s?%d" % (self.path.split("?")[0], count))
        if fault == "to-file":
            return self.whole(b"", 302, Location="file:///etc/passwd")
        if fault == "no-location":
            return self.whole(b"", 302)
        if fault == "throttled" and count == 1:
            return self.whole(b"{}", 429, Retry_After="2")
        if fault == "throttled-for-long":
            return self.whole(b'{"errors": [{"code": "TOOMANYREQUESTS"}]}', 429, Retry_After="3600")
        if fault == "broken-gateway" and count <= 2:
            return self.whole(b"oops", 502)
        if fault == "always-500":
            return self.whole(b"oops", 500)
        if fault == "denied":
            return self.whole(b'{"errors": [{"code": "DENIED", "message": "go \\u001b[31m away"}]}', 403)
        return self.ranged(body)

    # ---- requests ----------------------------------------------------------------------------

    def allowed(self, fault, kind):
        given = self.headers.get("Authorization", "")
        if fault == "loop":  # no token is ever good
            return False
        if fault in ("private", "there-and-back"):
            return given.startswith("Bearer good-")
        if fault == "expires":  # a token is good for four requests: it runs out in the middle
            return given.startswith("Bearer good-") and bump("uses", given) <= 4
        if fault == "expires-in-resume":  # layers break once, and by then the token is no longer good
            match = re.fullmatch(r"Bearer good-(\d+)", given)
            return bool(match) and (kind == "manifests" or "Range" not in self.headers or int(match.group(1)) > 1)
        if fault == "negotiate":
            return False
        return True

    def token(self):
        if "planted-loop" in self.path:
            return self.whole(b"{}", 401)
        number = bump("tokens", re.sub(r".*repository(%3A|:)([^:%]*).*", r"\2", self.path))
        if "header-in-token" in self.path:
            return self.whole(json.dumps({"token": "good-1\r\nX-Planted: yes"}).encode())
        return self.whole(json.dumps({"token": "good-%d" % number, "expires_in": 300}).encode())

    def answer(self):
        with LOCK:
            with open(os.path.join(DIR, "requests"), "a", encoding="utf-8") as file:
                file.write(json.dumps({"server": self.server_name, "method": self.command, "path": self.path,
                                       "authorization": self.headers.get("Authorization"), "range": self.headers.get("Range"),
                                       "proxy_authorization": self.headers.get("Proxy-Authorization")}) + "\n")
        if self.path.startswith("/token"):
            return self.token()
        if self.path == "/v2/":
            return self.whole(b"{}")
        if self.server_name == "other":
            return self.elsewhere()
        match = re.fullmatch(r"/v2/([^/]+)/(manifests|blobs)/([^?]+)(\?.*)?", self.path)
        if not match:
            return self.whole(b"{}", 404)
        fault, kind, name = match.group(1, 2, 3)
        if fault == "negotiate":
            return self.whole(b"{}", 401, WWW_Authenticate="Negotiate")
        if fault == "nonsense":
            return self.whole(b"{}", 401, WWW_Authenticate="Bearer realm=\"")
        if fault == "header-in-token" and not self.headers.get("Authorization"):
            return self.challenge(fault)
        if not self.allowed(fault, kind):
            return self.challenge(fault)
        if kind == "manifests":
            return self.manifest(fault, name)
        if name in LAYERS:
            if fault == "expires-in-resume" and bump("broken", name) == 1:
                return self.broken(blob(name), len(blob(name)) // 2)
            return self.layer_fault(fault, name, blob(name))
        return self.whole(blob(name))

    def elsewhere(self):
        if self.path.startswith("/back/"):
            return self.whole(b"", 302, Location="http://127.0.0.1:%d/v2/landed/blobs/%s" % (PORTS["port"], self.path[6:]))
        return self.ranged(blob(self.path.split("/blob/")[1]))

    do_GET = do_HEAD = do_POST = answer

    def log_message(self, *arguments):
        pass


class Other(Handler):
    server_name = "other"


def start(name, handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    PORTS[name] = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()


start("other", Other)
start("port", Handler)
for name, number in PORTS.items():
    with open(os.path.join(DIR, name + ".new"), "w", encoding="ascii") as file:
        file.write("%d\n" % number)
    os.rename(os.path.join(DIR, name + ".new"), os.path.join(DIR, name))
threading.Event().wait()
