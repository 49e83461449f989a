"""A vendor's software beside the demo: an account, a token, and calls over HTTP."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx2

JSON_PATCH = "application/json-patch+json"
FHIR = "application/fhir+json"


@dataclass
class Software:
    """One installation of a product in a structure, with its own keys."""

    demo: Any
    key: Path
    finess: str

    @classmethod
    def install(cls, demo, folder: Path, *, finess: str, name: str, product: str) -> "Software":
        key = folder / f"{product}.json"
        demo.carnet("clients", "create", "--structure", finess, "--name", name, "--vendor", "Éditeur Exemple",
                    "--product", product, "--version", "4.2", "--make-key", str(key))  # fmt: skip
        return cls(demo, key, finess)

    @cached_property
    def token(self) -> str:
        done = self.demo.carnet("--json", "clients", "token", "--key", str(self.key), "--api", self.demo.api)
        return json.loads(done.stdout)["access_token"]

    def example(self, person: str, number: int, **asked) -> bytes:
        """A body of the vendors' page: `remplace`, `forme`."""
        query = {"personne": person, "structure": self.finess, "numero": number, **asked}
        answer = httpx2.get(f"{self.demo.url}/bac-a-sable/editeurs/exemple.json", params=query, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.content

    def call(self, method: str, path: str, *, body: bytes | None = None, media_type: str = FHIR):
        """One call of the FHIR API: `path` below its base."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": media_type}
        return httpx2.request(
            method, f"{self.demo.api}/fhir{path}", content=body, headers=headers, timeout=60
        )

    def deposit(self, person: str, number: int, **asked) -> str:
        """Deposit an example of that number; return the id of the document."""
        answer = self.call("POST", "/DocumentReference", body=self.example(person, number, **asked))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def withdraw(self, document: str):
        change = json.dumps([{"op": "replace", "path": "/status", "value": "entered-in-error"}]).encode()
        return self.call("PATCH", f"/DocumentReference/{document}", body=change, media_type=JSON_PATCH)
