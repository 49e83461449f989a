"""Client certificates (RFC 8705): what of them is kept and compared is the SHA-256 of the whole. Pure.

The TLS of the proxy in front proves that the client holds the certificate's key. Who issued it is not
looked at: a client is known by the very certificate that was registered for it (RFC 8705, 2.2).
"""

import base64
import hashlib
import ssl
from datetime import datetime
from typing import Final

from cryptography import x509

from carnet.directory.policies import DirectoryRefused

LONGEST: Final = 16_000


def thumbprint(pem: str) -> str:
    """Return the `x5t#S256` of a certificate in PEM (RFC 8705, 3.1), "" of what is none."""
    if not pem or len(pem) > LONGEST:
        return ""
    try:
        der = ssl.PEM_cert_to_DER_cert(pem)
    except ValueError:
        return ""
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def is_valid_at(pem: str, moment: datetime) -> bool:
    """Tell whether a certificate in PEM can be read and is in its dates at `moment` (aware)."""
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        return False
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def read_certificate(pem: str, moment: datetime) -> str:
    """Return the thumbprint of a certificate to register, one alone; raises DirectoryRefused."""
    found = thumbprint(pem.strip()) if pem.count("-----BEGIN") == 1 else ""
    if not found or not is_valid_at(pem, moment):
        raise DirectoryRefused(
            "certificate", "Certificat : donnez un certificat X.509 en PEM, aujourd’hui dans ses dates."
        )
    return found
