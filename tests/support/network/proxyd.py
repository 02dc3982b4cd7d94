#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""proxyd.py DIR USER:PASSWORD NAME:PORT=HOST:PORT...: a proxy on loopback, for CONNECT and for plain requests, that knows only the names it was given.

Who comes without the password gets 407.  Writes DIR/port and one JSON line a request to DIR/requests: {"method", "target", "authorization", "known"}.
"""
import base64
import http.client
import http.server
import json
import os
import select
import socket
import sys
import urllib.parse

DIR, SECRET = sys.argv[1:3]
NAMES = dict(one.split("=", 1) for one in sys.argv[3:])
WANTED = "Basic " + base64.b64encode(SECRET.encode()).decode()


def address(target):
    host, port = NAMES[target].rsplit(":", 1)
    return host, int(port)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def admitted(self, target):
        known = self.headers.get("Proxy-Authorization") == WANTED
        with open(os.path.join(DIR, "requests"), "a", encoding="utf-8") as file:
            file.write(json.dumps({"method": self.command, "target": target, "authorization": self.headers.get("Authorization"), "known": known}) + "\n")
        if known and target in NAMES:
            return True
        self.send_response(502 if known else 407)
        if not known:
            self.send_header("Proxy-Authenticate", 'Basic realm="tests"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def do_CONNECT(self):
        if not self.admitted(self.path):
            return
        far = socket.create_connection(address(self.path))
        self.send_response(200)
        self.end_headers()
        ends = {self.connection: far, far: self.connection}
        while True:
            for end in select.select(list(ends), [], [])[0]:
                data = end.recv(65536)
                if not data:
                    far.close()
                    self.close_connection = True
                    return
                ends[end].sendall(data)

    def forward(self):
        url = urllib.parse.urlsplit(self.path)
        if not self.admitted("%s:%d" % (url.hostname, url.port or 80)):
            return
        far = http.client.HTTPConnection(*address("%s:%d" % (url.hostname, url.port or 80)))
        headers = {name: value for name, value in self.headers.items() if not name.lower().startswith("proxy-")}
        far.request(self.command, url.path + ("?" + url.query if url.query else ""), headers=headers)
        answer = far.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "server", "date"):
                self.send_header(name, value)
        self.send_header("Content-Length", answer.getheader("Content-Length", "0") if self.command == "HEAD" else str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_HEAD = forward

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
with open(os.path.join(DIR, "port.new"), "w", encoding="ascii") as file:
    file.write("%d\n" % server.server_port)
os.rename(os.path.join(DIR, "port.new"), os.path.join(DIR, "port"))
server.serve_forever()
