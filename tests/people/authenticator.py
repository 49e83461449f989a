"""A passkey in software: ES256, attestation "none" (WebAuthn level 2, 6.1 and 6.5)."""

import hashlib
import json
import os
import struct

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """Makes one key, and signs with a counter that grows."""

    def __init__(self, origin="http://localhost:8000"):
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.count = 0

    def create(self, options):
        """Answer navigator.credentials.create, given its options as JSON text."""
        options = json.loads(options)
        point = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        data = self._data(options["rp"]["id"], ATTESTED) + attested
        return self._answer(
            {
                "clientDataJSON": self._client("webauthn.create", options["challenge"]),
                "attestationObject": bytes_to_base64url(
                    cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
                ),
            }
        )

    def get(self, options, *, count=None):
        """Answer navigator.credentials.get; `count` forces the counter, as a cloned key would show it."""
        options = json.loads(options)
        self.count = self.count + 1 if count is None else count
        data = self._data(options["rpId"], 0)
        client = self._client("webauthn.get", options["challenge"])
        signed = data + hashlib.sha256(base64url_to_bytes(client)).digest()
        return self._answer(
            {
                "clientDataJSON": client,
                "authenticatorData": bytes_to_base64url(data),
                "signature": bytes_to_base64url(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": None,
            }
        )

    def _data(self, rp_id, flags):
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(
            ">BI", USER_PRESENT | USER_VERIFIED | flags, self.count
        )

    def _client(self, kind, challenge):
        text = json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False})
        return bytes_to_base64url(text.encode())

    def _answer(self, response):
        return json.dumps(
            {
                "id": bytes_to_base64url(self.id),
                "rawId": bytes_to_base64url(self.id),
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )
