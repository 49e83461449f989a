"""The helper: what it returns, what it refuses, and that nothing it is given can hold us up."""

import os
import subprocess
import sys
import time

import pytest

from carnet.platform import confined
from carnet.standards import images, pdf, rtf, sniff
from carnet.standards.sniff import FileRefused
from tests.standards import papers


def test_results_and_refusals_come_back_typed():
    facts = confined.run(images.check, papers.image())
    assert (facts.width, facts.height, facts.media_type) == (60, 40, "image/jpeg")
    assert confined.run(pdf.take, papers.pdf("Fracture", 2)).pages == 2
    with pytest.raises(FileRefused) as refused:
        confined.run(pdf.take, papers.pdf_encrypted())
    assert refused.value.rule == "encrypted"


def test_too_much_time_kills_it_and_the_next_call_works():
    began = time.monotonic()
    with pytest.raises(confined.TooCostlyError):
        confined.run(rtf.text_of, b"{" * 30_000_000, seconds=0.1)
    assert time.monotonic() - began < 10
    assert confined.run(sniff.sniff, b"%PDF-1.4") == sniff.PDF


def test_too_much_memory():
    with pytest.raises((confined.TooCostlyError, FileRefused)):
        confined.run(images.png_to_pdf, papers.image("PNG", (7_900, 7_900)), "x", megabytes=250)
    assert confined.run(sniff.sniff, b"%PDF-1.4") == sniff.PDF


def test_only_functions_of_the_standards():
    with pytest.raises(confined.TooCostlyError):
        confined.run(os.getcwd)
    assert confined.run(sniff.sniff, b"%PDF-1.4") == sniff.PDF


def test_a_fork_has_helpers_of_its_own():
    script = (
        "import os\nfrom carnet.platform import confined\nfrom carnet.standards import sniff\n"
        "assert confined.run(sniff.sniff, b'%PDF-') == sniff.PDF\n"
        "if os.fork() == 0:\n    assert confined.run(sniff.sniff, b'x') == sniff.PLAIN; os._exit(7)\n"
        "assert os.waitstatus_to_exitcode(os.wait()[1]) == 7\n"
        "assert confined.run(sniff.sniff, b'%PDF-') == sniff.PDF\n"
    )
    environment = {**os.environ, "PYTHONPATH": "src"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=False, timeout=60)
    assert done.returncode == 0
