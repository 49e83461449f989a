"""What a professional brings to a record, corrects and takes back (docs/writing.md).

A secretary deposits for a professional of her structure and reads nothing: what she sees is a receipt.
"""

from functools import partial
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from carnet.access import api as access
from carnet.directory import api as directory
from carnet.directory.api import ProfessionalCard
from carnet.documents import api as documents
from carnet.documents.api import Code, Deposited, DepositRefused, DocumentCard, UploadRefused, Writer
from carnet.journal.api import EventType, Purpose
from carnet.people import api as people
from carnet.platform.clock import PARIS
from carnet.platform.http import accepts_body
from carnet.pro.page import SECRETARY, show
from carnet.pro.patient import Patient, find_url, in_record
from carnet.pro.writing_forms import DepositForm
from carnet.profile import api as profile
from carnet.ui.forms import Form

MOST_FILE_BYTES: Final = 12_000_000
"""More than a file may have, so that one that is too heavy is refused at its field, in a sentence."""
VACCINATORS: Final = frozenset({"10", "21", "50", "60"})
"""Who records a vaccination: doctors, pharmacists, midwives, nurses (docs/adr/0027-vaccinators.md)."""
_METHODS: Final = ["GET", "HEAD", "POST"]
_MOST: Final = 50
_DONE: Final = {
    "retire": "Le document est retiré. La personne en est avertie.",
    "remplace": "La nouvelle version a pris la place de l’ancienne.",
    "annonce": "Le résultat est maintenant visible par la personne.",
    "deja": "Ce résultat n’attend plus : il a été rendu visible, remplacé ou retiré.",
    "faite": "La vaccination est enregistrée. La personne en est avertie.",
    "note": "La note est déposée. Le carnet ne la mentionne pas : les représentants légaux le lisent.",
    "synthese": "Le volet de synthèse médicale est déposé. La personne en est avertie.",
}


@require_http_methods(["GET", "HEAD"])
@in_record
def hub(request: HttpRequest, patient: Patient) -> HttpResponse:
    """What may be written about this patient, by her profession."""
    if _is_secretary(patient):
        return HttpResponseRedirect(patient.link("deposit"))
    role = patient.visitor.professional.profession
    context = {
        "name": name_of(patient),
        "deposit_href": patient.link("deposit"),
        "deposits_href": patient.link("deposits"),
        "synthesis_href": find_url("synthesis", patient.token) if role == "10" else "",
        "vaccinate_href": find_url("vaccinate", patient.token) if role in VACCINATORS else "",
        "vaccinations_href": find_url("vaccinations", patient.token) if role in VACCINATORS else "",
        "record_href": find_url("record", patient.token),
        "done": _DONE.get(request.GET.get("fait", ""), ""),
    }
    return show(request, "pro/writing/hub.html", context)


