"""What was learned, as plain numbers: small enough for a cache, and asked without scikit-learn."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expenses.learning.features import Seen, features, text_places

LEAST_KNOWN = 1 / 3  # of the places of its text
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Likely:
    """The likeliest category. Of so many that are said with this confidence, that share is right."""

    category_id: int
    confidence: float


@dataclass(frozen=True)
class Learned:
    """A linear model, and what its own certainty was worth for payees that it had never seen."""

    categories: Sequence[int]
    weights: Numbers  # a row for each category, 0 for what was never seen
    bias: Numbers
    certainties: Numbers  # rising
    shares: Numbers  # how many were right at each of them

    def guess(self, seen: Seen) -> Likely | None:
        """None where hardly any of its text was ever seen: how often one is right there, nobody has tried."""
        if not self._knows(seen):
            return None
        found = features(seen)
        places = np.fromiter(found, dtype=np.intp, count=len(found))
        values = np.fromiter(found.values(), dtype=np.float32, count=len(found))
        best, certainty = top(self.weights[:, places] @ values + self.bias)
        return Likely(self.categories[best], float(np.interp(certainty, self.certainties, self.shares)))

    def _knows(self, seen: Seen) -> bool:
        places = text_places(seen)
        known = int(np.count_nonzero(self.weights[:, places].any(axis=0)))
        return bool(places) and known >= len(places) * LEAST_KNOWN


def top(scores: NDArray[Any]) -> tuple[int, float]:
    """The highest of the scores, and how far it is ahead of all others together, as log odds."""
    best = int(np.argmax(scores))
    others = np.exp(np.delete(scores, best) - scores[best]).sum()
    return best, -log(max(float(others), 1e-9))
