"""Somebody who visits a running demo without a browser: cookies kept, forms posted with their token."""

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from html import unescape
from http.cookiejar import CookieJar

_MAIL_SECONDS = 30


class Visitor:
    """One person at one machine. Each answer is kept: `status`, `path`, `body`, `text`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.status, self.path, self.body = 0, "", b""

    @property
    def text(self) -> str:
        """The page without its tags."""
        bare = re.sub(r"<[^>]*>", " ", self.body.decode(errors="replace"))
        return " ".join(unescape(bare).split())

    def get(self, path: str) -> str:
        """Go to a page and return its text."""
        return self._open(urllib.request.Request(urllib.parse.urljoin(self._url, path)))

    def post(self, path: str = "", **fields: str) -> str:
        """Post the form of the page shown, to itself or to `path`, and return the text of what follows."""
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', self.body)
        assert token, f"no form in {self.path}: {self.text[:300]}"
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token[1].decode()}).encode()
        target = urllib.parse.urljoin(self._url, path or self.path)
        return self._open(urllib.request.Request(target, data, headers={"Referer": self._url}))

    def links(self, pattern: str) -> list[str]:
        """Return the links of the page whose address matches, once each, in order."""
        found = [unescape(link.decode()) for link in re.findall(rb'(?:href|src)="([^"]+)"', self.body)]
        return list(dict.fromkeys(link for link in found if re.search(pattern, link)))

    def log_in(self, login: str, password: str, email: str) -> str:
        """Log in with a code by e-mail, read in the sandbox's mailbox; return the text of the home page."""
        self.get("/connexion/")
        before = newest_mail(self._url, email)
        self.post(login=login, password=password)
        assert self.path.startswith("/connexion/verification/"), (self.path, self.text[:500])
        mail = wait_for_mail(self._url, email, unlike=before)
        code = re.search(r"\b(\d{6})\b", mail)
        assert code, mail
        return self.post(code=code[1])

    def _open(self, request: urllib.request.Request) -> str:
        try:
            answer = self._opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.status, self.body = answer.status, answer.read()
            self.path = answer.url.removeprefix(self._url)
        return self.text


def list_mail(url: str, words: str) -> list[str]:
    """Return the addresses of the messages that hold these words (an address, a name), newest first."""
    visitor = Visitor(url)
    visitor.get(f"/bac-a-sable/courrier/?{urllib.parse.urlencode({'q': words})}")
    return visitor.links(r"^/bac-a-sable/courrier/[0-9a-f-]{36}/$")


def newest_mail(url: str, words: str) -> str:
    """Return the address of the newest message that holds these words, "" if there is none."""
    return next(iter(list_mail(url, words)), "")


def wait_for_mail(url: str, words: str, *, unlike: str = "") -> str:
    """Return the text of the newest message that holds these words, once there is one that is not `unlike`."""
    deadline = time.monotonic() + _MAIL_SECONDS
    while (newest := newest_mail(url, words)) in {"", unlike}:
        assert time.monotonic() < deadline, f"no new message with {words}"
        time.sleep(0.2)
    return Visitor(url).get(newest)
