"""Lines of the profile behind the door: written, read, changed by two browsers, locked, tied, erased."""

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.platform.erasure import list_parts
from carnet.platform.ids import uuid7
from carnet.profile import api as profile
from carnet.profile.api import LinkKind, Rubric, State
from tests.conftest import acting_as
from tests.documents.deposits import FACILITY, FINESS, add_claire
from tests.profile.entries import GOOD, add, entry_of, managing, reading, views

pytestmark = pytest.mark.django_db
INSURER = Actor(ActorKind.INSURER)


def test_a_line_of_each_rubric_is_written_and_read_back():
    claire = add_claire()
    ids = {rubric: add(claire, rubric) for rubric in Rubric}
    shown = views(claire)
    assert set(shown) == set(Rubric)
    for rubric, entry_id in ids.items():
        view = shown[rubric]
        assert view.state is State.FILLED
        (entry,) = view.entries
        assert entry.id == entry_id
        assert entry.author_id == claire
        assert not entry.locked
        assert profile.describe(entry).title


def test_nothing_of_a_line_stands_in_clear():
    claire = add_claire()
    for rubric in Rubric:
        add(claire, rubric)
    with reading(claire), connection.cursor() as cursor:
        cursor.execute("select e::text, e.sealed from profile_entry e")
        rows = cursor.fetchall()
    assert len(rows) == len(Rubric)
    for text, sealed in rows:
        for word in ("Metformine", "Asthme", "Arachide", "Martin", "ABNEG", "06"):
            assert word.encode() not in bytes(sealed)
        assert "Metformine" not in text


def test_not_filled_none_declared_and_not_shared_are_three_things():
    claire = add_claire()
    assert views(claire)[Rubric.ALLERGIES].state is State.NOT_FILLED
    with managing(claire) as a:
        profile.declare_unconcerned(a, rubric=Rubric.ALLERGIES)
    assert views(claire)[Rubric.ALLERGIES].state is State.NONE_DECLARED
    assert views(claire)[Rubric.ALLERGIES].unconcerned_on is not None
    with managing(claire) as a:
        profile.share(a, rubric=Rubric.ALLERGIES, shared=False)
    assert views(claire)[Rubric.ALLERGIES].state is State.NONE_DECLARED
    outside = views(claire, as_professional=True)
    assert outside[Rubric.ALLERGIES].state is State.NOT_SHARED
    assert outside[Rubric.ALLERGIES].unconcerned_on is None
    assert outside[Rubric.DISEASES].state is State.NOT_FILLED
    with managing(claire) as a:
        profile.withdraw_unconcerned(a, rubric=Rubric.ALLERGIES)
    assert views(claire)[Rubric.ALLERGIES].state is State.NOT_FILLED


def test_sharing_follows_the_space_until_it_is_chosen():
    claire = add_claire()
    entry_id = add(claire, Rubric.DISEASES)
    assert views(claire, as_professional=True)[Rubric.DISEASES].entries[0].id == entry_id
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set documents_masked = true where person_id = %s", [claire])
    assert views(claire, as_professional=True)[Rubric.DISEASES].entries == ()
    with managing(claire) as a:
        profile.share(a, rubric=Rubric.DISEASES, shared=True)
    outside = views(claire, as_professional=True)
    assert outside[Rubric.DISEASES].state is State.FILLED
    assert outside[Rubric.TREATMENTS].state is State.NOT_SHARED


def test_a_line_withdraws_the_declaration_which_is_refused_while_there_is_one():
    claire = add_claire()
    with managing(claire) as a:
        profile.declare_unconcerned(a, rubric=Rubric.TREATMENTS)
    add(claire, Rubric.TREATMENTS)
    assert views(claire)[Rubric.TREATMENTS].unconcerned_on is None
    with pytest.raises(profile.EntryRefused, match="supprimez-les d’abord"), managing(claire) as a:
        profile.declare_unconcerned(a, rubric=Rubric.TREATMENTS)
    with pytest.raises(profile.EntryRefused, match="pas prévue"), managing(claire) as a:
        profile.declare_unconcerned(a, rubric=Rubric.VACCINATIONS)


@pytest.mark.parametrize(
    "rubric", [Rubric.BLOOD_GROUP, Rubric.CONTACTS, Rubric.PROFESSIONALS, Rubric.LIFESTYLES, Rubric.WISHES]
)
def test_there_may_be_one_only(rubric):
    claire = add_claire()
    add(claire, rubric)
    with pytest.raises(profile.EntryRefused) as refused:
        add(claire, rubric)
    assert refused.value.errors[""]
    assert len(views(claire)[rubric].entries) == 1


def test_a_second_trusted_contact_is_refused_when_another_line_is_changed_too():
    claire = add_claire()
    add(claire, Rubric.CONTACTS)
    caregiver = add(claire, Rubric.CONTACTS, **GOOD[Rubric.CONTACTS] | {"kind": "CAREGIVER_CONTACT"})
    with pytest.raises(profile.EntryRefused, match="qu’une"), managing(claire) as a:
        profile.change_entry(a, entry_id=caregiver, values=GOOD[Rubric.CONTACTS], version=1)
    assert entry_of(claire, caregiver).values["kind"] == "CAREGIVER_CONTACT"


