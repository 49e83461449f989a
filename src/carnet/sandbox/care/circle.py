"""Around the person: contacts of her own family in the register, habits, what her forebears had."""

from typing import Final

from carnet.sandbox.care.conditions import TABLE
from carnet.sandbox.care.facts import ADULT, Die, Facts, Relative
from carnet.sandbox.care.life import Contact, Illness

_GROUPS: Final = (
    ("OPOS", 36),
    ("APOS", 37),
    ("BPOS", 9),
    ("ABPOS", 3),
    ("ONEG", 6),
    ("ANEG", 7),
    ("BNEG", 1),
    ("ABNEG", 1),
)
_SPORTS: Final = (
    "marche rapide, deux fois par semaine",
    "natation, le mercredi",
    "vélo, le dimanche",
    "gymnastique, une fois par semaine",
    "course à pied, deux fois par semaine",
    "football, le samedi",
    "yoga, le jeudi",
)
_OLD_RELATIONS: Final = ("GRANDMOTHER", "GRANDFATHER", "AUNT", "UNCLE")


def draw_blood_group(facts: Facts, seed: int) -> str:
    """Return the code of a blood group."""
    return str(
        Die.of(seed, facts, "blood").choices([code for code, _ in _GROUPS], [share for _, share in _GROUPS])[
            0
        ]
    )


def draw_contacts(facts: Facts, seed: int) -> tuple[Contact, ...]:
    """Return a trusted person (an adult's) and somebody to warn: adults of the same family, if there are."""
    adults = sorted((one for one in facts.relatives if one.adult), key=_nearness)
    found = []
    if adults and facts.age >= ADULT:
        found.append(_contact("TRUSTED_CONTACT", adults[0], seed))
    found += [_contact("EMERGENCY_CONTACT", one, seed) for one in adults[:2]]
    return tuple(found)


def _nearness(one: Relative) -> tuple[int, str]:
    order = ("SPOUSE", "MOTHER", "FATHER", "CHILD", "OTHER")
    return order.index(one.relation), one.first_name


def _contact(kind: str, one: Relative, seed: int) -> Contact:
    number = Die(f"{seed}:{one.first_name}:{one.last_name}:{one.birth_date}").randint(0, 9999)
    return Contact(kind, one.relation, one.first_name, one.last_name, f"063998{number:04d}")


def draw_habits(facts: Facts, seed: int, illnesses: list[Illness]) -> dict[str, dict[str, object]]:
    """Return the answers about habits, by section; they fit the age and the diseases."""
    if facts.age < 16:  # noqa: PLR2004 - younger, somebody else would answer
        return {}
    die, keys = Die.of(seed, facts, "habits"), {one.key for one in illnesses}
    found: dict[str, dict[str, object]] = {
        "PHYSICAL_ACTIVITY": _activity(facts, die),
        "TOBACCO": _tobacco(facts, die, keys),
    }
    if die.happens(0.6):
        diet = (
            {"diet": "YES", "diet_details": "moins de sucres, conseils de la diététicienne"}
            if "diabetes2" in keys
            else {"diet": "NO"}
        )
        found["FOOD"] = {
            "meals": "THREE",
            "vegetables": die.one(("EVERY_DAY", "EVERY_DAY", "WEEKLY")),
            **diet,
        }
    if die.happens(0.5) and facts.age >= ADULT:
        often = die.one(("NEVER", "MONTHLY", "MONTHLY", "WEEKLY"))
        found["ALCOHOL"] = {"frequency": often} | ({} if often == "NEVER" else {"glasses": die.randint(1, 3)})
    if die.happens(0.4):
        found["SLEEP"] = {
            "hours": die.randint(6, 8),
            "trouble": "OFTEN" if "apnoea" in keys else die.one(("NEVER", "SOMETIMES")),
        }
    return found


def _activity(facts: Facts, die: Die) -> dict[str, object]:
    sport = die.happens(0.5 if facts.age < 70 else 0.2)  # noqa: PLR2004
    answers: dict[str, object] = {
        "minutes": die.one(("UNDER_30", "30_TO_60", "OVER_60")),
        "sport": "YES" if sport else "NO",
    }
    return answers | ({"sport_details": die.one(_SPORTS[:5] if facts.age > 60 else _SPORTS)} if sport else {})  # noqa: PLR2004


def _tobacco(facts: Facts, die: Die, keys: set[str]) -> dict[str, object]:
    if "copd" in keys or (facts.age >= ADULT and die.happens(0.22)):
        stopped = "copd" in keys or die.happens(0.4)
        years = die.randint(2, max(2, min(40, facts.age - 16)))
        return (
            {"smoking": "STOPPED", "years": years}
            if stopped
            else {
                "smoking": "DAILY",
                "cigarettes": die.randint(3, 18),
                "years": years,
                "wish_to_stop": die.one(("YES", "LATER")),
            }
        )
    return {"smoking": "NEVER"}


def draw_family(facts: Facts, seed: int, illnesses: list[Illness]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the diseases of her forebears: those whose own life is not told here."""
    die = Die.of(seed, facts, "family")
    parents = {one.relation for one in facts.relatives}
    open_relations = [*_OLD_RELATIONS, *(one for one in ("MOTHER", "FATHER") if one not in parents)]
    found = []
    for condition in TABLE:
        drawn, relation = die.random(), die.one(open_relations)
        ill = any(one.key == condition.key for one in illnesses)
        if condition.heredity and drawn < (0.6 if ill else 0.1):
            if condition.key == "breast" and relation in {"FATHER", "GRANDFATHER", "UNCLE"}:
                relation = "GRANDMOTHER"
            found.append((condition.label, (relation,)))
    return tuple(found)
