"""Addresses of the security page."""

from django.urls import path

from carnet.portal import security

_HERE = "mon-compte/securite/"

urlpatterns = [
    path(_HERE, security.security, name="security"),
    path(f"{_HERE}adresse/", security.email, name="security_email"),
    path(f"{_HERE}adresse/code/", security.email_code, name="security_email_code"),
    path(f"{_HERE}telephone/", security.phone, name="security_phone"),
    path(f"{_HERE}telephone/code/", security.phone_code, name="security_phone_code"),
    path(f"{_HERE}identifiant/", security.identifier, name="security_login"),
    path(f"{_HERE}mot-de-passe/", security.password, name="security_password"),
    path(f"{_HERE}verification/", security.factor, name="security_factor"),
    path(f"{_HERE}verification/application/", security.totp, name="security_totp"),
    path(f"{_HERE}verification/cle/", security.passkey, name="security_passkey"),
    path(f"{_HERE}cles/<uuid:passkey_id>/retirer/", security.passkey_remove, name="passkey_remove"),
    path(f"{_HERE}sessions/<uuid:session_id>/fermer/", security.session_end, name="session_end"),
    path(f"{_HERE}sessions/fermer-les-autres/", security.sessions_end_others, name="sessions_end_others"),
    path(f"{_HERE}appareils/<uuid:device_id>/oublier/", security.device_forget, name="device_forget"),
]