def test_of_two_browsers_the_second_sees_what_the_first_saved():
    claire = add_claire()
    entry_id = add(claire, Rubric.DISEASES)
    with managing(claire) as a:
        profile.change_entry(a, entry_id=entry_id, values={"name": "Bronchite"}, version=1)
    with pytest.raises(profile.EntryChangedError) as changed, managing(claire) as a:
        profile.change_entry(a, entry_id=entry_id, values={"name": "Rhinite"}, version=1)
    assert changed.value.current.values["name"] == "Bronchite"
    with pytest.raises(profile.EntryChangedError), managing(claire) as a:
        profile.remove_entry(a, entry_id=entry_id, version=1)
    assert entry_of(claire, entry_id).version == 2


def test_the_same_form_sent_twice_adds_one_line():
    claire, entry_id = add_claire(), uuid7()
    for _ in range(2):
        with managing(claire) as a:
            profile.add_entry(a, rubric=Rubric.DISEASES, values={"name": "Asthme"}, entry_id=entry_id)
    assert [entry.id for entry in views(claire)[Rubric.DISEASES].entries] == [entry_id]


def test_the_same_form_sent_again_with_other_values_adds_another_line():
    claire, entry_id = add_claire(), uuid7()
    for name in ("Asthme", "Migraine"):
        with managing(claire) as a:
            profile.add_entry(a, rubric=Rubric.DISEASES, values={"name": name}, entry_id=entry_id)
    names = {entry.values["name"]: entry.id for entry in views(claire)[Rubric.DISEASES].entries}
    assert set(names) == {"Asthme", "Migraine"}
    assert names["Asthme"] == entry_id


@pytest.mark.parametrize("rubric", [Rubric.CONTACTS, Rubric.WISHES])
def test_whom_she_trusts_and_what_she_wants_is_not_replaced(rubric):
    claire = add_claire()
    entry_id = add(claire, rubric)
    with (
        pytest.raises(profile.EntryRefused),
        access.open(claire, by=FACILITY, purpose=Purpose.DEPOSIT) as a,
    ):
        profile.record_professional_entry(a, rubric=rubric, values=GOOD[rubric], structure=FINESS)
    entry = entry_of(claire, entry_id)
    assert (entry.locked, entry.author_kind, entry.version) == (False, "PERSON", 1)


def test_what_a_professional_wrote_is_locked():
    claire = add_claire()
    with access.open(claire, by=FACILITY, purpose=Purpose.DEPOSIT) as a:
        entry_id = profile.record_professional_entry(
            a, rubric=Rubric.VACCINATIONS, values=GOOD[Rubric.VACCINATIONS], structure=FINESS
        )
        with pytest.raises(PermissionError):
            profile.list_rubrics(a)
    entry = entry_of(claire, entry_id)
    assert (entry.locked, entry.author_kind, entry.structure) == (True, "PROFESSIONAL", FINESS)
    with pytest.raises(profile.EntryLockedError), managing(claire) as a:
        profile.change_entry(a, entry_id=entry_id, values=GOOD[Rubric.VACCINATIONS], version=1)
    with pytest.raises(profile.EntryLockedError), managing(claire) as a:
        profile.remove_entry(a, entry_id=entry_id, version=1)
    with pytest.raises(PermissionError), managing(claire) as a:
        profile.record_professional_entry(
            a, rubric=Rubric.VACCINATIONS, values=GOOD[Rubric.VACCINATIONS], structure=""
        )


def test_what_a_professional_confirms_stays_hers_and_is_locked():
    claire = add_claire()
    entry_id = add(claire, Rubric.VACCINATIONS)
    with access.open(claire, by=FACILITY, purpose=Purpose.DEPOSIT) as a:
        profile.confirm_entry(a, entry_id=entry_id, structure=FINESS)
    entry = entry_of(claire, entry_id)
    assert (entry.locked, entry.author_kind, entry.author_id) == (True, "PERSON", claire)
    with pytest.raises(profile.EntryLockedError), managing(claire) as a:
        profile.remove_entry(a, entry_id=entry_id, version=1)
    for by, purpose, error in (
        (FACILITY, Purpose.DEPOSIT, profile.EntryUnknownError),
        (INSURER, Purpose.DEPOSIT, PermissionError),
    ):
        with pytest.raises(error), access.open(claire, by=by, purpose=purpose) as a:
            profile.confirm_entry(a, entry_id=entry_id, structure=FINESS)


def test_the_insurers_medecin_traitant_takes_the_place():
    claire = add_claire()
    mine = add(claire, Rubric.PROFESSIONALS)
    with access.open(claire, by=INSURER, purpose=Purpose.DEPOSIT) as a:
        theirs = profile.record_professional_entry(
            a, rubric=Rubric.PROFESSIONALS, structure="",
            values={"name": "Dr Anne Petit", "role": "MEDECIN_TRAITANT"},
        )  # fmt: skip
    assert theirs == mine
    entry = entry_of(claire, mine)
    assert (entry.values["name"], entry.locked, entry.author_kind) == ("Dr Anne Petit", True, "ORGANISATION")


