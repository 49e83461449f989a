"""The sandbox: the synthetic world, its mailbox, its movable clock, its simulators. Loopback only."""

from carnet.config.settings.base import *  # noqa: F403
from carnet.config.settings.base import CARNET_BASE_URL, CARNET_TRUSTED_OIDS, INSTALLED_APPS

CARNET_SANDBOX = True
CARNET_CLOCK_MOVABLE = True
CARNET_POST = "carnet.sandbox.mailbox.MailboxAdapter"
CARNET_CALLS = "carnet.sandbox.console.record"
CARNET_DESCRIBER = "carnet.config.sending.metadata.describe"  # how the examples for vendors are described
CARNET_TRUSTED_OIDS = (*CARNET_TRUSTED_OIDS, "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11")
CARNET_FRANCECONNECT_ISSUER = f"{CARNET_BASE_URL}/bac-a-sable/franceconnect"
CARNET_FRANCECONNECT_CLIENT_ID = "carnet-sandbox"
CARNET_FRANCECONNECT_CLIENT_SECRET = "sandbox-only-not-a-secret"  # noqa: S105
CARNET_PSC_ISSUER = f"{CARNET_BASE_URL}/bac-a-sable/psc/auth/realms/esante-wallet"
CARNET_PSC_DISCOVERY_URL = f"{CARNET_PSC_ISSUER}/.well-known/wallet-openid-configuration"
CARNET_PSC_CLIENT_ID = "carnet-sandbox"
CARNET_PSC_CLIENT_SECRET = "sandbox-only-not-a-secret"  # noqa: S105
INSTALLED_APPS = [*INSTALLED_APPS, "carnet.sandbox"]
ROOT_URLCONF = "carnet.config.urls_sandbox"
SECRET_KEY = "sandbox-only-not-a-secret"  # noqa: S105
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
