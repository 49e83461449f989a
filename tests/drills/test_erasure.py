"""A space is erased in a running house: its words, found the day before, are nowhere the day after."""

from dataclasses import replace

from tests.drills.space import PASSWORD, come_back
from tests.drills.visitor import Visitor, list_mail

PERSON = "(select id from people_person where birth_name = 'VAUCELIER')"
ACCOUNT = f"(select id from people_account where owner_id = {PERSON})"
# What is stored of her under a seal or as a hash: it says nothing, and must go all the same.
STORED = {
    "login key": f"select login_key from people_account where owner_id = {PERSON}",
    "password hash": f"select convert_to(password_hash, 'UTF8') from people_account where owner_id = {PERSON}",
    "contacts": f"select sealed from people_account where owner_id = {PERSON}",
    "session": f"select token_key from people_session where account_id = {ACCOUNT}",
    "device": f"select token_key from people_device where account_id = {ACCOUNT}",
    "code": f"select code_key from enrolment_provisionalcode where person_id = {PERSON}",
    "key": f"select wrapped from platform_personkey where person_id = {PERSON}",
    "document's facts": f"select sealed from documents_document where person_id = {PERSON}",
    "document's identifier": f"select unique_key from documents_document where person_id = {PERSON}",
    "blob's name": f"select convert_to(blob, 'UTF8') from documents_document where person_id = {PERSON}",
}


def stored(house):
    """Return the stored forms of a space, all rows of each."""
    return {
        (name, number): bytes(row[0])
        for name, query in STORED.items()
        for number, row in enumerate(house.rows(query))
    }


def holding(house, needles):
    """Return which files of the folder hold one of these."""
    found = []
    for path in house.files():
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # the server removes files at its own pace
            continue
        found += [(str(path), name) for name, needle in needles.items() if needle in content]
    return found


def test_twenty_words_found_the_day_before_and_none_after(life):
    house = life.restored
    words = {name: word for name, word in life.space.words.items() if not name.endswith("late")}
    assert len(words) >= 20
    space = replace(come_back(life.space, house), words=words)

    # the day before: each word is on a page of hers, in the mail or in her files
    shown = space.look().lower()
    assert [name for name, word in words.items() if word.lower().encode() not in shown] == []
    seals = stored(house)
    assert {name for name, _ in seals} == set(STORED)
    marks = {name: word.encode() for name, word in words.items()}
    dump = house.dump()
    assert all(seal.hex().encode() in dump or seal in dump for seal in seals.values())
    assert marks["provisional code"] in dump  # in the mailbox: the way of looking finds
    assert holding(house, {"email": marks["email"]})
    names = {name for path in house.files() if (name := path.name).encode() in seals.values()}
    assert len(names) == len([name for name, _ in seals if name == "blob's name"])

    close_and_erase(space)
    house.carnet("world", "clock", "--days", "1")

    after = house.dump()
    assert [name for name, mark in marks.items() if mark in after] == []
    assert [name for name, seal in seals.items() if seal in after or seal.hex().encode() in after] == []
    assert holding(house, marks | seals) == []
    assert [path for path in house.files() if path.name in names] == []
    assert_nobody_finds_her(house, words)


def close_and_erase(space):
    """She closes her space and asks for its erasure at once."""
    space.visitor.get("/mon-compte/fermer/")
    space.visitor.post(erase="on")
    assert space.visitor.path == "/espace-ferme/", space.visitor.text
    assert space.house.rows(f"select state from enrolment_space where person_id = {PERSON}") == [("erasing",)]


def assert_nobody_finds_her(house, words):
    """Her login opens nothing, her mail is gone; the register's row and the mark stay."""
    visitor = Visitor(house.url)
    visitor.get("/connexion/")
    visitor.post(login=words["login"], password=PASSWORD)
    assert visitor.path.startswith("/connexion/")
    assert not visitor.path.startswith("/connexion/verification/")
    for name in ("email", "phone", "provisional code"):
        assert list_mail(house.url, words[name]) == [], name
    left = house.rows(f"select state, no_contact from enrolment_space where person_id = {PERSON}")
    assert left == [("erased", True)]
    assert house.rows("select count(*) from people_person where birth_name = 'VAUCELIER'") == [(1,)]
    history = house.rows(f"select event from journal where person_id = {PERSON} order by id")
    assert ("document.deposited",) in history
    assert history[-1] == ("enrolment.erased",)
