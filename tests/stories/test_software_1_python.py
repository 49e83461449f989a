"""Software, 1, again: the program of the vendors' page, run as it is with the key that was downloaded."""

import json
import re
import subprocess
import sys
from html import unescape

import httpx2
import pytest

pytestmark = [pytest.mark.story, pytest.mark.xdist_group("stories")]


def test_the_program_of_the_page_deposits_with_ones_own_key(demo, tmp_path):
    with httpx2.Client(base_url=demo.url, follow_redirects=True, timeout=60) as browser:
        page = posted(browser, "/bac-a-sable/editeurs/", structure="000000026", finess="", vendor="Éditeur Exemple",
                      product="Programme du récit", version="1.0", mode="strict")  # fmt: skip
        program = unescape(re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page.text, re.DOTALL)[1])
        file = posted(browser, f"{page.url.path}cle/", token=csrf(page))
        name = re.search(r'filename="([\w.-]+)"', file.headers["Content-Disposition"])[1]
        (tmp_path / name).write_bytes(file.content)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "", done.stdout  # a strict client deposits and reads nothing back
    client_id = json.loads(file.content)["client_id"]
    console = httpx2.get(f"{demo.url}/bac-a-sable/editeurs/{client_id}/console/", timeout=60).text
    assert "POST DocumentReference" in console
    assert ">201<" in console


def posted(browser, address, *, token="", **said):
    token = token or csrf(browser.get(address))
    answer = browser.post(address, data={"csrfmiddlewaretoken": token, **said})
    assert answer.status_code == 200, answer.text
    return answer


def csrf(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
