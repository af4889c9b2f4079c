"""Learns categories from examples. Imported only where there is something to learn: scikit-learn takes its time to load."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.isotonic import IsotonicRegression
from sklearn.naive_bayes import MultinomialNB

from expenses.learning.features import PLACES, Example, Seen, features
from expenses.learning.model import Learned, Numbers, top

FOLDS = 3
MOST_CATEGORIES = 40
FEWEST = 5  # examples of a category that is learned
SMOOTHING = 0.03
STEP, MOST_STEPS = 25, 12  # examples behind one share, and how many shares there are at most
NEVER = -50.0  # the bias of a category that a fold has no example of
Array = NDArray[Any]


def learn(examples: Sequence[Example]) -> Learned | None:
    """None where fewer than two categories have examples enough."""
    counted = Counter(example.category_id for example in examples).most_common(MOST_CATEGORIES)
    known = {category: place for place, category in enumerate(sorted(one for one, count in counted if count >= FEWEST))}
    if len(known) < 2:
        return None
    kept = [example for example in examples if example.category_id in known]
    rows = _matrix([example.seen for example in kept])
    labels = np.array([known[example.category_id] for example in kept])
    folds = np.array([crc32(example.seen.group.encode()) % FOLDS for example in kept])
    certainties, shares = _worth(*_held_out(rows, labels, folds, len(known)))
    weights, bias = _fit(rows, labels, len(known))
    return Learned(tuple(known), weights, bias, certainties, shares)


def _matrix(seen: Sequence[Seen]) -> Any:
    places: list[int] = []
    values: list[float] = []
    ends = [0]
    for one in seen:
        found = features(one)
        places += found
        values += found.values()
        ends.append(len(places))
    return csr_matrix((np.array(values, dtype=np.float32), places, ends), shape=(len(seen), PLACES))


def _fit(rows: Any, labels: Array, count: int) -> tuple[Numbers, Numbers]:
    """A row of weights and a bias for each category, also for those that have no example here."""
    weights, bias = np.zeros((count, PLACES), dtype=np.float32), np.full(count, NEVER, dtype=np.float32)
    there = np.unique(labels)
    bias[there] = 0
    model = MultinomialNB(alpha=SMOOTHING).fit(rows, labels)
    seen = model.feature_count_.any(axis=0)
    weights[there], bias[there] = np.where(seen, model.feature_log_prob_, 0), model.class_log_prior_
    return weights, bias


def _held_out(rows: Any, labels: Array, folds: Array, count: int) -> tuple[Array, Array]:
    """How certain a model is of payees that it has not seen, and whether it is right: suggestions are asked of such only."""
    certain, right = np.zeros(len(labels)), np.zeros(len(labels), dtype=bool)
    for fold in np.unique(folds):
        here = folds == fold
        if here.all():
            continue
        weights, bias = _fit(rows[~here], labels[~here], count)
        scores = rows[here] @ weights.T + bias
        found = [top(each) for each in scores]
        certain[here] = [certainty for _, certainty in found]
        right[here] = np.array([best for best, _ in found]) == labels[here]
    return certain, right


def _worth(certain: Array, right: Array) -> tuple[Numbers, Numbers]:
    """How many were right at which certainty: in steps of many examples, never falling, and never quite all or none."""
    steps = np.array_split(np.argsort(certain), int(np.clip(len(right) // STEP, 1, MOST_STEPS)))
    sizes = np.array([len(step) for step in steps])
    at = np.array([certain[step].mean() for step in steps])
    shares = np.array([(right[step].sum() + 1) / (len(step) + 2) for step in steps])
    return at, IsotonicRegression().fit_transform(at, shares, sample_weight=sizes)
