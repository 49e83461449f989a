"""Addresses of getting in, and of getting back in."""

from django.urls import path

from carnet.portal import login, recovery

urlpatterns = [
    path("connexion/", login.login, name="login"),
    path("connexion/verification/", login.second_factor, name="second_factor"),
    path("connexion/verification/renvoyer/", login.resend_code, name="resend_code"),
    path("connexion/confirmer/", login.prove, name="prove"),
    path("connexion/confirmer/verification/", login.prove_factor, name="prove_factor"),
    path("connexion/confirmer/verification/renvoyer/", login.resend_proof, name="resend_proof"),
    path("connexion/pas-moi/<str:token>/", login.not_me, name="not_me"),
    path("connexion/aide/", recovery.home, name="recover_home"),
    path("connexion/aide/identifiant/", recovery.lost_login, name="recover_login"),
    path("connexion/aide/mot-de-passe/", recovery.lost_password, name="recover_password"),
    path("connexion/aide/mot-de-passe/<str:token>/", recovery.password_link, name="recover_password_link"),
    path("connexion/aide/telephone/", recovery.lost_phone, name="recover_phone"),
    path("connexion/aide/telephone/preuves/", recovery.phone_proofs, name="recover_phone_proofs"),
    path("connexion/aide/messagerie/", recovery.lost_mailbox, name="recover_mailbox"),
    path("connexion/aide/messagerie/preuves/", recovery.mailbox_proofs, name="recover_mailbox_proofs"),
    path("deconnexion/", login.logout, name="logout"),
]
