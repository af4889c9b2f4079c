"""What is learned: right as often as it says, and of bounded size and time."""

import pickle
import subprocess
import sys
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expenses.guesses import LEAST, MOST_EXAMPLES
from expenses.learning import Example, Seen
from expenses.learning.features import PLACES, features
from expenses.learning.train import MOST_CATEGORIES, learn
from tests.expenses.learning import history

SEEN = st.builds(
    Seen,
    payee=st.text(max_size=130),
    text=st.text(max_size=260),
    amount=st.decimals(allow_nan=False, allow_infinity=False, places=4),
    kind=st.sampled_from(["expense", "refund", "income"]),
)


@pytest.fixture(scope="module")
def taught():
    """A model, and how it fares with payees that it has never seen: (confidence, was it right)."""
    examples = history(4000)
    known, later = examples[:1000], examples[1000:]
    model = learn(known)
    names = {example.seen.group for example in known}
    unseen = [example for example in later if example.seen.group not in names]
    asked = [(model.guess(example.seen), example.category_id) for example in unseen]
    return model, [(likely.confidence, likely.category_id == category) for likely, category in asked if likely]


def share_right(told):
    return sum(right for _, right in told) / len(told)


def test_it_learns_words_so_that_payees_never_seen_are_filed(taught):
    _, told = taught

    assert len(told) > 1000
    assert share_right(told) > 0.5  # by chance one of eight
    assert share_right([one for one in told if one[0] > 0.8]) > 0.8


def test_its_confidence_is_honest_for_payees_never_seen(taught):
    """Of all that is told with some confidence, about that share is right, at every level."""
    _, told = taught
    error = 0.0
    for low in range(0, 100, 10):
        level = [one for one in told if low <= one[0] * 100 < low + 10]
        if level:
            said = sum(confidence for confidence, _ in level) / len(level)
            error += abs(said - share_right(level)) * len(level) / len(told)
            assert len(level) < 100 or said - share_right(level) < 0.1, f"says {said:.2f}, is {share_right(level):.2f}"
    assert error < 0.08


def test_what_is_told_at_all_is_right_more_often_than_not(taught):
    _, told = taught

    assert share_right([one for one in told if one[0] * 100 >= LEAST]) > 0.7


def test_noise_teaches_no_confidence():
    """Where categories have nothing to do with what is seen, nothing reaches the least that is told."""
    examples = history(600)
    mixed = [Example(one.seen, other.category_id) for one, other in zip(examples, history(600, seed=2), strict=True)]
    model = learn(mixed)

    assert max(model.guess(one.seen).confidence for one in examples) * 100 < LEAST


@pytest.mark.parametrize("categories", [2, 3])
def test_few_categories_are_enough(categories):
    model = learn(history(200, categories=categories))

    asked = [one.seen for one in history(100, categories=categories)]
    assert {model.guess(seen).category_id for seen in asked} == set(range(1, categories + 1))


@pytest.mark.parametrize("examples", [[], history(40, categories=1), history(8, categories=8)])
def test_too_little_teaches_nothing(examples):
    assert learn(examples) is None


def test_a_rare_category_is_not_learned():
    rare = [Example(Seen("Rarely", "", Decimal(1)), 99)] * 4

    assert 99 not in learn(history(200) + rare).categories
    assert 99 in learn(history(200) + rare + rare).categories


def test_one_payee_for_each_category_is_told_without_overstating():
    """Nothing can be held out but a whole category: then nothing is known of payees never seen."""
    examples = [Example(Seen(name, "", Decimal(5)), place) for place, name in enumerate(("Fennel", "Rail"), 1)] * 30

    assert learn(examples).guess(Seen("Fennel", "", Decimal(5))).confidence * 100 < LEAST


def test_a_text_never_seen_is_no_guess_whatever_the_amount_says():
    model = learn(history(200, categories=2))

    assert model.guess(Seen("qqq jjj 12", "", Decimal(5))) is None
    assert model.guess(Seen("12 34", "", Decimal(5))) is None


def test_the_most_that_is_learned_is_learned_in_seconds_and_fits_a_cache():
    examples = history(MOST_EXAMPLES, categories=60)
    began = time.process_time()
    model = learn(examples)

    assert time.process_time() - began < 10  # a second on an idle machine
    assert len(model.categories) == MOST_CATEGORIES
    assert len(pickle.dumps(model)) < 1.5 * 2**20


@given(SEEN)
def test_anything_can_be_asked(seen):
    found = features(seen)

    assert all(0 <= place < PLACES and weight > 0 for place, weight in found.items())
    assert len(found) < 2500


def test_the_web_starts_without_loading_it():
    """Asking what was learned needs no scikit-learn either."""
    code = "import django, sys; django.setup(); import tracker.urls, expenses.guesses; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False", done.stdout
