"""The forms of every doorstep: the person's and the agent's."""

from django.http import HttpRequest, QueryDict

from carnet.ui.forms import Form, OtpField, PasswordField, TextField


class LoginForm(Form):
    """Identifier and password."""

    login = TextField(label="Identifiant", autocomplete="username", spellcheck=False, max_length=200)
    password = PasswordField()


class PasswordForm(Form):
    """The password alone, of somebody who is in."""

    password = PasswordField()


class CodeForm(Form):
    """A code of six digits."""

    code = OtpField()


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form is bound to: the posted fields, even none, or None when the page is only read."""
    return request.POST if request.method == "POST" else None


def given_factor(request: HttpRequest, factor: str) -> tuple[Form, str]:
    """Return the form of a second factor and what was given in it, "" while it is not rightly filled."""
    form = (Form if factor == "passkey" else CodeForm)(posted(request))
    if not form.is_valid():
        return form, ""
    return form, request.POST.get("credential", "") if factor == "passkey" else form.cleaned_data["code"]
