"""What a doctor may type into a synthesis: read, or refused in words, and always a document that reads back."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carnet.pro import synthesis_lines as lines
from carnet.pro.synthesis_lines import LineRefused
from carnet.standards.cda import reader, rules
from carnet.standards.cda.model import Code
from carnet.standards.cda.synthesis import Synthesis, write_synthesis
from tests.standards.samples import FEW, HEADER, MANY, N3_TEMPLATES

TEXTS = st.text(max_size=400) | st.lists(
    st.from_regex(r"[A-Z][a-zé :(]{0,20}\(?[0-9]{0,4}-?[0-9]{0,2}( à )?[0-9]{0,4}\)?", fullmatch=True),
    max_size=5,
).map("\n".join)


@pytest.mark.parametrize(
    ("line", "label", "since", "until"),
    [
        ("Asthme", "Asthme", "", ""),
        ("Asthme (2015)", "Asthme", "2015", ""),
        ("- Pneumopathie (2018-03 à 2018-04)", "Pneumopathie", "2018-03", "2018-04"),
        ("Fracture (à 2019)", "Fracture", "", "2019"),
        ("Diabète (type 2)", "Diabète (type 2)", "", ""),
        ("Diabète (type 2) (2001-02-03)", "Diabète (type 2)", "2001-02-03", ""),
    ],
)
def test_a_disease_and_its_dates(line, label, since, until):
    (problem,) = lines.read_problems(line)
    assert (problem.label, problem.since, problem.until) == (label, since, until)
    assert lines.read_problems(lines.say_problem(label, since, until)) == [problem]


def test_a_treatment_keeps_the_code_that_the_record_has():
    code = Code("3400936466425", "1.2.250.1.213.2.3.2", "Bisoprolol")
    coded, plain = lines.read_treatments("Bisoprolol : 2,5 mg (2020)\nFer", {"Bisoprolol": code})
    assert (coded.label, coded.dosage, coded.since, coded.code) == ("Bisoprolol", "2,5 mg", "2020", code)
    assert (plain.label, plain.dosage, plain.code) == ("Fer", "", None)


@pytest.mark.parametrize("line", ["A (2015-13)", "A (2015-00)", "A (2015-01-32)", "x" * 1201, "a\n" * 201])
def test_what_is_refused_is_said(line):
    with pytest.raises(LineRefused, match=r"[a-zé]{3}"):
        lines.read_problems(line)


@MANY
@given(TEXTS)
@example("(2015)")
@example("\x00 (2015)")
@example("a : b : c")
def test_any_text_is_lines_or_a_refusal(text):
    try:
        kept = lines.split(text)
    except LineRefused:
        return
    assert lines.split(lines.join(kept)) == kept


@FEW
@given(TEXTS, TEXTS, TEXTS)
def test_what_was_read_is_written_and_follows_every_rule(problems, treatments, words):
    try:
        synthesis = Synthesis(
            problems=lines.read_problems(problems),
            treatments=lines.read_treatments(treatments, {}),
            watch=lines.split(words),
        )
    except LineRefused:
        return
    data = write_synthesis(replace(HEADER, template_ids=N3_TEMPLATES), synthesis)
    assert rules.check(data) == []
    assert reader.read(data).code.code == "60591-5"
