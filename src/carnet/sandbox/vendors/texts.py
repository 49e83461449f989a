"""What a vendor copies: one line of shell that deposits, and the same in Python with his own key."""

from pathlib import Path
from urllib.parse import urlencode

_COLLECTION = Path(__file__).with_name("carnet.http")

_CURL = (
    "curl -s '{example}' | curl -sSi -w '\\n' -X POST '{api}/fhir/DocumentReference'"
    " -H 'Authorization: Bearer {token}' -H 'Content-Type: application/fhir+json' --data-binary @-"
)
_PYTHON = """\
import json, time, uuid, requests  # pip install requests joserfc
from joserfc import jwk, jwt
key = json.load(open("{file}"))
claims = {{"iss": key["client_id"], "sub": key["client_id"], "aud": "{api}/oauth/token",
          "jti": str(uuid.uuid4()), "exp": int(time.time()) + 120}}
form = {{"grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode({{"alg": "ES256"}}, claims, jwk.import_key(key))}}
token = requests.post("{api}/oauth/token", form).json()["access_token"]
headers = {{"Authorization": "Bearer " + token, "Content-Type": "application/fhir+json"}}
body = requests.get("{example}").content
print(requests.post("{api}/fhir/DocumentReference", body, headers=headers).text)
"""


def example_address(base: str, **asked: str | int) -> str:
    """Return the address of an example: `personne`, `structure`, `numero`, `remplace`, `forme`."""
    return f"{base}?{urlencode(asked)}"


def write_curl(*, api: str, example: str, token: str) -> str:
    """Return the line that deposits: nothing in it needs to be changed before it is run."""
    return _CURL.format(api=api, example=example, token=token)


def write_python(*, api: str, example: str, file: str) -> str:
    """Return the program that signs an assertion with the downloaded key, asks for a token and deposits."""
    return _PYTHON.format(api=api, example=example, file=file)


def write_collection(*, api: str, sandbox: str, token: str, structure: str) -> str:
    """Return the collection of requests (.http) with its variables filled in."""
    filled = {"api": api, "bac": sandbox, "jeton": token, "structure": structure}
    lines = _COLLECTION.read_text(encoding="utf-8").splitlines()
    return "\n".join(_line(line, filled) for line in lines) + "\n"


def _line(line: str, filled: dict[str, str]) -> str:
    name = line.removeprefix("@").partition("=")[0].strip()
    return f"@{name} = {filled[name]}" if line.startswith("@") and filled.get(name) else line
