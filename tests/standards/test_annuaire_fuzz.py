"""Whatever a file holds, a resource is read, is none of ours, or is refused with its element."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from carnet.standards.annuaire import AnnuaireError, read_resource, resources_of
from tests.directory.annuaire import organization, practitioner, role

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
GOOD = [practitioner(1), organization(2), role(3)]


def paths(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


PLACES = [(at, path) for at, content in enumerate(GOOD) for path in paths(content) if path]


def refused_or_read(content):
    refused = None
    try:
        for one in resources_of(content):
            read_resource(one)
    except AnnuaireError as error:
        refused = error
    assert refused is None or (refused.field and refused.rule)


@given(VALUES)
def test_anything(content):
    refused_or_read(content)


@given(st.sampled_from(PLACES), VALUES)
def test_a_good_resource_changed_in_one_place(place, value):
    at, path = place
    content = copy.deepcopy(GOOD[at])
    holder = content
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    refused_or_read(content)
    refused_or_read({"resourceType": "Bundle", "entry": [{"resource": content}]})
