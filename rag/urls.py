"""Where a model server is: one strict form of URL, so that every reader of it sees the same host."""

import re
from typing import Final, NamedTuple, Self

__all__ = ["Address", "check_address"]

_FORM: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)/?"
)
_HIGHEST_PORT: Final = 65535
_PORTS: Final = {"http": 80, "https": 443}


class Address(NamedTuple):
    """The parts of a base URL; `path` has no slash at its end."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Take a URL apart; raises ValueError, in words that do not repeat it."""
        match = _FORM.fullmatch(url)
        if not match:
            raise ValueError(
                "expected http:// or https://, a host, perhaps a port and a path, and nothing else: no user,"
                " password, query, fragment, blank or backslash"
            )
        scheme = match["scheme"]
        port = int(match["port"] or _PORTS[scheme])
        if not 0 < port <= _HIGHEST_PORT:
            raise ValueError(f"there is no port {port}")
        return cls(scheme, match["host"].strip("[]"), port, match["path"])

    @property
    def authority(self) -> str:
        """Return host and port as a Host header names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def check_address(url: str) -> str:
    """Return a base URL that can be used, or an empty one; raises ValueError."""
    if url:
        Address.of(url)
    return url
