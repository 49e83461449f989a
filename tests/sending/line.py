"""The other end of a line that fails: what a real server is rarely seen to do, on order.

It knows documents by their uniqueId and gives tokens; it judges nothing. What it is told to do first
(`script`) it does once each, in order, whoever asks.
"""

import base64
import json
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import import_key

SILENCE = "silence"  # the connection is cut without an answer
LOST = "lost"  # the document is taken in, and the answer never leaves


class Line:
    """`held`: bytes by uniqueId; `script`: what is done first, `(status, headers)`, SILENCE or LOST."""

    def __init__(self, public_key):
        self.public_key = public_key
        self.held, self.order, self.asked = {}, [], Counter()
        self.script, self.refusals = [], {}
        self.tokens, self.expired = 0, set()
        self.lock = threading.Lock()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def listening(line):
    class Handler(_Handler):
        pass

    Handler.line = line
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    line.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    line: Line

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(200, {"token_endpoint": f"{self.line.url}/oauth/token"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/oauth/token":
            self.give_token(parse_qs(body.decode()))
        else:
            self.take(json.loads(body))

    def give_token(self, form):
        claims = jwt.decode(form["client_assertion"][0], import_key(self.line.public_key)).claims
        assert claims["aud"] == f"{self.line.url}/oauth/token"
        assert claims["iss"] == claims["sub"]
        with self.line.lock:
            self.line.tokens += 1
            token = f"token-{self.line.tokens}"
        self.answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": 1800})

    def take(self, resource):
        line = self.line
        unique_id = resource["masterIdentifier"]["value"]
        with line.lock:
            line.asked[unique_id] += 1
            told = line.script.pop(0) if line.script else None
            known = unique_id in line.held
        if self.headers["Authorization"].removeprefix("Bearer ") in line.expired:
            return self.answer(401, outcome("expired"))
        if told == SILENCE:
            return self.cut()
        if isinstance(told, tuple):
            return self.answer(told[0], outcome("throttled"), told[1])
        if unique_id in line.refusals:
            return self.answer(
                line.refusals[unique_id], outcome("required", "DocumentReference.custodian", "Il manque.")
            )
        with line.lock:
            line.held[unique_id] = base64.b64decode(resource["content"][0]["attachment"]["data"])
            line.order.append(unique_id)
        if told == LOST:
            return self.cut()
        return self.answer(200 if known else 201, None, {"Location": "http://x/fhir/DocumentReference/1"})

    def cut(self):
        self.close_connection = True
        self.connection.close()

    def answer(self, status, found, headers=()):
        body = json.dumps(found).encode() if found is not None else b""
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def outcome(code, expression="", text=""):
    issue = {"severity": "error", "code": code, "expression": [expression], "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
