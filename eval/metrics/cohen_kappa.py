"""Cohen's kappa (Cohen 1960): how far two readers agree beyond what chance would make them."""

from collections import Counter
from collections.abc import Sequence

__all__ = ["cohen_kappa"]


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Return (observed - expected) / (1 - expected) agreement on the same things in the same order.

    Expected is the sum over grades of the product of how often each reader gives it. None where there
    is nothing to agree on: no thing at all, or both readers gave one and the same grade to all.
    """
    pairs = list(zip(first, second, strict=True))
    if not pairs:
        return None
    observed = sum(a == b for a, b in pairs) / len(pairs)
    by_first, by_second = Counter(first), Counter(second)
    expected = sum(count * by_second[grade] for grade, count in by_first.items()) / len(pairs) ** 2
    return None if expected == 1 else (observed - expected) / (1 - expected)
