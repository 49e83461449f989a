"""The sandbox's two forms: searching the mail, moving the clock."""

from datetime import date, timedelta
from typing import Any

from django import forms

from carnet.platform import clock
from carnet.ui.forms import DateField, Form, TextField

STEPS = (1, 7, 42)
# Ten years and a little: the longest delay of the law that one may want to see end (archives).
LONGEST = timedelta(days=3800)


class SearchForm(Form):
    """Words of a message, or the address of somebody."""

    q = TextField(label="Chercher dans le courrier", required=False, help_text="Une adresse, un nom, un mot.")


class ClockForm(Form):
    """The day to which the clock is moved."""

    day = DateField(label="Aller au jour", help_text="Un jour à venir, en chiffres.")

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        today = clock.today()
        if day <= today:
            raise forms.ValidationError("L’horloge n’avance que vers le futur : choisissez un jour à venir.")
        if day - today > LONGEST:
            raise forms.ValidationError(f"Choisissez un jour avant le {today + LONGEST:%d/%m/%Y}.")
        return day


def read_step(posted: Any) -> int | None:
    """Return the number of days of a button, None if the buttons were not used."""
    return next((step for step in STEPS if posted.get("days") == str(step)), None)
