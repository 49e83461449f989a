"""Rules on who wrote, keeps and answers for the document, and on the people it names (facts/interop.md 4)."""

from collections.abc import Iterator

from lxml import etree

from carnet.standards.cda.rules.finding import (
    Fault,
    every,
    first,
    header_elements,
    known,
    path_of,
    rule,
    text_of,
)

CIVILITIES = frozenset({"M", "MLLE", "MME"})
TITLES = frozenset({"DR", "MC", "MG", "PC", "PG", "PR"})
_NAMED = ("assignedPerson", "associatedPerson")


@rule("author", "author [1..*]")
def author(document: etree._Element) -> Iterator[Fault]:
    """`author` [1..*], without nullFlavor."""
    if not known(document, "author") or len(known(document, "author")) != len(every(document, "author")):
        yield "author", "Le document doit nommer son auteur."


@rule("author.time", "author/time [1..1]")
def author_time(document: etree._Element) -> Iterator[Fault]:
    """author/time [1..1]: when the author took part."""
    for element in every(document, "author"):
        if [bool(e.get("value")) for e in every(element, "time")] != [True]:
            yield "author/time", "Il manque la date à laquelle l’auteur a validé le document."


@rule("author.entity", "author/assignedAuthor [1..1] : id, personne ou dispositif")
def author_entity(document: etree._Element) -> Iterator[Fault]:
    """`assignedAuthor` [1..1]: an id, and the person or the device behind it."""
    for element in every(document, "author"):
        found = every(element, "assignedAuthor")
        if len(found) != 1 or not every(found[0], "id"):
            yield "author/assignedAuthor", "L’auteur doit avoir un identifiant."
        elif not every(found[0], "assignedPerson") + every(found[0], "assignedAuthoringDevice"):
            yield "author/assignedAuthor", "L’auteur doit être une personne ou un dispositif nommé."


@rule("custodian", "custodian [1..1]")
def custodian(document: etree._Element) -> Iterator[Fault]:
    """`custodian` [1..1]: one structure keeps the document, and it is identified."""
    structure = "custodian/assignedCustodian/representedCustodianOrganization"
    ids = known(document, f"{structure}/id")
    if not len(known(document, "custodian")) == len(every(document, structure)) == 1:
        yield "custodian", "Le document doit nommer la structure qui le conserve, et une seule."
    elif not any(e.get("root") for e in ids):
        yield f"{structure}/id", "La structure qui conserve le document doit être identifiée."


@rule("legalAuthenticator", "legalAuthenticator [1..1]")
def legal_authenticator(document: etree._Element) -> Iterator[Fault]:
    """`legalAuthenticator` [1..1]: one person answers for the document, and has a name."""
    found = known(document, "legalAuthenticator")
    if not len(found) == len(every(document, "legalAuthenticator")) == 1:
        yield "legalAuthenticator", "Le document doit nommer son responsable, et un seul."
    elif first(found[0], "assignedEntity/assignedPerson") is None:
        yield (
            "legalAuthenticator/assignedEntity/assignedPerson",
            "Le responsable du document doit être une personne.",
        )


@rule("legalAuthenticator.signature", "legalAuthenticator : time, signatureCode = S")
def legal_authenticator_signature(document: etree._Element) -> Iterator[Fault]:
    """`legalAuthenticator`: signatureCode S, and when."""
    for element in every(document, "legalAuthenticator"):
        if [e.get("code") for e in every(element, "signatureCode")] != ["S"]:
            yield "legalAuthenticator/signatureCode", "Le responsable doit avoir signé (signatureCode S)."
        if [bool(e.get("value")) for e in every(element, "time")] != [True]:
            yield "legalAuthenticator/time", "Il manque la date de la signature du responsable."


@rule("assignedEntity", "assignedEntity/id [1..1]")
def assigned_entity(document: etree._Element) -> Iterator[Fault]:
    """`assignedEntity`: one id, which has root and extension or says why it is missing."""
    for element in header_elements(document, "assignedEntity"):
        if not _identified_once(element):
            yield (
                f"{path_of(element)}/id",
                "Un professionnel du document doit avoir un identifiant, un seul.",
            )


def _identified_once(entity: etree._Element) -> bool:
    found = every(entity, "id")
    return len(found) == 1 and bool(
        found[0].get("nullFlavor") or (found[0].get("root") and found[0].get("extension"))
    )


@rule("person.name", "assignedPerson, associatedPerson : name [1..1], family [1..1]")
def person_name(document: etree._Element) -> Iterator[Fault]:
    """A person who takes part has one name, with one family name and at most one given, prefix, suffix."""
    for element in header_elements(document, *_NAMED):
        if not element.get("nullFlavor") and not _named_once(element):
            yield f"{path_of(element)}/name", "Une personne du document doit avoir un nom, et un seul."


def _named_once(person: etree._Element) -> bool:
    return (
        len(every(person, "name")) == 1
        and len(every(person, "name/family")) == 1
        and all(len(every(person, f"name/{part}")) <= 1 for part in ("given", "prefix", "suffix"))
    )


@rule("person.civility", "name/prefix, name/suffix : listes de civilités")
def person_civility(document: etree._Element) -> Iterator[Fault]:
    """`prefix` is a civility or a title, suffix a title, of the national lists R81 and R11."""
    for element in header_elements(document, *_NAMED):
        for part, values in (("prefix", CIVILITIES | TITLES), ("suffix", TITLES)):
            if any(text_of(found) not in values for found in known(element, f"name/{part}")):
                yield f"{path_of(element)}/name/{part}", "Une civilité n’est pas dans la liste nationale."
