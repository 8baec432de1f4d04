"""What a double is made of that stands where the real part is expected by its class."""

from typing import TYPE_CHECKING, Any

__all__ = ["StandIn"]

if TYPE_CHECKING:
    StandIn = Any
else:
    StandIn = object
