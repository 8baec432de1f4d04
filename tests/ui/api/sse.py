"""Server-sent events, read as the standard says."""

import json
from typing import Any


def events(text: str) -> list[tuple[str, Any]]:
    """Return the (name, data) of every event of a stream that has ended; the data is JSON.

    https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
    """
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields: dict[str, list[str]] = {}
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))
        if "data" in fields:
            found.append((fields.get("event", ["message"])[-1], json.loads("\n".join(fields["data"]))))
    return found
