#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tokend.py PORT_FILE KEY CERT: the token service of a registry (distribution, "Token Authentication"), on loopback.

User tester with password planted-secret, or the identity token planted-identity, may pull anything; nobody else may. What was asked goes
to standard output, one line each.
"""
import base64
import http.server
import json
import os
import re
import subprocess
import sys
import time
import urllib.parse
import uuid

PORT_FILE, KEY, CERT = sys.argv[1:4]
with open(CERT, encoding="ascii") as file:
    DER = "".join(re.search(r"BEGIN CERTIFICATE-----(.*?)-----END", file.read(), re.S).group(1).split())


def web64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(access):
    now = int(time.time())
    head = {"typ": "JWT", "alg": "RS256", "x5c": [DER]}
    claims = {"iss": "tests", "sub": "tester", "aud": "tests", "exp": now + 300, "nbf": now - 5, "iat": now,
              "jti": uuid.uuid4().hex, "access": access}
    text = web64(json.dumps(head).encode()) + "." + web64(json.dumps(claims).encode())
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", KEY], input=text.encode(), capture_output=True, check=True)
    return text + "." + web64(signature.stdout)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, what):
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def grant(self, fields, known, how):
        print(how, "known" if known else "unknown", " ".join(fields.get("scope", [])), flush=True)
        if not known:
            return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "who are you?"}]})
        access = []
        for scope in " ".join(fields.get("scope", [])).split():
            kind, name, actions = re.fullmatch(r"([^:]*):(.*):([^:]*)", scope).groups()
            access.append({"type": kind, "name": name, "actions": actions.split(",")})
        return self.answer(200, {"token": signed(access), "expires_in": 300})

    def do_GET(self):
        fields = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        given = self.headers.get("Authorization", "")
        known = given == "Basic " + base64.b64encode(b"tester:planted-secret").decode()
        self.grant(fields, known, "basic")

    def do_POST(self):
        fields = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.grant(fields, fields.get("refresh_token") == ["planted-identity"], "identity")

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(PORT_FILE + ".new", "w", encoding="ascii") as file:
    file.write("%d\n" % server.server_port)
os.rename(PORT_FILE + ".new", PORT_FILE)
server.serve_forever()
