"""Which names this server answers to, and which pages may ask it.

A page elsewhere whose name is made to lead to this address (DNS rebinding) sends that name as its Host; one
that asks across origins sends its Origin. Both are told by their headers, before a body is read.
"""

import ipaddress
import re
import socket
from typing import Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from rag.settings import Settings
from ui.server.problem import send_problem

__all__ = ["HostGate", "allowed_hosts"]

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_WILDCARDS: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - the addresses that mean all of a machine's
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?", re.IGNORECASE | re.ASCII)
_USUAL_PORTS: Final = {"http": 80, "https": 443}
_LONGEST_SHOWN: Final = 100  # characters of what a client sent


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Return the names and addresses that a request may be sent to, without their ports.

    Those of the settings; else the loopback's and the one that the server listens on. A server that
    listens on all addresses has the machine's name, too.
    """
    if settings.hosts:
        return frozenset(map(_bracketed, settings.hosts))
    own = {socket.gethostname()} if settings.host in _WILDCARDS else {settings.host}
    return _LOOPBACK | frozenset(map(_bracketed, own))


class HostGate:
    """Refuse requests to another host, and from a page of another origin, with 403."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = allowed_hosts(settings)
        self._origins = frozenset(origin.lower() for origin in settings.origins)
        # A name that is an address cannot be made to lead elsewhere.
        self._takes_addresses = settings.host in _WILDCARDS and not settings.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may be asked; there are no web sockets here."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http" and (reason := self._refusal(scope)):
            await send_problem(send, 403, reason)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str:
        """Say why a request may not be answered; empty if it may."""
        hosts, origins = _values(scope, b"host"), _values(scope, b"origin")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            shown = ", ".join(hosts)[:_LONGEST_SHOWN] or "(none)"
            return f"this server does not answer to the Host {shown!r}: name it in YINJU_HOSTS if it should"
        if origins and not (len(origins) == 1 and self._may_ask(origins[0], hosts[0], scope["scheme"])):
            shown = ", ".join(origins)[:_LONGEST_SHOWN]
            return f"pages of {shown!r} may not ask here: name that origin in YINJU_ORIGINS if they should"
        return ""

    def _is_ours(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = found[1].lower()
        return name in self._hosts or (self._takes_addresses and _is_address(name))

    def _may_ask(self, origin: str, host: str, scheme: str) -> bool:
        """Tell whether a page is one of this server's own, or of those that the settings name."""
        return origin.lower() in self._origins or _place_of(origin) == _place_of(f"{scheme}://{host}")


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _bracketed(host: str) -> str:
    """Write an IPv6 address as a Host header does."""
    host = host.strip().lower()
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _place_of(origin: str) -> tuple[str | None, int | None] | None:
    """Return an origin's host and port; whether TLS is ended before this server cannot be seen from here."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    usual = port in (None, *_USUAL_PORTS.values())
    return (parts.hostname, None if usual else port) if parts.scheme in _USUAL_PORTS else None
