"""Parts that are found by name: a module of the project's own, or an entry point from outside."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Generic, TypeVar

from rag.errors import UnknownNameError

__all__ = ["Registry"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Registry(Generic[T]):
    """The parts of one kind.

    Every module of `package` that has a function `create` is a part, named after its module; an
    entry point in the group `yinju.<group>` names one from outside.
    """

    kind: str
    package: str
    group: str

    def names(self) -> list[str]:
        """Return the names that can be asked for."""
        return sorted({*_own_names(self.package), *self._outside()})

    def factory(self, name: str) -> Callable[..., T]:
        """Return what makes the part of that name; raises UnknownNameError."""
        outside = self._outside()
        if name in outside:
            return outside[name].load()  # type: ignore[no-any-return]
        if name not in _own_names(self.package):
            raise UnknownNameError(self.kind, name, self.names())
        create: Callable[..., T] = importlib.import_module(f"{self.package}.{name}").create
        return create

    def _outside(self) -> dict[str, Any]:
        return {entry.name: entry for entry in entry_points(group=f"yinju.{self.group}")}


@cache
def _own_names(package_name: str) -> frozenset[str]:
    package = importlib.import_module(package_name)
    own = {info.name for info in pkgutil.iter_modules(package.__path__) if not info.ispkg}
    return frozenset(own - set(getattr(package, "NOT_PARTS", ())))
