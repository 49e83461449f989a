"""The synthetic world: margins, uniqueness, valid keys, the same for the same seed, whole or absent."""

import csv
from collections import Counter
from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.db import connection, transaction

from carnet.people import api as people
from carnet.platform import crypto
from carnet.sandbox.world import loading, tables
from carnet.sandbox.world.loading import WorldExistsError, fill
from carnet.sandbox.world.matricules import matricules
from carnet.sandbox.world.population import NOBODY, populate
from carnet.sandbox.world.rows import identifiers, serials
from carnet.standards.card import parse_serial
from carnet.standards.ins import OID_INS_TEST, parse_matricule
from tests.conftest import acting_as

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def population():
    return populate(40_000, 7, TODAY)


def rows(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def fill_as_loader(persons, **options):
    with acting_as("carnet_loader"):
        fill(persons, **({"seed": 3, "at": AT} | options))


def test_every_departement_has_its_share_of_persons(population):
    places = tables.communes()
    found = np.bincount(places.departement_of[population.home], minlength=places.departement_of.max() + 1)
    with (tables.DATA / "departements.csv").open(encoding="utf-8") as file:
        inhabitants = {row["code"]: int(row["population"]) for row in csv.DictReader(file)}
    codes = list(dict.fromkeys(bytes(places.departements.data[at, : places.departements.lengths[at]]).decode()
                               for at in range(len(places.codes))))  # fmt: skip
    total = sum(inhabitants[code] for code in codes)
    for code, count in zip(codes, found, strict=True):
        assert abs(count - inhabitants[code] / total * len(population)) <= 6, code


def test_communes_are_in_the_order_of_their_departements():
    assert (np.diff(tables.communes().departement_of) >= 0).all()


def test_numbers_have_valid_keys_and_say_the_birth(population):
    found = [bytes(row).decode() for row in matricules(population)]
    assert len(set(found)) == len(population)
    for at in range(0, len(population), 97):
        number = parse_matricule(found[at], oid=OID_INS_TEST, strict_form=True).number
        born = date.fromordinal(date(1970, 1, 1).toordinal() + int(population.birth[at]))
        assert number[:5] == f"{1 if population.male[at] else 2}{born:%y%m}"
        assert number[5:10] == tables.birth_places()[population.birth_place[at]]
    assert {number[5:7] for number in found} >= {"2A", "2B", "97", "99", "75"}


def test_numbers_taken_are_left_alone(population):
    first = [bytes(row).decode()[:13] for row in matricules(population)]
    taken = [first[0], first[500], first[-1]]
    again = [bytes(row).decode()[:13] for row in matricules(population, taken)]
    assert len(set(again)) == len(again)
    assert not set(taken) & set(again)


def test_families_hold_together(population):
    minors = population.parent != NOBODY
    parent = population.parent[minors]
    assert (population.household[parent] == population.household[minors]).all()
    assert (population.birth[minors] - population.birth[parent] > 15 * 365).all()
    assert (population.parent[parent] == NOBODY).all()
    assert (population.birth <= population.day).all()
    ages = (population.day - population.birth[minors]) / 365.25
    assert ages.max() < 18
    assert (ages < 45 / 365).sum() > 20, "newborns"
    brothers = Counter(zip(population.household[minors], population.birth[minors], strict=True))
    assert max(brothers.values()) >= 2, "twins"
    assert (population.died[population.died != NOBODY] >= population.birth[population.died != NOBODY]).all()
    wards = population.guardian != NOBODY
    assert wards.sum() > 50
    assert (population.protection[population.guardian[wards]] == 0).all()


def test_given_names_follow_the_sex_and_one_name_has_eighty_characters(population):
    given = tables.names().given
    assert population.given[population.male, 0].max() < len(given["M"])
    assert population.given[~population.male, 0].max() < len(given["F"])
    with (tables.DATA / "names.csv").open(encoding="utf-8") as file:
        families = [row["name"] for row in csv.DictReader(file) if row["kind"] == "family"]
    assert 80 in {len(name) for name in families}
    assert any("'" in name for name in families)
    assert any("-" in name for name in families)


def test_the_same_seed_makes_the_same_world_and_another_another():
    first, same, other = (matricules(populate(2_000, seed, TODAY)) for seed in (5, 5, 6))
    assert (first == same).all()
    assert not (first == other).all()


def test_identifiers_are_version_7_sorted_and_all_different():
    made = [bytes(row) for row in identifiers(10_000, int(AT.timestamp() * 1000), 1, 2)]
    assert made == sorted(set(made))
    assert {row[6] >> 4 for row in made} == {7}
    assert {row[8] >> 6 for row in made} == {2}
    assert int.from_bytes(made[-1][:6]) <= int(AT.timestamp() * 1000)


def test_serials_are_different_and_acceptable(population):
    made = [bytes(row).decode() for row in serials(np.arange(100_000), 3)]
    assert len(set(made)) == len(made)
    numbers = matricules(population)
    for at in range(0, 40_000, 211):
        holder = parse_matricule(bytes(numbers[at]).decode(), oid=OID_INS_TEST)
        assert parse_serial(made[at], holder) == made[at]


def test_hashes_made_in_bulk_are_those_looked_up():
    values = [b"279035121518989", "É".encode()]
    expected = b"".join(crypto.index_hash("ins", value.decode()) for value in values)
    assert crypto.index_hashes("ins", values) == expected


@pytest.mark.django_db
def test_the_register_holds_what_was_made():
    fill_as_loader(3_000)
    people_of_world = populate(3_000, 3, TODAY)
    assert rows("select count(*), count(distinct matricule), count(distinct id) from people_person") == [
        (3000,) * 3
    ]
    assert rows("select distinct oid from people_person") == [(OID_INS_TEST,)]
    expected = [bytes(row).decode() for row in matricules(people_of_world)]
    assert [row[0] for row in rows("select matricule from people_person order by id")] == expected
    person = people.find_by_matricule(expected[1234])
    assert person.birth_date.toordinal() - date(1970, 1, 1).toordinal() == people_of_world.birth[1234]
    assert person.given_names.split()[0] == person.first_given_name
    assert people.find_address(person.id).city
    serial = bytes(serials(np.array([1234]), 3)[0]).decode()
    assert people.card_matches(person.id, serial)


@pytest.mark.django_db
def test_relations_of_the_world_are_those_of_its_families():
    fill_as_loader(3_000)
    assert rows(
        "select count(*) from people_attachment a join people_person c on c.id = a.child_id"
        " join people_person p on p.id = a.parent_id where c.family_id <> p.family_id"
    ) == [(0,)]
    assert rows(
        "select count(*) from people_attachment a left join people_representation r"
        " on r.person_id = a.child_id and r.representative_id = a.parent_id and r.origin = 'attached'"
        " and r.state = 'accepted' where r.id is null"
    ) == [(0,)]
    wards = rows("select count(*) from people_person where protection = 'tutelle'")
    assert rows("select count(*) from people_representation where origin = 'court'") == wards
    emails = [email for (email,) in rows("select email from people_contact where email <> ''")]
    assert all(email.endswith("@exemple.test") for email in emails)
    assert len(set(emails)) == len(emails)
    departements = rows("select count(*) from people_address where not starts_with(insee_code, departement)")
    assert departements == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_a_large_world_has_every_index_again(monkeypatch):
    def indexes():
        return rows("select indexdef from pg_indexes where tablename like 'people_%' order by indexname")

    before = indexes()
    monkeypatch.setattr(loading, "LARGE", 100)
    fill_as_loader(2_500)
    assert indexes() == before
    assert rows("select count(*) from people_person") == [(2500,)]


@pytest.mark.django_db(transaction=True)
def test_a_world_interrupted_is_absent(monkeypatch):
    monkeypatch.setattr(loading, "LARGE", 100)
    before = rows("select indexname from pg_indexes where tablename = 'people_person' order by 1")

    def interrupt(table, _rows, _total):
        if table == "people_card":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill_as_loader(2_500, progress=interrupt)
    assert rows("select count(*) from people_person") == [(0,)]
    assert rows("select indexname from pg_indexes where tablename = 'people_person' order by 1") == before
    fill_as_loader(2_500)
    assert rows("select count(*) from people_card") == [(2500,)]


@pytest.mark.django_db
def test_a_second_world_is_refused():
    fill_as_loader(100)
    with pytest.raises(WorldExistsError), transaction.atomic():
        fill_as_loader(100)
