"""The reader as it is trained; `rag/models/reader/model.py` computes the same with numpy.

Dilated convolutions over pieces (Wu et al., 2017, as in GLDR), attention from each piece of the text to
the question (Seo et al., 2017), the question as scale and shift of every later block (Perez et al., 2018)
and one layer of self-attention, with a place for "no answer" (Rajpurkar et al., 2018) in both softmaxes.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from rag.models.reader.features import FEATURES, QUESTION_FEATURES
from rag.models.reader.model import FIRST_DILATIONS, HEADS, LATER_DILATIONS, Shape

__all__ = ["Batch", "Outputs", "ReaderNetwork"]


class Batch(NamedTuple):
    """Examples side by side, padded."""

    question_ids: Tensor  # (b, q)
    question_rows: Tensor  # (b, q, QUESTION_FEATURES)
    question_mask: Tensor  # (b, q)
    text_ids: Tensor  # (b, t)
    text_rows: Tensor  # (b, t, FEATURES)
    text_mask: Tensor  # (b, t)
    near: Tensor  # (b, t, q), cosines of the static rows
    start: Tensor  # (b,), t where there is no answer
    end: Tensor
    sentence: Tensor  # (b, t), the pieces of the sentence with the answer


class Outputs(NamedTuple):
    """What the network says of each text."""

    starts: Tensor  # (b, t)
    ends: Tensor
    null: Tensor  # (b,)


class LockedDropout(nn.Module):
    """Drops the same numbers of every piece of a text (Gal and Ghahramani, 2016)."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """Return x with some of its columns at zero."""
        if not self.training:
            return x
        kept = torch.rand(len(x), 1, x.shape[-1], device=x.device) >= self.share
        return x * (kept / (1 - self.share))


class Block(nn.Module):
    """A convolution of three pieces, `dilation` apart, beside what it was given."""

    def __init__(self, width: int, dilation: int, *, led: bool) -> None:
        """`led`: scaled and shifted by the question."""
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(width)
        self.conv = nn.Linear(3 * width, width)
        self.out = nn.Linear(width, width)
        self.lead = nn.Linear(width, 2 * width) if led else None
        self.dropout = LockedDropout(0.1)

    def forward(self, x: Tensor, mask: Tensor, question: Tensor | None = None) -> Tensor:
        """Return x and what the block adds."""
        seen = self.norm(x)
        if self.lead is not None and question is not None:
            scale, shift = self.lead(question)[:, None, :].chunk(2, dim=-1)
            seen = seen * (1 + scale) + shift
        seen = seen * mask[..., None]
        wide = functional.pad(seen, (0, 0, self.dilation, self.dilation))
        length = x.shape[1]
        parts = [wide[:, at : at + length] for at in (0, self.dilation, 2 * self.dilation)]
        added: Tensor = self.out(functional.relu(self.conv(torch.cat(parts, dim=-1))))
        dropped: Tensor = self.dropout(added)
        return x + dropped


class SelfAttention(nn.Module):
    """Multi-head attention among the pieces of a text."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.dropout = LockedDropout(0.1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return x and what attention adds."""
        size, length, width = x.shape
        split = self.qkv(self.norm(x)).view(size, length, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        q, k, v = split.unbind(0)
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :])
        added: Tensor = self.dropout(self.out(seen.transpose(1, 2).reshape(size, length, width)))
        return x + added


class ReaderNetwork(nn.Module):
    """Start and end logits for each piece of a text, and one for no answer."""

    def __init__(self, shape: Shape, rows: Tensor) -> None:
        """`rows` are the static model's, one a piece; they stay as they are."""
        super().__init__()
        width = shape.width
        self.shape = shape
        self.rows: Tensor
        self.register_buffer("rows", rows, persistent=False)
        self.project = nn.Linear(rows.shape[1], width)
        self.own = nn.Embedding(shape.own + 1, width)
        self.text_in = nn.Linear(len(FEATURES), width)
        self.question_in = nn.Linear(len(QUESTION_FEATURES), width)
        self.first = nn.ModuleList([Block(width, d, led=False) for d in FIRST_DILATIONS])
        self.pool = nn.Linear(width, 1)
        self.align = nn.Linear(width, width, bias=False)
        self.near = nn.Parameter(torch.tensor(4.0))
        self.fuse = nn.Linear(3 * width + len(FEATURES), width)
        self.later = nn.ModuleList([Block(width, d, led=True) for d in LATER_DILATIONS])
        self.attention = SelfAttention(width)
        self.norm = nn.LayerNorm(width)
        self.heads = nn.Linear(width, 2)
        self.asked = nn.Linear(width, 2 * width)
        self.null_in = nn.Linear(2 * width, width)
        self.null_out = nn.Linear(width, 1)
        self.dropout = LockedDropout(0.15)
        nn.init.normal_(self.own.weight, std=0.02)
        nn.init.normal_(self.project.weight, std=0.02)

    def forward(self, batch: Batch) -> Outputs:
        """Read a batch."""
        question, text = self._look_up(batch)
        question = question + self.question_in(batch.question_rows)
        text = text + self.text_in(batch.text_rows)
        question, text = self.dropout(question), self.dropout(text)
        for block in self.first:
            question = block(question, batch.question_mask)
            text = block(text, batch.text_mask)
        away = ~batch.question_mask
        weights = self.pool(question).squeeze(-1).masked_fill(away, -1e4).softmax(dim=-1)
        asked = (weights[..., None] * question).sum(dim=1)
        scores = self.align(text) @ question.transpose(1, 2) / text.shape[-1] ** 0.5 + self.near * batch.near
        seen = scores.masked_fill(away[:, None, :], -1e4).softmax(dim=-1) @ question
        x = self.fuse(torch.cat([text, seen, text * seen, batch.text_rows], dim=-1))
        for number, block in enumerate(self.later):
            if number == len(self.later) - 2:
                x = self.attention(x, batch.text_mask)
            x = block(x, batch.text_mask, asked)
        return self._heads(self.norm(x), asked, batch.text_mask)

    def _heads(self, x: Tensor, asked: Tensor, mask: Tensor) -> Outputs:
        towards = self.asked(asked).view(len(asked), 2, -1) / x.shape[-1] ** 0.5
        both = (self.heads(x) + x @ towards.transpose(1, 2)).masked_fill(~mask[..., None], -1e4)
        top = x.masked_fill(~mask[..., None], -1e4).max(dim=1).values
        null = self.null_out(functional.relu(self.null_in(torch.cat([top, asked], dim=-1)))).squeeze(-1)
        return Outputs(both[..., 0], both[..., 1], null)

    def _look_up(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return what the pieces of question and text mean, each piece projected once."""
        asked = batch.question_ids.shape[1]
        both = torch.cat([batch.question_ids, batch.text_ids], dim=1)
        unique, inverse = torch.unique(both, return_inverse=True)
        own = self.own(unique.clamp(max=self.shape.own))
        projected = functional.embedding(inverse, self.project(self.rows[unique]) + own)
        return projected[:, :asked], projected[:, asked:]
