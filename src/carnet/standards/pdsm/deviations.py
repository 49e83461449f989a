"""What lenient mode lets through, and nothing else: the known mistakes of the field (facts/interop.md 2.10).

Published examples of the guides, and software written after them, break the guides in these ways. A strict
client is refused each; a lenient one is warned, under the same rule. A deviation is one switch: `read_*` asks
for it by name. What would change whose document it is, or what it holds, is in no mode let through: a wrong
matricule, wrong traits, a hash or a size that is not that of the bytes.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Deviation:
    """A known mistake: its name, the rule that it breaks, what lenient mode does about it (French)."""

    name: str
    rule: str
    accepted_fr: str


UNKNOWN_ELEMENT: Final = Deviation("unknown-element", "fhir.element.known", "Il est ignoré.")
EMPTY_ELEMENT: Final = Deviation("empty-element", "fhir.element.empty", "Il est ignoré.")
CONTAINED_META: Final = Deviation("contained-meta", "fhir.dom-4", "Ces éléments sont ignorés.")
CONTAINED_UNUSED: Final = Deviation("contained-unused", "fhir.dom-3", "Elle est ignorée.")
PROFILE_MISSING: Final = Deviation("profile-missing", "pdsm.meta.profile", "Le profil est supposé.")
CUSTODIAN_MISSING: Final = Deviation(
    "custodian-missing", "pdsm.custodian.1..1", "La structure du logiciel en tient lieu."
)
UNIQUE_ID_ELSEWHERE: Final = Deviation(
    "unique-id-in-identifier", "pdsm.masterIdentifier.1..1", "Celui de « identifier » est retenu."
)
IDENTIFIER_PRESENT: Final = Deviation(
    "identifier-in-simplified-publish", "pdsm.identifier.0..0", "Il est ignoré."
)
HASH_MISSING: Final = Deviation("hash-missing", "pdsm.attachment.hash.1..1", "Elle est calculée.")
SIZE_MISSING: Final = Deviation("size-missing", "pdsm.attachment.size.1..1", "Elle est calculée.")
HASH_IN_HEXADECIMAL: Final = Deviation(
    "hash-in-hexadecimal", "pdsm.attachment.hash", "Sa valeur est juste : elle est retenue."
)
AUTHOR_NOT_CONTAINED: Final = Deviation(
    "author-not-contained", "pdsm.author.contained", "La référence est gardée telle quelle."
)
SOURCE_PATIENT_NOT_CONTAINED: Final = Deviation(
    "source-patient-not-contained", "pdsm.sourcePatientInfo.contained", "Le patient est lu ailleurs."
)
SOURCE_PRACTITIONER: Final = Deviation(
    "list-source-practitioner", "pdsm.list.source.type", "Elle est acceptée."
)
LIST_TYPES_HTTP: Final = Deviation("mhd-list-types-http", "pdsm.list.code", "Il est compris.")
LIST_ENTRY_MISSING: Final = Deviation(
    "document-not-in-list", "pdsm.list.entry", "Le document est rattaché au lot."
)
BINARY_UNUSED: Final = Deviation("binary-unused", "pdsm.binary.used", "Elle est ignorée.")
CATEGORY_OF_ANOTHER_TYPE: Final = Deviation(
    "category-of-another-type", "pdsm.category.class-of-type", "La classe du type est retenue."
)
CODE_SYSTEM: Final = Deviation("code-system", "pdsm.coding.system", "Le code est compris sans elle.")
FORMAT_BY_MEDIA_TYPE: Final = Deviation(
    "format-by-media-type", "pdsm.format.JDV_J10", "Le format est déduit du fichier."
)
FORMAT_OF_ANOTHER_CONTENT: Final = Deviation(
    "format-of-another-content", "pdsm.format.content", "Le format est déduit du fichier."
)
FACILITY_OF_ANOTHER_LIST: Final = Deviation(
    "facility-of-another-list", "pdsm.facilityType.JDV_J02", "Le code est gardé tel quel."
)
SETTING_OF_ANOTHER_LIST: Final = Deviation(
    "setting-of-another-list", "pdsm.practiceSetting.JDV_J04", "Le code est gardé tel quel."
)
BIRTH_PLACE_MISSING: Final = Deviation(
    "birth-place-missing", "pdsm.patient.birthPlace", "Les quatre autres traits sont comparés."
)
PATCH_PATH: Final = Deviation("patch-path", "pdsm.patch.path", "Il est compris.")
PATCH_QUOTES: Final = Deviation(
    "patch-quotes", "pdsm.patch.quotes", "Ils sont lus comme des guillemets droits."
)
PATCH_LABEL_STRING: Final = Deviation(
    "patch-label-string", "pdsm.patch.securityLabel", "Le code est compris."
)
PATCH_EXTENSION_URL: Final = Deviation(
    "patch-extension-url", "pdsm.patch.isArchived.url", "L’extension est reconnue."
)

DEVIATIONS: Final = tuple(value for value in list(vars().values()) if isinstance(value, Deviation))
"""Every one, in the order of this file."""
