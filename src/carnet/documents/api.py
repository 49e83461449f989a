"""The door of documents: deposits, lists, searches, reading and downloading, arranging."""

from carnet.documents.anniversaries import list_anniversaries
from carnet.documents.announcing import DEPOSITED, REPLACED, SHOWN, WITHDRAWN, announce_vaccination
from carnet.documents.arranging import (
    MOST_AT_ONCE,
    MOST_DELETED,
    ArrangeRefused,
    DocumentChangedError,
    FolderUnknownError,
    Rights,
    list_chosen,
    may,
    move,
    pin,
    set_masked,
)
from carnet.documents.arriving import KEPT_DAYS, Arrived, list_arrived
from carnet.documents.bulk import load_documents
from carnet.documents.deposits import deposit
from carnet.documents.folders import (
    MAX_NAME,
    create_folder,
    delete_folder,
    get_folder_name,
    rename_folder,
)
from carnet.documents.held import (
    Held,
    HeldDamaged,
    HeldUnknown,
    HeldWithdrawn,
    find_held,
    get_held,
    get_held_content,
    visibility_of,
)
from carnet.documents.held_changes import change_held
from carnet.documents.held_filters import HeldFilters, Span
from carnet.documents.held_rules import HeldCode, HeldRefused, check_labels
from carnet.documents.held_search import MOST_HELD, HeldPosition, search_held
from carnet.documents.held_submissions import get_submission
from carnet.documents.holding import DEFAULT_DAYS, MOST_DAYS, Waiting, list_waiting
from carnet.documents.lineage import Lineage, SourceCard, VersionCard, list_sources, list_versions
from carnet.documents.own import MAX_TITLE, OWN_TYPES, change_own, delete_own
from carnet.documents.policies import MAX_BYTES, MAX_CDA_BYTES, Code, DepositRefused
from carnet.documents.professional import Desk, SeenCard, get_desk, list_unread, note_reading
from carnet.documents.professional_authoring import Writer, list_settings, usual_setting
from carnet.documents.professional_deposits import (
    NOTE_TYPE,
    SYNTHESIS_TYPES,
    Brought,
    deposit_file,
    deposit_made,
    find_current,
    list_types,
)
from carnet.documents.proofs import add_proof
from carnet.documents.queries import (
    DocumentUnknownError,
    Overview,
    Position,
    list_behind,
    list_hidden,
    list_recent,
    list_titles,
    overview,
)
from carnet.documents.queries import get as get_document
from carnet.documents.reading import (
    DocumentDamagedError,
    DocumentDeletedError,
    DocumentView,
    Original,
    download,
    fetch_content,
    open_document,
    open_part,
)
from carnet.documents.receipts import Deposited, Receipt
from carnet.documents.records import DocumentCard
from carnet.documents.releasing import release, release_all
from carnet.documents.scanning import Scanned, count_persons, scan_all
from carnet.documents.search import SearchPage, search
from carnet.documents.shelf import (
    Depositor,
    Filters,
    FolderCard,
    Shelf,
    get_shelf,
    list_documents,
    list_folders,
)
from carnet.documents.submissions import SubmissionCard, SubmissionSet
from carnet.documents.submitting import Identity, Submitted, submit
from carnet.documents.uploads import EXTENSIONS, UploadRefused, add_file, add_made, add_photos
from carnet.documents.visibilities import list_visibilities
from carnet.documents.withdrawing import withdraw, withdraw_own

__all__ = [
    "DEFAULT_DAYS",
    "DEPOSITED",
    "EXTENSIONS",
    "KEPT_DAYS",
    "MAX_BYTES",
    "MAX_CDA_BYTES",
    "MAX_NAME",
    "MAX_TITLE",
    "MOST_AT_ONCE",
    "MOST_DAYS",
    "MOST_DELETED",
    "MOST_HELD",
    "NOTE_TYPE",
    "OWN_TYPES",
    "REPLACED",
    "SHOWN",
    "SYNTHESIS_TYPES",
    "WITHDRAWN",
    "ArrangeRefused",
    "Arrived",
    "Brought",
    "Code",
    "DepositRefused",
    "Deposited",
    "Depositor",
    "Desk",
    "DocumentCard",
    "DocumentChangedError",
    "DocumentDamagedError",
    "DocumentDeletedError",
    "DocumentUnknownError",
    "DocumentView",
    "Filters",
    "FolderCard",
    "FolderUnknownError",
    "Held",
    "HeldCode",
    "HeldDamaged",
    "HeldFilters",
    "HeldPosition",
    "HeldRefused",
    "HeldUnknown",
    "HeldWithdrawn",
    "Identity",
    "Lineage",
    "Original",
    "Overview",
    "Position",
    "Receipt",
    "Rights",
    "Scanned",
    "SearchPage",
    "SeenCard",
    "Shelf",
    "SourceCard",
    "Span",
    "SubmissionCard",
    "SubmissionSet",
    "Submitted",
    "UploadRefused",
    "VersionCard",
    "Waiting",
    "Writer",
    "add_file",
    "add_made",
    "add_photos",
    "add_proof",
    "announce_vaccination",
    "change_held",
    "change_own",
    "check_labels",
    "count_persons",
    "create_folder",
    "delete_folder",
    "delete_own",
    "deposit",
    "deposit_file",
    "deposit_made",
    "download",
    "fetch_content",
    "find_current",
    "find_held",
    "get_desk",
    "get_document",
    "get_folder_name",
    "get_held",
    "get_held_content",
    "get_shelf",
    "get_submission",
    "list_anniversaries",
    "list_arrived",
    "list_behind",
    "list_chosen",
    "list_documents",
    "list_folders",
    "list_hidden",
    "list_recent",
    "list_settings",
    "list_sources",
    "list_titles",
    "list_types",
    "list_unread",
    "list_versions",
    "list_visibilities",
    "list_waiting",
    "load_documents",
    "may",
    "move",
    "note_reading",
    "open_document",
    "open_part",
    "overview",
    "pin",
    "release",
    "release_all",
    "rename_folder",
    "scan_all",
    "search",
    "search_held",
    "set_masked",
    "submit",
    "usual_setting",
    "visibility_of",
    "withdraw",
    "withdraw_own",
]  # fmt: skip