@accepts_body(MOST_FILE_BYTES)
@require_http_methods(_METHODS)
@in_record
def deposit(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Bring a file."""
    form = _form(request, patient)
    done = _bring(form, patient, None) if request.method == "POST" else None
    if done:
        again = "&deja=1" if done.already else ""
        return HttpResponseRedirect(f"{patient.link('deposit')}?recu={done.document_id}{again}")
    return _show_form(request, patient, form, "Déposer un document")


@accepts_body(MOST_FILE_BYTES)
@require_http_methods(_METHODS)
@in_record
def replace(request: HttpRequest, patient: Patient, document_id: UUID) -> HttpResponse:
    """Bring the next version of a document of hers or of her structure's (RPLC)."""
    older = None if request.method == "POST" else find_own(patient, document_id)
    form = _form(request, patient, older=older)
    done = _bring(form, patient, document_id) if request.method == "POST" else None
    if done:
        return HttpResponseRedirect(f"{patient.link('deposits')}?fait=remplace")
    return _show_form(request, patient, form, "Remplacer un document", older=older)


@require_http_methods(_METHODS)
@in_record
def withdraw(request: HttpRequest, patient: Patient, document_id: UUID) -> HttpResponse:
    """Take back a document of hers or of her structure's, once she has confirmed."""
    refusal = ""
    if request.method == "POST":
        try:
            documents.withdraw_own(
                patient.person_id, document_id, by=patient.actor, then=partial(_take_lines_back, document_id)
            )
        except DepositRefused as refused:
            refusal = said(refused)
        else:
            return HttpResponseRedirect(f"{patient.link('deposits')}?fait=retire")
    context = {
        "name": name_of(patient),
        "card": None if refusal else find_own(patient, document_id),
        "refusal": refusal,
        "back": patient.link("deposits"),
    }
    return show(request, "pro/writing/withdraw.html", context, status=409 if refusal else 200)


def _take_lines_back(document_id: UUID, a: access.Access) -> None:
    """Remove the lines of the profile that were written with a document: a vaccination with its note."""
    for entry_id in profile.take_back_entries(a, document_id=document_id):
        a.record(EventType.PROFILE_REMOVED, reference=entry_id)


@require_http_methods(["GET", "HEAD"])
@in_record
def deposits(request: HttpRequest, patient: Patient) -> HttpResponse:
    """What she and her structure deposited for this patient, and what waits to be announced."""
    with access.open(patient.person_id, by=patient.actor, purpose=Purpose.MANAGE) as a:
        cards = documents.list_recent(a, limit=_MOST)
    waiting = {
        one.document_id: one
        for one in documents.list_waiting(by=patient.actor)
        if one.person_id == patient.person_id
    }
    context = {
        "name": name_of(patient),
        "rows": [_row(patient, card, waiting.get(card.id)) for card in cards],
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "deposit_href": patient.link("deposit"),
        "record_href": find_url("record", patient.token),
    }
    return show(request, "pro/writing/deposits.html", context)


def find_own(patient: Patient, document_id: UUID) -> DocumentCard:
    """Return the card of a document that she may correct; journalled. Raises Http404 for any other."""
    with access.open(
        patient.person_id, by=patient.actor, purpose=Purpose.MANAGE, event=EventType.DOCUMENT_READ,
        reference=document_id,
    ) as a:  # fmt: skip
        try:
            return documents.get_document(a, document_id)
        except documents.DocumentUnknownError as unknown:
            raise Http404 from unknown


def said(refused: DepositRefused) -> str:
    """Say a refusal, with the number that software knows it by (facts/mes.md 3.7)."""
    numbered = refused.code in {Code.WRONG_VERSION, Code.AUTHOR_NOT_ALLOWED}
    number = f" (erreur {refused.code})" if numbered and "erreur" not in refused.message_fr else ""
    return f"{refused.message_fr}{number}"


def is_done(form: Form, refused: DepositRefused) -> bool:
    """Say whether a refusal means that this very form was sent already; any other is said on the form."""
    if refused.code is Code.DUPLICATE:
        return True
    form.add_error(None, said(refused))
    return False


def name_of(patient: Patient) -> str:
    """Return who the patient is, as the register names her."""
    person = people.get_person(patient.person_id)
    return f"{person.display_name}, {person.birth_date:%d/%m/%Y}"


def writer_of(patient: Patient, author: ProfessionalCard | None = None) -> Writer:
    """Return who answers for what is brought: she, or the professional for whom a secretary types."""
    visitor = patient.visitor
    assert visitor.place is not None
    if author is None:
        return Writer(visitor.professional, visitor.place)
    return Writer(author, visitor.place, visitor.professional)


def _form(request: HttpRequest, patient: Patient, older: DocumentCard | None = None) -> DepositForm:
    place = patient.visitor.place
    assert place is not None
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    return DepositForm(
        *posted,
        place=place,
        minor=people.is_minor(people.get_person(patient.person_id)),
        secret=patient.visitor.secret,
        at_once=access.sees_results_at_once(patient.person_id),
        authors=_authors(patient) if _is_secretary(patient) else (),
        older=older,
    )


def _authors(patient: Patient) -> list[ProfessionalCard]:
    """For whom a secretary deposits: who practises where she works."""
    found = directory.list_at(patient.actor.structure)
    return [one for one in found if one.profession != SECRETARY]


def _is_secretary(patient: Patient) -> bool:
    return patient.visitor.professional.profession == SECRETARY


def _bring(form: DepositForm, patient: Patient, replaces: UUID | None) -> Deposited | None:
    """Bring what a valid form says; None when something is to be corrected, which the form then says."""
    if not form.is_valid():
        return None
    file, chosen = form.cleaned_data["file"], form.cleaned_data.get("author")
    author = next((one for one in _authors(patient) if str(one.id) == chosen), None) if chosen else None
    try:
        return documents.deposit_file(
            patient.person_id, by=patient.actor, writer=writer_of(patient, author),
            brought=form.brought(replaces=replaces), data=file.read(), filename=file.name,
        )  # fmt: skip
    except UploadRefused as refused:
        form.refuse(refused.field, refused.message_fr)
    except DepositRefused as refused:
        form.refuse(refused.field, said(refused))
    return None


def _show_form(
    request: HttpRequest, patient: Patient, form: DepositForm, title: str, older: DocumentCard | None = None
) -> HttpResponse:
    reads = not _is_secretary(patient)
    receipt = request.GET.get("recu", "")
    context = {
        "form": form,
        "title": title,
        "older": older,
        "name": name_of(patient),
        "at_once": "patient" not in form.fields,
        "secret": patient.visitor.secret,
        "receipt": receipt[-12:].upper() if _is_uuid(receipt) else "",
        "again": "deja" in request.GET,
        "back": patient.link("deposits") if reads else find_url("desk"),
        "reads": reads,
        "longest": documents.MOST_DAYS,
    }
    return show(request, "pro/writing/deposit.html", context)


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _row(patient: Patient, card: DocumentCard, waiting: documents.Waiting | None) -> dict[str, Any]:
    by_form = card.type.code in documents.SYNTHESIS_TYPES | {documents.NOTE_TYPE}
    return {
        "card": card,
        "day": card.created_on.astimezone(PARIS),
        "until": waiting.held_until.astimezone(PARIS) if waiting else None,
        "replace_href": "" if by_form else patient.link("replace", card.id),
        "withdraw_href": patient.link("withdraw", card.id),
        "release_href": patient.link("release", card.id) if waiting else "",
    }
