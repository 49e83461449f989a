"""What she wants to be written about, and when (facts/mes.md 4.5, docs/adr/0016-notices.md)."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from carnet.notices import api as notices
from carnet.notices.api import Preferences, Rhythm, Switch
from carnet.people import api as people
from carnet.portal.space import visitor_of
from carnet.ui.forms import Form, Option

_NONE_YET: Final = "Aucun avis de ce genre n’existe encore."
_WORDS: Final = {
    Switch.DOCUMENT: (
        "Documents et histoire de santé",
        "Un document arrive, est remplacé ou retiré. L’histoire de santé arrive. Des directives à relire.",
    ),
    Switch.MESSAGE: ("Messages", "Un professionnel vous écrit."),
    Switch.APPOINTMENT: ("Rendez-vous", "Le rappel d’un rendez-vous."),
    Switch.SERVICE: ("Services reliés", "Le rappel, tous les 90 jours, des services reliés à votre espace."),
    Switch.SCREENING: ("Dépistages et prévention", "Un dépistage ou un vaccin vous est proposé."),
}
_RHYTHMS: Final = {
    Rhythm.IMMEDIATE: Option(
        "Tout de suite",
        hint="Un e-mail dès qu’il y a du nouveau, puis un seul par quart d’heure s’il en arrive encore.",
    ),
    Rhythm.DAILY: Option(
        "Une fois par jour", hint="Un seul e-mail vers 8 heures, avec ce qui est arrivé la veille."
    ),
    Rhythm.URGENT: Option(
        "Seulement les urgences",
        hint="Aucun e-mail, sauf en cas d’accès urgent à votre espace. Cet accès n’existe pas encore.",
    ),
}


def _switch_options() -> list[tuple[str, Option]]:
    used = set(notices.SWITCH_OF.values())
    return [
        (switch.value, Option(label, hint=hint if switch in used else f"{hint} {_NONE_YET}"))
        for switch, (label, hint) in _WORDS.items()
    ]


class PreferencesForm(Form):
    """The five switches and the rhythm."""

    rhythm = forms.ChoiceField(
        label="Quand vous écrire ?",
        widget=forms.RadioSelect,
        choices=[(rhythm.value, option) for rhythm, option in _RHYTHMS.items()],
    )
    switches = forms.MultipleChoiceField(
        label="À quel sujet ?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=_switch_options(),
        help_text="Décochez ce qui ne mérite pas d’e-mail.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["switches"].unmarked = True  # type: ignore[attr-defined] # nothing to fill in

    def preferences(self) -> Preferences:
        """Return what was chosen, of a valid form."""
        on = set(self.cleaned_data["switches"])
        return Preferences(
            frozenset(switch for switch in Switch if switch.value not in on),
            Rhythm(self.cleaned_data["rhythm"]),
        )


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and save what she chose; the address to which e-mails go is changed on the security page."""
    visitor = visitor_of(request)
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=_initial(request))
    if form.is_valid():
        notices.save_preferences(visitor.owner_id, form.preferences())
        return HttpResponseRedirect(f"{reverse('portal:notices_settings')}?fait=change")
    context = {
        "form": form,
        "email": people.get_account(visitor.account_id).email,
        "saved": "fait" in request.GET,
        "trail": [
            ("Accueil", reverse("portal:home")),
            ("Avis", reverse("portal:notices")),
            ("Choisir mes e-mails", ""),
        ],
    }
    return render(request, "portal/notices/settings.html", context)


def _initial(request: HttpRequest) -> dict[str, Any]:
    chosen = notices.get_preferences(visitor_of(request).owner_id)
    return {
        "rhythm": chosen.rhythm.value,
        "switches": [switch.value for switch in Switch if switch not in chosen.off],
    }
