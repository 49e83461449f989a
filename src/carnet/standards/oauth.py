"""OAuth 2 of software: key pairs as JWK, and the signed assertion by which a client proves itself.

Sources: RFC 7517 (JWK), RFC 7518, RFC 8037, RFC 9864 (algorithms), RFC 7523 (assertion), RFC 7638.
A key file is a private JWK that also says whose it is: its member `client_id`.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRANT_TYPE: Final = "client_credentials"
LONGEST_SECONDS: Final = 300  # how far ahead an assertion may expire

# algorithm -> key type and curve it is for; no other is ever looked at: neither "none" nor a shared secret
ALGORITHMS: Final[Mapping[str, tuple[str, str]]] = {
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "RS256": ("RSA", ""),
    "RS384": ("RSA", ""),
    "PS256": ("RSA", ""),
    "PS384": ("RSA", ""),
    "EdDSA": ("OKP", "Ed25519"),
    "Ed25519": ("OKP", "Ed25519"),
}
PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_PUBLIC_MEMBERS: Final = ("kty", "crv", "x", "y", "n", "e", "kid", "alg", "use")
_ASSERTION_SECONDS: Final = 120
_RSA_BITS: Final = 3072
_MAKERS: Final[Mapping[str, Callable[[], ECKey | RSAKey | OKPKey]]] = {
    "EC": lambda: ECKey.generate_key("P-256"),
    "RSA": lambda: RSAKey.generate_key(_RSA_BITS),
    "OKP": lambda: OKPKey.generate_key("Ed25519"),
}
_ALGORITHM_OF: Final = {"P-256": "ES256", "P-384": "ES384", "RSA": "PS256", "Ed25519": "EdDSA"}

Key = ECKey | RSAKey | OKPKey


class KeyUnusableError(ValueError):
    """A JWK is not a key that signs assertions here."""


class Registry(JWSRegistry):
    """The algorithms of ALGORITHMS, whatever the library recommends; headers nobody knows are left aside."""

    def __init__(self) -> None:
        super().__init__(algorithms=list(ALGORITHMS), strict_check_header=False)

    def get_alg(self, name: str) -> Any:
        """Return an allowed algorithm. The library warns of the name EdDSA, which software still writes."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(f"algorithm not allowed: {name!r}")
        return self.algorithms[name]


def make_key(kind: str = "EC") -> dict[str, str]:
    """Return a new private JWK (`EC`: P-256, `RSA`: 3072 bits, `OKP`: Ed25519), named by its thumbprint."""
    key = _MAKERS[kind]()
    named: dict[str, str] = {str(name): str(value) for name, value in key.as_dict(private=True).items()}
    return named | {"kid": key.thumbprint(), "alg": algorithm_of(named), "use": "sig"}


def algorithm_of(jwk: Mapping[str, Any]) -> str:
    """Return what a key signs with: what it says itself, else what its kind is made for.

    Raises KeyUnusableError for a kind of key that signs nothing here.
    """
    algorithm = jwk.get("alg") or _ALGORITHM_OF.get(jwk.get("crv") or jwk.get("kty") or "")
    if algorithm not in ALGORITHMS:
        raise KeyUnusableError("alg")
    return str(algorithm)


def public_part(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """Return the public members of a JWK that say something of the key itself."""
    return {name: jwk[name] for name in _PUBLIC_MEMBERS if name in jwk}


def import_key(jwk: Mapping[str, Any]) -> Key:
    """Return the key of a JWK of a type used here; raises KeyUnusableError."""
    try:
        match jwk.get("kty"):
            case "EC":
                return ECKey.import_key(dict(jwk))
            case "RSA":
                return RSAKey.import_key(dict(jwk))
            case "OKP":
                return OKPKey.import_key(dict(jwk))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise KeyUnusableError(type(error).__name__) from error
    raise KeyUnusableError("kty")


def sign_assertion(jwk: Mapping[str, Any], *, audience: str, now: float, client_id: str = "") -> str:
    """Return an assertion for one request of a token, good for two minutes (RFC 7523, 3).

    `jwk`: the private key; `client_id`: by default the one that its file names; `audience`: the token
    endpoint; `now`: seconds since 1970. Raises KeyUnusableError, KeyError when nobody is named.
    """
    subject = client_id or jwk["client_id"]
    key = import_key({name: value for name, value in jwk.items() if name != "client_id"})
    header = {"alg": algorithm_of(jwk), "kid": jwk.get("kid") or key.thumbprint(), "typ": "JWT"}
    claims = {
        "iss": subject,
        "sub": subject,
        "aud": audience,
        "jti": secrets.token_urlsafe(24),
        "iat": int(now),
        "exp": int(now) + _ASSERTION_SECONDS,
    }
    try:
        return jwt.encode(header, claims, key, registry=Registry())
    except (JoseError, ValueError, TypeError) as error:
        raise KeyUnusableError(type(error).__name__) from error


def token_form(assertion: str, *, scope: str = "") -> dict[str, str]:
    """Return the form that a client posts to the token endpoint (RFC 6749, 4.4.2; RFC 7523, 2.2)."""
    form = {
        "grant_type": GRANT_TYPE,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }
    return form | ({"scope": scope} if scope else {})
