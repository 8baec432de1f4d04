"""The interval of a share by its count alone (Wilson 1927), which holds for few and for all alike, too."""

from typing import Final

__all__ = ["wilson_interval"]

_Z: Final = 1.96


def wilson_interval(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of `hits / of`; `of` is above 0.

    middle = (p + z²/2n) / (1 + z²/n), half = z · sqrt(p(1 - p)/n + z²/4n²) / (1 + z²/n).
    """
    share = hits / of
    middle = (share + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z / (1 + _Z**2 / of) * (share * (1 - share) / of + _Z**2 / (4 * of**2)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)
