"""A player of .http files, as the extension REST Client reads them: variables, names, answers of requests before."""

import re
from dataclasses import dataclass, field

_VARIABLE = re.compile(r"\{\{([\w.$*\[\]]+)\}\}")
_STEP = re.compile(r"\[(\d+)\]|\.?(\w+)")


@dataclass
class Block:
    """One request: what it is called, the status that is expected, the request itself."""

    title: str
    name: str = ""
    expected: int = 0
    method: str = ""
    url: str = ""
    headers: dict = field(default_factory=dict)
    body: str = ""


def read(text):
    """Return the variables of a collection and its requests, in order."""
    variables, blocks = {}, []
    for part in re.split(r"^### ?", text, flags=re.MULTILINE):
        title, _, rest = part.partition("\n")
        variables |= dict(re.findall(r"^@(\w+) = (.*)$", rest, re.MULTILINE))
        lines = [line for line in rest.splitlines() if not line.startswith("@")]
        request = [line for line in lines if not line.startswith("#")]
        if any(request):
            block = Block(title, *_marks(lines))
            _fill(block, "\n".join(request).strip())
            blocks.append(block)
    return variables, blocks


def fill(text, variables, answers):
    """Return a text with the values of what stands between braces. Raises KeyError for what is not there."""

    def value(match):
        name, _, path = match[1].partition(".response.body.")
        if not path:
            return variables[name]
        return answers[name].content.decode() if path == "*" else str(_walk(answers[name].json(), path))

    return _VARIABLE.sub(value, text)


def _marks(lines):
    said = "\n".join(line for line in lines if line.startswith("#"))
    name = re.search(r"^# @name (\w+)$", said, re.MULTILINE)
    expected = re.search(r"^# attendu (\d{3})$", said, re.MULTILINE)
    return name[1] if name else "", int(expected[1])


def _fill(block, request):
    head, _, block.body = request.partition("\n\n")
    first, *headers = head.splitlines()
    block.method, block.url = first.split(" ")
    block.headers = dict(line.split(": ", 1) for line in headers)


def _walk(value, path):
    for index, member in _STEP.findall(path.removeprefix("$")):
        value = value[int(index)] if index else value[member]
    return value
