"""The pretrained reader as it is trained: an encoder whose first layers stay as they are, and three heads.

Question and text are one sequence of a transformer (Devlin et al., 2019); start, end and "no answer" compete
in one softmax (Rajpurkar et al., 2018).
"""

from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from rag.train.encoder.pretrained import Pretrained
from rag.train.reader.network import Outputs

__all__ = ["PAD", "Batch", "CrossReaderNetwork"]

PAD: Final = 1
_DROPPED: Final = 0.1
_MATRICES: Final = ("q", "k", "v", "ao", "fi", "fo")
_NORMS: Final = ("aln", "oln")
_EPSILON: Final = 1e-12
_NOWHERE: Final = -1e4


class Batch(NamedTuple):
    """Examples side by side, padded."""

    ids: Tensor  # (b, n)
    text: Tensor  # (b, n), the pieces of the text
    starts: Tensor  # (b, n + 1), where the answer may start; the last: there is none
    ends: Tensor  # (b, n + 1)
    sentence: Tensor  # (b, n), the pieces of the sentence with the answer


class _Layer(nn.Module):
    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.ao = (nn.Linear(width, width) for _ in range(4))
        self.fi, self.fo = nn.Linear(width, inner), nn.Linear(inner, width)
        self.aln, self.oln = (nn.LayerNorm(width, eps=_EPSILON) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return what the layer makes of its input, shape (b, n, width)."""
        q, k, v = (
            part(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (self.q, self.k, self.v)
        )
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.aln(x + self._dropped(self.ao(seen.transpose(1, 2).flatten(2))))
        raised: Tensor = self.oln(x + self._dropped(self.fo(functional.gelu(self.fi(x)))))
        return raised

    def _dropped(self, x: Tensor) -> Tensor:
        return functional.dropout(x, _DROPPED, self.training)


class CrossReaderNetwork(nn.Module):
    """Reads pairs: the layers below number `shared` are frozen."""

    word: Tensor
    place: Tensor

    def __init__(self, known: Pretrained, kept: NDArray[np.int64], shared: int) -> None:
        super().__init__()
        width, layers, heads, inner = known.shape
        self._known, self._shared = known, shared
        rows = known.weights["emb.word"].reshape(-1, width)[kept]
        places = known.weights["emb.pos"].reshape(-1, width) + known.weights["emb.type"][:width]
        self.register_buffer("word", torch.from_numpy(rows))
        self.register_buffer("place", torch.from_numpy(places))
        self.norm = nn.LayerNorm(width, eps=_EPSILON)
        self.layers = nn.ModuleList(_Layer(width, heads, inner) for _ in range(layers))
        self._take(self.norm, "emb.ln")
        for number, layer in enumerate(self.layers):
            for name in (*_MATRICES, *_NORMS):
                self._take(getattr(layer, name), f"l{number}.{name}")
        for frozen in (self.norm, *self.layers[:shared]):
            frozen.requires_grad_(False)
        self.places = nn.Linear(width, 2)
        self.null_in, self.null_out = nn.Linear(width, width), nn.Linear(width, 1)

    def _take(self, module: nn.Module, name: str) -> None:
        for kind, value in (("w", module.weight), ("b", module.bias)):
            given = torch.from_numpy(np.array(self._known.weights[f"{name}.{kind}"]))
            value.data = given.view(value.shape)  # type: ignore[arg-type]

    def forward(self, batch: Batch) -> Outputs:
        """Return the logits of each piece of the texts, and of no answer."""
        mask = (batch.ids != PAD)[:, None, None, :]
        x = self.norm(self.word[batch.ids] + self.place[: batch.ids.shape[1]])
        with torch.no_grad():
            for layer in self.layers[: self._shared]:
                x = layer(x, mask)
        for layer in self.layers[self._shared :]:
            x = layer(x, mask)
        x = x.float()
        both = self.places(x).masked_fill(~batch.text[..., None], _NOWHERE)
        null = self.null_out(functional.gelu(self.null_in(x[:, 0])))
        return Outputs(both[..., 0], both[..., 1], null.squeeze(1))

    def trained(self) -> dict[str, Tensor]:
        """Return what is learnt, by name."""
        return {name: value for name, value in self.named_parameters() if value.requires_grad}
