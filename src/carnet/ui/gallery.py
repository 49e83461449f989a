"""The living gallery: every component and field as it is, for who writes pages and for the tests.

Public, and wired in the sandbox only (``carnet.ui.gallery_urls``). The persons it names do not exist.
"""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from carnet.platform.http import public
from carnet.ui import forms as ui_forms
from carnet.ui import icons
from carnet.ui.charts import Band, Chart, Line
from carnet.ui.page import Account, NavItem, Ribbon, Space, SpaceChoice, TimelineEntry


class GalleryForm(ui_forms.Form):
    """One field of each kind."""

    code = ui_forms.CodeField()
    matricule = ui_forms.MatriculeField()
    serial = ui_forms.SerialField()
    birth_date = ui_forms.DateField(label="Date de naissance", birth=True)
    email = ui_forms.EmailField()
    mobile = ui_forms.MobileField(required=False)
    otp = ui_forms.OtpField()
    login = ui_forms.TextField(label="Identifiant", autocomplete="username", spellcheck=False)
    password = ui_forms.PasswordField(new=True, help_text="9 caractères au moins.")
    visibility = forms.ChoiceField(
        label="Mes documents sont, au départ :",
        widget=forms.RadioSelect,
        choices=[
            ("shown", ui_forms.Option("Visibles", hint="Les professionnels qui vous soignent les voient.")),
            ("hidden", ui_forms.Option("Masqués", hint="Vous choisissez ensuite document par document.")),
        ],
    )
    emergency = forms.MultipleChoiceField(
        label="En cas d’urgence",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("samu", "Le Samu peut lire mon espace"),
            ("any", "Un médecin qui me soigne peut lire mon espace"),
        ],
    )
    channel = forms.ChoiceField(label="Être prévenu par", choices=[("mail", "Courriel"), ("sms", "SMS")])
    message = forms.CharField(label="Votre message", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    proof = ui_forms.FileField(
        label="Justificatif", required=False, accept=".pdf", help_text="PDF, 10 Mo au plus."
    )
    photos = ui_forms.FilesField(label="Photos", required=False, accept="image/*", help_text="Vingt au plus.")
    terms = forms.BooleanField(label="J’accepte les conditions d’utilisation")


def _frame() -> dict[str, Any]:
    return {
        "ui_nav": (
            NavItem("Accueil", "#accueil", "home", current=True),
            NavItem("Documents", "#documents", "document", count=2),
            NavItem("Historique", "#historique", "history"),
            NavItem("Proches", "#proches", "people"),
            NavItem("Réglages", "#reglages", "settings"),
        ),
        "ui_account": Account("Camille Moreau", "#compte", "#deconnexion"),
        "ui_space": Space(
            "Léo Moreau",
            own=False,
            note="votre fils",
            switch_href="#profils",
            choices=(
                SpaceChoice("Camille Moreau", "camille", "Mon espace"),
                SpaceChoice("Zoé Moreau", "zoe", "Ma fille, 9 ans"),
            ),
        ),
        "ui_ribbon": Ribbon(
            "Bac à sable : les personnes et les documents sont inventés.",
            (NavItem("Boîte aux lettres", "#courrier"), NavItem("Horloge", "#horloge")),
        ),
    }


def _history() -> list[TimelineEntry]:
    return [
        TimelineEntry(
            at=datetime(2026, 3, 12, 14, 5, tzinfo=UTC),
            title="Document déposé",
            text="Analyses de sang du 11 mars",
            by="Laboratoire des Tilleuls",
            why="pour vos soins",
            icon="upload",
            kind="success",
        ),
        TimelineEntry(
            at=datetime(2026, 3, 12, 9, 41, tzinfo=UTC),
            title="Consultation refusée",
            text="Ordonnance du 2 février",
            by="Cabinet du Parc",
            why="vous avez masqué ce document",
            icon="lock",
            kind="error",
        ),
        TimelineEntry(
            at=datetime(2026, 3, 11, 18, 0, tzinfo=UTC),
            title="Connexion",
            by="vous-même",
            icon="login",
            kind="info",
        ),
    ]


def _curve() -> Chart:
    """A pair with a target, as the page of blood pressures draws it."""
    days = [datetime(2026, 3, day, 8, tzinfo=UTC).timestamp() for day in range(1, 8)]
    return Chart(
        id="galerie",
        title="Tension artérielle, 1 semaine",
        text="7 mesures, du 1 au 7 mars 2026 : systolique de 124 à 138 mmHg ; diastolique de 76 à 84 mmHg.",
        unit="mmHg",
        lines=[
            Line("Systolique", list(zip(days, (132, 128, 138, 130, 127, 124, 129), strict=True))),
            Line("Diastolique", list(zip(days, (82, 79, 84, 80, 78, 76, 79), strict=True))),
        ],
        band=Band("Mon objectif", None, 135),
    )


def _content() -> dict[str, Any]:
    return {
        "icon_names": icons.NAMES,
        "entries": _history(),
        "curve": _curve(),
        "ways": [("1 semaine", "#semaine", True), ("1 mois", "#mois", False), ("1 an", "#an", False)],
        "pairs": [
            ("Nom de naissance", "d’Aboville-Lefèbvre"),
            ("Adresse électronique", "c•••••@exemple.fr", "#modifier", "Modifier"),
        ],
        "headers": ["Appareil", "Dernière activité", "Lieu"],
        "rows": [
            ["Téléphone, Firefox", "aujourd’hui à 9 h 12", "cet appareil"],
            ["Ordinateur, Chromium", "le 3 mars 2026", ("Déconnecter", "#appareil")],
        ],
        "breadcrumb": [("Accueil", "#accueil"), ("Documents", "#documents"), ("Analyses de sang", "")],
    }


@public
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component, in the page of a person who is logged in."""
    return render(request, "ui/gallery/components.html", _frame() | _content())


@public
@require_http_methods(["GET", "HEAD", "POST"])
def fields(request: HttpRequest) -> HttpResponse:
    """Every field, in the page of one form; a POST shows the errors."""
    form = GalleryForm(request.POST, request.FILES) if request.method == "POST" else GalleryForm()
    done = form.is_bound and form.is_valid()
    return render(request, "ui/gallery/fields.html", {"form": form, "done": done})


@public
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The page of an agent."""
    frame = _frame() | {"ui_space": None, "ui_ribbon": None}
    return render(request, "ui/gallery/desk.html", frame | _content())


@public
@require_safe
def open_page(request: HttpRequest) -> HttpResponse:
    """A page that anybody may read."""
    return render(request, "ui/gallery/public.html", _content())
