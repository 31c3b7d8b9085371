"""What answers come to: means, spread, gaps, red and green, the trend, and who stays hidden."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.kit.errors import Refusal
from auditapp.kit.states import step
from auditapp.relationships.health.rules.life import (
    REFUSALS,
    STEPS,
    CheckState,
    CheckVerb,
    Progress,
    progress,
    proposed_minimum,
)
from auditapp.relationships.health.rules.questions import FIRST, as_data, faults_of, from_data
from auditapp.relationships.health.rules.results import (
    OWN,
    Answer,
    Rag,
    Side,
    Trend,
    gap_sentences,
    of_data,
    overall_of,
    rag_of,
    results,
    to_data,
    trend,
    trend_sentence,
)

DESIRED = {one.key: 4 for one in FIRST.dimensions}
KEYS = [question.key for _, question in FIRST.questions]
NAMES = {OWN: "We", "them": "They"}


def say(party, person, score):
    return [Answer(party=party, person=person, question=key, score=score) for key in KEYS]


def work_out(*answers, minimum=1, desired=DESIRED, before=None):
    return results(
        FIRST,
        [one for some in answers for one in some],
        parties=[OWN, "them"],
        desired=desired,
        minimum=minimum,
        before=before,
    )


def side(mean, low_share=0.0):
    return Side(mean=mean, lowest=1, highest=5, low_share=low_share, count=2)


@pytest.mark.parametrize(
    ("means", "low_share", "desired", "expected"),
    [
        ((4, 4), 0, 4, Rag.GREEN),
        ((5, 3.75), 0, 4, Rag.GREEN),  # near enough
        ((5, 3.7), 0, 4, Rag.AMBER),  # judged by who sees it worst
        ((4, 3.01), 0, 4, Rag.AMBER),
        ((4, 3), 0, 4, Rag.RED),  # a whole step below
        ((4, 4), 0.5, 4, Rag.RED),  # half of a side says failing or reactive
        ((4, 4), 0.49, 4, Rag.GREEN),
        ((2, None), 0, 2, Rag.GREEN),  # desired is what is needed, not five
        ((None, None), None, 4, Rag.UNKNOWN),
    ],
)
def test_red_amber_green_of_one_respect(means, low_share, desired, expected):
    assert rag_of([side(mean, low_share) for mean in means], desired) is expected


@pytest.mark.parametrize(
    ("rags", "expected"),
    [
        ("GGGGGG", Rag.GREEN),
        ("GGGGAA", Rag.GREEN),
        ("GGGAAA", Rag.AMBER),
        ("GGGGGR", Rag.AMBER),
        ("GGGGRR", Rag.RED),
        ("AAAAAA", Rag.AMBER),
        ("UUUUUR", Rag.RED),
        ("UUUUUU", Rag.UNKNOWN),
    ],
)
def test_overall(rags, expected):
    words = {"G": Rag.GREEN, "A": Rag.AMBER, "R": Rag.RED, "U": Rag.UNKNOWN}
    found = work_out(say(OWN, "a", 4)).elements
    elements = [type(found[0])(**(vars(found[0]) | {"rag": words[letter]})) for letter in rags]
    assert overall_of(elements) is expected


def test_each_side_and_the_gap_between():
    found = work_out(say(OWN, "a", 4), say(OWN, "b", 5), say("them", "c", 2))
    first = found.elements[0]
    assert (first.sides[OWN].mean, first.sides["them"].mean, first.gap) == (4.5, 2, 2.5)
    assert (first.sides[OWN].lowest, first.sides[OWN].highest) == (4, 5)
    assert (first.sides[OWN].low_share, first.sides["them"].low_share) == (0, 1)
    assert found.overall is Rag.RED
    said = [str(one) for one in gap_sentences(found, NAMES)]
    assert said == [
        "The sides see “Trust and behaviour” most differently: They 2.0, We 4.5.",
        "6 of 6 respects are far from the desired state.",
    ]


def test_cannot_say_counts_for_nothing():
    found = work_out(say(OWN, "a", None), say("them", "c", 4))
    assert found.elements[0].sides[OWN].mean is None
    assert found.people == {OWN: 0, "them": 1}
    assert found.withheld == {OWN: 0}
    assert found.elements[0].gap is None


def test_a_side_with_too_few_answers_is_in_no_figure():
    found = work_out(*(say(OWN, str(n), 4) for n in range(3)), say("them", "c", 1), minimum=3)
    assert found.withheld == {"them": 1}
    assert found.overall is Rag.GREEN  # not even in the colour
    assert found.means == {OWN: 4, "them": None}
    assert "1" not in json.dumps(to_data(found)["elements"][0]["sides"]["them"])


def test_what_stays_red_is_counted():
    first = work_out(say(OWN, "a", 4), say("them", "c", 2))
    second = work_out(say(OWN, "a", 4), say("them", "c", 2), before=first)
    third = work_out(say(OWN, "a", 4), say("them", "c", 4), before=second)
    assert [one.elements[0].times_red for one in (first, second, third)] == [1, 2, 0]


@pytest.mark.parametrize(
    ("then", "now", "expected"), [(3, 4, Trend.BETTER), (4, 3, Trend.WORSE), (4, 4, Trend.SAME)]
)
def test_the_trend(then, now, expected):
    before = work_out(say(OWN, "a", then))
    after = work_out(say(OWN, "a", now))
    assert trend(after, before) is expected
    assert trend(after, None) is Trend.FIRST
    word = {Trend.BETTER: "better", Trend.WORSE: "worse", Trend.SAME: "as the time"}[expected]
    assert word in str(trend_sentence([before, after])[1])


def test_sentences_with_little_to_say():
    assert str(trend_sentence([])[0]) == "No health check was closed yet."
    alike = work_out(say(OWN, "a", 4), say("them", "c", 4))
    assert [str(one) for one in gap_sentences(alike, NAMES)] == [
        "The sides see the relationship much alike.",
        "No respect is far from the desired state.",
    ]
    nobody = work_out(say(OWN, "a", None))
    assert str(gap_sentences(nobody, NAMES)[-1]) == "Too few people answered to show anything."
    assert "Too few" in str(trend_sentence([nobody])[0])


@given(
    st.lists(st.tuples(st.sampled_from([OWN, "them"]), st.integers(0, 5), st.integers(1, 5)), max_size=40),
    st.integers(1, 4),
)
def test_results_are_kept_and_hidden_sides_change_nothing(people, minimum):
    answers = [one for party, person, score in people for one in say(party, f"{party}{person}", score)]
    found = work_out(answers, minimum=minimum)
    assert of_data(json.loads(json.dumps(to_data(found)))) == found
    seen = [one for one in answers if one.party not in found.withheld]
    assert work_out(seen, minimum=minimum).elements == found.elements
    for element in found.elements:
        for one in element.sides.values():
            assert one.mean is None or one.lowest <= one.mean <= one.highest


@pytest.mark.parametrize(
    ("sides", "expected"), [([2, 8], 1), ([5, 5], 3), ([12, 6], 3), ([], 1), ([0, 9], 1)]
)
def test_the_minimum_that_is_proposed(sides, expected):
    assert proposed_minimum(sides) == expected


@pytest.mark.parametrize("state", CheckState)
@pytest.mark.parametrize("verb", CheckVerb)
def test_every_step_leads_somewhere_or_says_why_not(state, verb):
    if (state, verb) in STEPS:
        assert step(STEPS, state, verb, REFUSALS[verb]) in CheckState
    else:
        with pytest.raises(Refusal):
            step(STEPS, state, verb, REFUSALS[verb])


def test_how_far_somebody_is():
    assert [progress(given, 12) for given in (0, 1, 12)] == list(Progress)


def test_the_first_edition_can_be_asked():
    assert faults_of(as_data(FIRST)) == []
    assert from_data(1, as_data(FIRST)) == FIRST
    assert len(FIRST.dimensions) == 6
    assert len({question.key for _, question in FIRST.questions}) == len(FIRST.questions)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda data: data.clear(), "Keep at least one respect"),
        (lambda data: data[0].update(title=""), "Give each respect a name"),
        (lambda data: data[0].update(questions=[]), "needs one to 8 questions"),
        (lambda data: data[0].update(steps=["a", "b", "", "d", "e"]), "a sentence for each of the five"),
        (lambda data: data[0].update(questions=["x" * 301]), "too long"),
        (lambda data: data.extend(data[:1] * 9), "At most 10"),
        (lambda data: data.append(data[0]), "same key"),
    ],
)
def test_what_cannot_be_asked(spoil, says):
    data = as_data(FIRST)
    spoil(data)
    assert any(says in str(one) for one in faults_of(data))
