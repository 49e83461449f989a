"""PDSm, the French profile of IHE MHD 4.2: what software sends to deposit a document or change one. Pure.

`parse` reads JSON within bounds; `read_publish` (ITI-105), `read_provide` (ITI-65) and `read_patch` return
what was sent as plain values, or raise `Broken` with every rule that is broken: its name, clause, element.
docs/fhir.md tells the rules, docs/conformance.md what becomes of every published example.
"""

from carnet.standards.pdsm.bundles import read_provide
from carnet.standards.pdsm.codes import Bindings
from carnet.standards.pdsm.documents import read_publish
from carnet.standards.pdsm.face import Face, split_face
from carnet.standards.pdsm.findings import Broken, Issue
from carnet.standards.pdsm.identifiers import find_unique_id, urn_of
from carnet.standards.pdsm.model import Change, DocumentIn, Provision, Publication, ReplacedIn, SubmissionIn
from carnet.standards.pdsm.patches import read_patch
from carnet.standards.pdsm.patients import Identity
from carnet.standards.pdsm.reading import parse
from carnet.standards.pdsm.references import Named, find_target

__all__ = [
    "Bindings",
    "Broken",
    "Change",
    "DocumentIn",
    "Face",
    "Identity",
    "Issue",
    "Named",
    "Provision",
    "Publication",
    "ReplacedIn",
    "SubmissionIn",
    "find_target",
    "find_unique_id",
    "parse",
    "read_patch",
    "read_provide",
    "read_publish",
    "split_face",
    "urn_of",
]