def test_links_lead_both_ways_and_vanish_with_their_target():
    claire, document = add_claire(), uuid7()
    disease = add(claire, Rubric.DISEASES)
    links = [(LinkKind.DISEASE, disease), (LinkKind.DOCUMENT, document)]
    treatment = add(claire, Rubric.TREATMENTS, links=links)
    assert {(link.kind, link.target_id) for link in entry_of(claire, treatment).links} == set(links)
    with reading(claire) as a:
        (found,) = profile.list_linked(a, kind=LinkKind.DOCUMENT, target_id=document)
    assert found.id == treatment
    with managing(claire) as a:
        profile.remove_entry(a, entry_id=disease, version=1)
    assert [link.kind for link in entry_of(claire, treatment).links] == [LinkKind.DOCUMENT]


def test_a_link_to_what_is_not_there_or_not_of_that_kind_is_refused():
    claire, other = add_claire(), add_claire(given_names="ANNE")
    theirs = add(other, Rubric.DISEASES)
    allergy = add(claire, Rubric.ALLERGIES)
    for kind, target in (
        (LinkKind.DISEASE, theirs),
        (LinkKind.DISEASE, allergy),
        (LinkKind.MEASURE, uuid7()),
    ):
        with pytest.raises(profile.EntryRefused) as refused:
            add(claire, Rubric.TREATMENTS, links=[(kind, target)])
        assert "links" in refused.value.errors


def test_another_persons_line_is_not_there():
    claire, other = add_claire(), add_claire(given_names="ANNE")
    theirs = add(other, Rubric.DISEASES)
    with reading(claire) as a, pytest.raises(profile.EntryUnknownError):
        profile.get_entry(a, theirs)
    for act in (profile.remove_entry, profile.change_entry):
        more = {"values": {"name": "Asthme"}} if act is profile.change_entry else {}
        with pytest.raises(profile.EntryUnknownError), managing(claire) as a:
            act(a, entry_id=theirs, version=1, **more)
    assert entry_of(other, theirs).version == 1


def test_nothing_is_changed_by_a_door_opened_to_read():
    claire = add_claire()
    with reading(claire) as a, pytest.raises(PermissionError):
        profile.add_entry(a, rubric=Rubric.DISEASES, values={"name": "Asthme"})


def test_answers_about_habits_are_kept():
    claire = add_claire()
    entry_id = add(claire, Rubric.LIFESTYLES)
    with managing(claire) as a:
        profile.change_entry(
            a, entry_id=entry_id, values={"section": "TOBACCO", "smoking": "STOPPED", "years": 20}, version=1
        )
    entry = entry_of(claire, entry_id)
    assert entry.values["smoking"] == "STOPPED"
    assert [one["values"]["smoking"] for one in entry.earlier] == ["DAILY"]


def test_many_lines_are_loaded_behind_one_door():
    claire = add_claire()
    from carnet.platform import clock

    rows = [profile.NewEntry(rubric, GOOD[rubric], clock.now(), author_id=claire) for rubric in Rubric]
    disease = uuid7()
    rows += [
        profile.NewEntry(Rubric.DISEASES, {"name": "Migraine"}, clock.now(), id=disease),
        profile.NewEntry(
            Rubric.TREATMENTS, {"name": "Sumatriptan"}, clock.now(), links=[(LinkKind.DISEASE, disease)]
        ),
    ]
    with access.open(claire, by=Actor.system(), purpose=Purpose.OPERATE) as a:
        ids = profile.load_entries(a, rows)
    assert len(set(ids)) == len(rows)
    shown = views(claire)
    assert sum(len(view.entries) for view in shown.values()) == len(rows)
    assert entry_of(claire, ids[-1]).links[0].target_id == disease
    with (
        pytest.raises(profile.EntryRefused),
        access.open(claire, by=Actor.system(), purpose=Purpose.OPERATE) as a,
    ):
        profile.load_entries(a, [profile.NewEntry(Rubric.DISEASES, {"name": "<b>"}, clock.now())])


def test_an_erasure_declares_every_table_of_the_room():
    claire = add_claire()
    disease = add(claire, Rubric.DISEASES)
    add(claire, Rubric.TREATMENTS, links=[(LinkKind.DISEASE, disease)])
    with managing(claire) as a:
        profile.share(a, rubric=Rubric.DISEASES, shared=False)
    part = next(part for part in list_parts() if part.room == "profile")
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        for rows in part.rows:
            cursor.execute(f"delete from {rows.table} where {rows.condition}", {"person": claire})
            assert cursor.rowcount == 1 + (rows.table == "profile_entry")
        for table in ("entry", "link", "rubricchoice"):
            cursor.execute(f"select count(*) from profile_{table} where person_id = %s", [claire])
            assert cursor.fetchone() == (0,)
