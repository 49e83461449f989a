from datetime import date

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from carnet.ui import forms as ui_forms
from carnet.ui.forms import Option


def clean(field: forms.Field, value: object) -> object:
    return field.clean(value)


def refuse(field: forms.Field, value: object) -> str:
    with pytest.raises(forms.ValidationError) as caught:
        field.clean(value)
    return " ".join(caught.value.messages)


@pytest.mark.parametrize(
    "typed", ["K7MPX2QRT94H", "k7mp x2qr t94h", " K7MP-X2QR-T94H ", "k7mp–x2qr\u00a0t94h\u202f"]
)
def test_a_provisional_code_is_kept_without_its_spaces(typed):
    assert clean(ui_forms.CodeField(), typed) == "K7MPX2QRT94H"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("K7MP", "vous en avez saisi 4"), ("K7MPX2QRT94HZ", "saisi 13"), ("K7MPX2QRT9é!", "des lettres")],
)
def test_a_provisional_code_of_another_shape_says_what_is_wrong(typed, said):
    assert said in refuse(ui_forms.CodeField(), typed)


def test_a_one_time_code_has_six_digits():
    assert clean(ui_forms.OtpField(), "123 456") == "123456"
    for typed in ("12345", "1234567", "12345A", "١٢٣٤٥٦"):
        assert "6 chiffres" in refuse(ui_forms.OtpField(), typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2 58 04 75 033 123 45", "258047503312345"),
        ("1 85 12 2a 004 123 89", "185122A00412389"),
        ("258042B03312345", "258042B03312345"),
    ],
)
def test_a_matricule_forgives_spaces_and_knows_corsica(typed, kept):
    assert clean(ui_forms.MatriculeField(), typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"), [("2580475033123", "saisi 13"), ("25804750331234O", "que des chiffres")]
)
def test_a_matricule_of_another_shape_says_what_is_wrong(typed, said):
    assert said in refuse(ui_forms.MatriculeField(), typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12345678901", "12345678901"), ("8025000002 12345678901", "12345678901"), ("12345678", "12345678")],
)
def test_a_serial_forgives_the_printed_prefix(typed, kept):
    assert clean(ui_forms.SerialField(), typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"), [("1234567", "saisi 7"), ("12345678901234", "saisi 14"), ("1234567B", "que des")]
)
def test_a_serial_of_another_shape_says_what_is_wrong(typed, said):
    assert said in refuse(ui_forms.SerialField(), typed)


@pytest.mark.parametrize(
    "typed", ["06 12 34 56 78", "0612345678", "+33 6 12 34 56 78", "0033612345678", "+33 (0)6 12 34 56 78"]
)
def test_a_mobile_is_kept_in_one_form(typed):
    assert clean(ui_forms.MobileField(), typed) == "+33612345678"


@pytest.mark.parametrize("typed", ["01 23 45 67 89", "061234567", "appelez-moi"])
def test_a_mobile_that_receives_no_message_is_refused(typed):
    assert "06 ou 07" in refuse(ui_forms.MobileField(), typed)


def test_an_email_address_is_whole():
    assert clean(ui_forms.EmailField(), " camille@exemple.fr ") == "camille@exemple.fr"
    assert "adresse complète" in refuse(ui_forms.EmailField(), "camille@")


def test_a_password_is_kept_as_typed():
    field = ui_forms.PasswordField()
    assert clean(field, "  espace et é ") == "  espace et é "
    assert field.widget.attrs["autocomplete"] == "current-password"
    assert ui_forms.PasswordField(new=True).widget.attrs["autocomplete"] == "new-password"


@given(st.dates())
def test_every_date_is_read_from_its_three_parts(day):
    typed = [str(day.day), f"{day.month:02}", f"{day.year:04}"]
    assert ui_forms.DateField(label="Date").clean(typed) == day


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["29", "2", "2023"], "29/02/2023 n’existe pas"),
        (["31", "04", "1958"], "31/04/1958 n’existe pas"),
        (["1", "1", "0000"], "n’existe pas"),
        (["1", "", "1958"], "Indiquez aussi le mois"),
        (["", "", "1958"], "le jour et le mois"),
        (["1", "janvier", "1958"], "en chiffres"),
        (["1", "1", "58"], "quatre chiffres"),
        (["²", "1", "1958"], "en chiffres"),
        (["", "", ""], "obligatoire"),
    ],
)
def test_a_date_that_cannot_be_says_why(typed, said):
    assert said in refuse(ui_forms.DateField(label="Date"), typed)


def test_the_29th_of_february_exists_every_four_years():
    assert clean(ui_forms.DateField(label="Date"), ["29", "2", "2024"]) == date(2024, 2, 29)


def test_an_optional_date_may_stay_empty():
    assert clean(ui_forms.DateField(label="Date", required=False), ["", "", ""]) is None


class Sample(ui_forms.Form):
    day = ui_forms.DateField(label="Date de naissance", birth=True, required=False)
    line = ui_forms.TextField(label="Nom", autocomplete="family-name")
    box = forms.BooleanField(label="Accord")
    answer = forms.ChoiceField(
        label="Réponse", widget=forms.RadioSelect, choices=[("y", Option("Oui", hint="Sûr"))]
    )
    own = forms.CharField(label="Autre", error_messages={"required": "Dites-le."})


def test_what_is_missing_is_said_for_each_kind_of_field():
    errors = Sample({}).errors
    assert errors == {
        "line": ["Remplissez ce champ."],
        "box": ["Cochez cette case pour continuer."],
        "answer": ["Choisissez une réponse."],
        "own": ["Dites-le."],
    }


def test_a_date_shows_what_it_holds_and_knows_whether_it_changed():
    first = {"day": date(1958, 4, 27)}
    assert 'value="27"' in str(Sample(initial=first)["day"])
    assert (
        "day"
        not in Sample({"day_day": "27", "day_month": "4", "day_year": "1958"}, initial=first).changed_data
    )
    assert (
        "day" in Sample({"day_day": "28", "day_month": "4", "day_year": "1958"}, initial=first).changed_data
    )


def test_a_choice_is_a_text_with_a_hint():
    option = Option("Oui", hint="Sûr")
    assert (option, option.hint) == ("Oui", "Sûr")
    assert Option("Non").hint == ""


@pytest.mark.parametrize(
    ("name", "attribute"),
    [("day", 'autocomplete="bday-day"'), ("line", 'autocomplete="family-name"')],
)
def test_the_browser_is_told_what_a_field_holds(name, attribute):
    assert attribute in str(Sample()[name])
