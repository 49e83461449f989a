"""A body is read whole; who stops sending is not waited for."""

import os
import threading
import time

import pytest
from django.test import RequestFactory

from carnet.platform import bodies
from carnet.platform.bodies import BodyBrokenError, BodyStalledError, read_body


def request_of(stream, announced):
    request = RequestFactory().post("/", content_type="text/plain")
    request.META["CONTENT_LENGTH"] = str(announced)
    request._stream = stream
    return request


class Pipe:
    """A stream that gives pieces, each after a pause; then hangs until it is let go."""

    def __init__(self, *pieces, pause=0.0, hangs=False):
        self.pieces, self.pause, self.hangs = list(pieces), pause, hangs
        self.let_go = threading.Event()

    def read(self, _size):
        time.sleep(self.pause)
        if self.pieces:
            return self.pieces.pop(0)
        if self.hangs:
            self.let_go.wait(20)
        return b""


def test_a_body_is_read_whole():
    data = os.urandom(1_000_000)
    assert read_body(RequestFactory().post("/", data, content_type="text/plain")) == data
    assert read_body(RequestFactory().get("/")) == b""


def test_slow_is_not_stopped():
    assert read_body(request_of(Pipe(b"a", b"b", b"c", pause=0.1), 3), patience=0.4) == b"abc"


def test_who_stops_is_not_waited_for():
    pipe = Pipe(b"ab", hangs=True)
    began = time.monotonic()
    with pytest.raises(BodyStalledError):
        read_body(request_of(pipe, 3), patience=0.2)
    assert time.monotonic() - began < 10
    pipe.let_go.set()


def test_less_than_announced_is_broken():
    with pytest.raises(BodyBrokenError):
        read_body(request_of(Pipe(b"ab"), 3))

    class Gone:
        def read(self, _size):
            raise ConnectionResetError

    with pytest.raises(BodyBrokenError):
        read_body(request_of(Gone(), 3))


def test_many_that_stop_do_not_stop_the_others():
    pipes = [Pipe(hangs=True) for _ in range(8)]
    for pipe in pipes:
        with pytest.raises(BodyStalledError):
            read_body(request_of(pipe, 1), patience=0.01)
    assert read_body(request_of(Pipe(b"x"), 1), patience=5) == b"x"
    for pipe in pipes:
        pipe.let_go.set()
    assert bodies.PATIENCE_SECONDS == 15
