"""Calls to a provider, against a real server of this machine that does what providers should not."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from carnet.platform import provider_http
from carnet.platform.provider_http import DirectHttp, UnreachableError, basic, is_trustworthy


class Odd(BaseHTTPRequestHandler):
    seen: list[tuple[str, str, bytes]] = []

    def do_GET(self):
        Odd.seen.append((self.path, self.headers.get("Authorization", ""), b""))
        match self.path:
            case "/moved":
                self.answer(302, b"", Location="/good")
            case "/huge":
                self.answer(200, b"x" * (provider_http.MOST_BYTES + 1))
            case "/refused":
                self.answer(401, b'{"error":"invalid_token"}')
            case "/silent":
                self.server.release.wait(5)
            case "/cut":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
            case "/garbage":
                self.wfile.write(b"this is no HTTP\r\n\r\n")
            case _:
                self.answer(200, b"{}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Odd.seen.append((self.path, self.headers.get("Authorization", ""), body))
        self.answer(200, b"{}")

    def answer(self, status, body, **headers):
        self.send_response(status)
        self.send_header("Content-Type", "Application/JSON; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")  # a proxy before the loopback would lead nowhere
    Odd.seen = []
    httpd = HTTPServer(("127.0.0.1", 0), Odd)
    httpd.release = threading.Event()
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.release.set()
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def test_a_question_and_its_answer(server):
    answer = DirectHttp().send(f"{server}/good", authorization="Bearer abc")
    assert (answer.status, answer.kind, answer.body) == (200, "application/json", b"{}")
    assert Odd.seen == [("/good", "Bearer abc", b"")]


def test_a_form_is_posted(server):
    DirectHttp().send(f"{server}/token", form={"code": "é&="}, authorization=basic("a:b", "c d"))
    assert Odd.seen == [("/token", "Basic YSUzQWI6YyUyMGQ=", b"code=%C3%A9%26%3D")]


def test_a_refusal_is_an_answer_like_another(server):
    answer = DirectHttp().send(f"{server}/refused")
    assert (answer.status, answer.body) == (401, b'{"error":"invalid_token"}')


def test_a_redirection_is_not_followed(server):
    assert DirectHttp().send(f"{server}/moved", authorization="Bearer abc").status == 302
    assert [path for path, *_ in Odd.seen] == ["/moved"]


@pytest.mark.parametrize("path", ["/huge", "/cut", "/garbage", "/silent"])
def test_what_is_no_answer_is_an_absence(server, monkeypatch, path):
    monkeypatch.setattr(provider_http, "TIMEOUT_SECONDS", 0.2)
    with pytest.raises(UnreachableError):
        DirectHttp().send(f"{server}{path}")


def test_nobody_there_is_an_absence():
    with pytest.raises(UnreachableError):
        DirectHttp().send("http://127.0.0.1:1/")


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://franceconnect.test/api", True),
        ("http://127.0.0.1:8000/x", True),
        ("http://[::1]:8000/x", True),
        ("http://localhost:8000/x", True),
        ("http://franceconnect.test/api", False),
        ("http://127.0.0.1.nip.test/", False),
        ("https://user:secret@franceconnect.test/", False),
        ("file:///etc/passwd", False),
        ("ftp://franceconnect.test/", False),
        ("//franceconnect.test/", False),
        ("", False),
        ("http://[::1", False),
    ],
)
def test_only_https_or_this_machine_is_called(url, good):
    assert is_trustworthy(url) is good
    if not good:
        with pytest.raises(UnreachableError):
            DirectHttp().send(url)
