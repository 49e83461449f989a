"""Who reads measures: people theirs, professionals what she shows, who feeds a record nothing."""

from dataclasses import replace

import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.journal.api import EventType, Purpose
from carnet.measures import api as measures
from carnet.measures.api import Kind
from carnet.platform import clock
from tests.documents.deposits import FACILITY, holder
from tests.measures.entering import add, add_claire, door
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db
READS = (
    measures.overview,
    lambda a: measures.list_values(a, Kind.WEIGHT, limit=5),
    lambda a: measures.list_points(a, Kind.WEIGHT),
    measures.count_values,
    lambda a: measures.get_bounds(a, Kind.WEIGHT, [clock.now()]),
    lambda a: measures.get_value(
        a, measures.list_values(replace(a, by=holder(a.person_id)), Kind.WEIGHT, limit=1)[0].id
    ),
)


def share(person, *, shared):
    with door(person, purpose=Purpose.MANAGE, event=EventType.MEASURE_SETTINGS_CHANGED) as a:
        measures.share(a, shared=shared)


@pytest.mark.parametrize("read", READS)
def test_a_professional_reads_what_she_shows_and_nothing_otherwise(read):
    claire = add_claire()
    add(claire, Kind.WEIGHT)
    for shared in (True, False):
        share(claire, shared=shared)
        with door(claire, purpose=Purpose.CONSULT, event=EventType.MEASURES_READ) as a:
            own = read(a)
            doctor = replace(a, by=FACILITY)  # no door opens to professionals yet
            if shared:
                assert read(doctor) == own
            else:
                with pytest.raises(access.NotSharedError):
                    read(doctor)


def test_without_a_choice_it_follows_the_space():
    claire = add_claire()
    with door(claire, purpose=Purpose.CONSULT, event=EventType.MEASURES_READ) as a:
        assert measures.is_shared(a)
        assert not measures.is_shared(replace(a, space=replace(a.space, documents_masked=True)))
        with pytest.raises(PermissionError):
            measures.share(a, shared=False)


def test_the_switch_of_the_page_is_told_in_the_preview():
    claire = add_claire()
    client = visit(claire)
    page = reverse("portal:measures")
    assert "voient vos mesures" in client.get(page).content.decode()
    answer = client.post(
        reverse("portal:measures_share"), {"shared": "no", "vu": "1"}, follow=True
    ).content.decode()
    assert "Vos mesures sont maintenant cachées aux soignants." in answer
    assert "partie cachée aux soignants" in client.get(reverse("portal:profile_seen")).content.decode()
    assert client.post(reverse("portal:measures_share"), {"shared": "maybe"}).status_code == 404
