"""Which proofs each way back in asks for. Pure; docs/adr/0003-recovery.md explains the table.

What lies on a telephone counts as one thing: the mailbox, the SMS, the authenticator, the passkey. So
each way asks for something beside it: the password, or the carte Vitale.
"""

from enum import StrEnum


class Proof(StrEnum):
    """What is proven, and how: known, read in a mailbox, received by SMS, held."""

    PASSWORD = "password"  # noqa: S105 - the name of a proof
    EMAIL = "email"
    SMS = "sms"
    TOTP = "totp"
    PASSKEY = "passkey"
    CARD = "card"


class Lost(StrEnum):
    """What a person has lost; NOTHING is the ordinary login."""

    NOTHING = "nothing"
    PASSWORD = "password"  # noqa: S105 - the name of a loss
    PHONE = "phone"
    MAILBOX = "mailbox"


HOLDINGS: dict[str, frozenset[Proof]] = {
    "mailbox": frozenset({Proof.EMAIL}),
    "locked phone": frozenset({Proof.SMS}),  # the SIM card in another telephone
    "unlocked phone": frozenset({Proof.EMAIL, Proof.SMS, Proof.TOTP, Proof.PASSKEY}),
    "security key": frozenset({Proof.PASSKEY}),
    "wallet": frozenset({Proof.CARD}),
    "password": frozenset({Proof.PASSWORD}),
}
"""What each single thing gives to whoever steals it."""


def required(
    lost: Lost, *, factor: str, has_email: bool = True, has_phone: bool = True
) -> frozenset[Proof] | None:
    """Return the proofs asked for, or None where only the 3422 can help.

    `factor`: the second factor of the account (email stands for one-time codes, by e-mail, or by SMS for
    who has no e-mail).
    """
    code = Proof.EMAIL if has_email else Proof.SMS
    strong = {"totp": Proof.TOTP, "passkey": Proof.PASSKEY}.get(factor)
    match lost:
        case Lost.NOTHING:
            return frozenset({Proof.PASSWORD, strong or code})
        case Lost.PASSWORD:
            return frozenset({code, Proof.CARD} | ({strong} if strong else set()))
        case Lost.PHONE if strong and has_email:
            return frozenset({Proof.PASSWORD, Proof.EMAIL, Proof.CARD})
        case Lost.MAILBOX if not strong and has_email and has_phone:
            return frozenset({Proof.PASSWORD, Proof.SMS, Proof.CARD})
    return None
