"""The person's folders: making, naming and removing them."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from carnet.access import api as access
from carnet.access.api import Access
from carnet.documents import api as documents
from carnet.documents.api import ArrangeRefused, FolderUnknownError
from carnet.journal.api import EventType, Purpose
from carnet.portal.documents import DONE
from carnet.portal.documents_forms import FolderForm
from carnet.portal.documents_list import add_links, count_words, list_views
from carnet.portal.space import actor_of, in_space, visitor_of

_FORMS: Final = ["GET", "HEAD", "POST"]


@require_http_methods(_FORMS)
@in_space
def folders(request: HttpRequest) -> HttpResponse:
    """The folders, and a new one."""
    form = FolderForm(request.POST or None)
    if form.is_valid() and _try(request, form, lambda a, name: documents.create_folder(a, name=name)):
        return HttpResponseRedirect(f"{reverse('portal:folders')}?fait=dossier")
    visitor = visitor_of(request)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        shelf = documents.get_shelf(a)
    context = {
        "form": form,
        "items": [_item(folder) for folder in shelf.folders],
        "done": DONE.get(request.GET.get("fait", ""), ""),
        "views": list_views("folders"),
        **add_links(),
    }
    return render(request, "portal/documents/folders.html", context)


@require_http_methods(_FORMS)
@in_space
def folder(request: HttpRequest, folder_id: UUID) -> HttpResponse:
    """Another name for a folder, or its end."""
    try:
        name = _name_of(request, folder_id)
        form = FolderForm(request.POST or None, initial={"name": name})
        if form.is_valid() and _try(request, form, partial(_rename, folder_id)):
            return HttpResponseRedirect(f"{reverse('portal:folders')}?fait=dossier")
    except FolderUnknownError as error:
        raise Http404 from error
    context = {"form": form, "name": name, "delete_href": reverse("portal:folder_delete", args=[folder_id])}
    return render(request, "portal/documents/folder.html", context)


@require_POST
@in_space
def folder_delete(request: HttpRequest, folder_id: UUID) -> HttpResponse:
    """Remove a folder; one that is gone already is gone."""
    try:
        with _open(request) as a:
            documents.delete_folder(a, folder_id=folder_id)
    except FolderUnknownError as error:
        raise Http404 from error
    return HttpResponseRedirect(f"{reverse('portal:folders')}?fait=dossier")


def _name_of(request: HttpRequest, folder_id: UUID) -> str:
    visitor = visitor_of(request)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        return documents.get_folder_name(a, folder_id)


def _rename(folder_id: UUID, a: Access, name: str) -> None:
    documents.rename_folder(a, folder_id=folder_id, name=name)


def _try(request: HttpRequest, form: FolderForm, act: Callable[[Access, str], Any]) -> bool:
    """Do it; False when it was refused, which the form then says."""
    try:
        with _open(request) as a:
            act(a, form.cleaned_data["name"])
    except ArrangeRefused as refused:
        form.add_error(refused.field, refused.message_fr)
        return False
    return True


def _open(request: HttpRequest) -> Any:
    visitor = visitor_of(request)
    return access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, event=EventType.FOLDERS_CHANGED,
        late=True,
    )  # fmt: skip


def _item(folder: documents.FolderCard) -> dict[str, str]:
    return {
        "href": f"{reverse('portal:documents')}?dossier={folder.id}",
        "title": folder.name,
        "text": count_words(folder.count),
        "edit_href": reverse("portal:folder", args=[folder.id]),
    }
