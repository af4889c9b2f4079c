"""A category learned from what was filed before. `train` needs scikit-learn and is imported when there is something to learn."""

from expenses.learning.features import Example, Seen
from expenses.learning.model import Learned, Likely

__all__ = ["Example", "Learned", "Likely", "Seen"]
