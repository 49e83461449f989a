"""The door of documents: deposits, lists, reading and downloading."""

from carnet.documents.actions import DEPOSITED, Deposited, deposit
from carnet.documents.policies import MAX_BYTES, Code, DepositRefused
from carnet.documents.queries import (
    DocumentUnknownError,
    Overview,
    Position,
    list_hidden,
    list_recent,
    list_titles,
    overview,
)
from carnet.documents.queries import get as get_document
from carnet.documents.reading import (
    DocumentDamagedError,
    DocumentView,
    Original,
    download,
    fetch_content,
    open_document,
    open_part,
)
from carnet.documents.records import DocumentCard

__all__ = ["DEPOSITED", "MAX_BYTES", "Code", "DepositRefused", "Deposited", "DocumentCard",
           "DocumentDamagedError", "DocumentUnknownError", "DocumentView", "Original", "Overview",
           "Position", "deposit", "download", "fetch_content", "get_document", "list_hidden", "list_recent",
           "list_titles", "open_document", "open_part", "overview"]  # fmt: skip
