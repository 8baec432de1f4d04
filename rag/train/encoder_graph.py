"""Writes an encoder as an ONNX graph, its weights as bytes: a fourth of their size."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from rag.train.pretrained import Pretrained

__all__ = ["save_graph"]

_EPSILON: Final = 1e-12
_OPSET: Final = 20
_IR: Final = 9


def save_graph(known: Pretrained, kept: NDArray[np.int64], out: Path) -> None:
    """Write an encoder with some of its pieces: `ids` (n,) in, the mean of its pieces as a unit vector out.

    The matrices are quantised by column, and what they are multiplied with as it comes (Zafrir et al.,
    2019); the rows of the vocabulary each by its largest number.
    """
    onnx.save(_Graph(known, kept).model(), out)


class _Graph:
    """Puts the graph together, one operation after another."""

    def __init__(self, known: Pretrained, kept: NDArray[np.int64]) -> None:
        self._known, self._kept = known, kept
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def model(self) -> Any:
        x = self._embedded()
        for number in range(self._known.shape.layers):
            x = self._layer(f"l{number}", x)
        mean = self._do("ReduceMean", x, self._constant("pieces", [0]), keepdims=0)
        self._nodes.append(helper.make_node("LpNormalization", [mean], ["vector"], axis=-1, p=2))
        given = [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n"])]
        size = self._known.shape.width
        said = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [size])]
        graph = helper.make_graph(self._nodes, "encoder", given, said, list(self._constants.values()))
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
        onnx.checker.check_model(made)
        return made

    def _embedded(self) -> str:
        rows = self._weights("emb.word", -1)[self._kept]
        scale = np.maximum(np.abs(rows).max(axis=1, keepdims=True) / 127, 1e-8).astype(np.float32)
        found = self._do("Gather", self._constant("word", np.rint(rows / scale).astype(np.int8)), "ids")
        of_each = self._do("Gather", self._constant("word.scale", scale), "ids")
        word = self._do("Mul", self._float(found), of_each)
        places = self._weights("emb.pos", -1) + self._weights("emb.type", -1)[:1]
        some = (self._constant("pos", places), self._constant("from", [0]), self._do("Shape", "ids"))
        return self._norm("emb.ln", self._do("Add", word, self._do("Slice", *some)))

    def _layer(self, name: str, x: str) -> str:
        width, _, heads, _ = self._known.shape
        split = self._constant("split", [-1, heads, width // heads])
        q, k, v = (self._do("Reshape", self._linear(f"{name}.{part}", x, width), split) for part in "qkv")
        q = self._do("Mul", q, self._constant("root", np.float32((width // heads) ** -0.5)))
        scores = self._do(
            "MatMul",
            self._do("Transpose", q, perm=[1, 0, 2]),
            self._do("Transpose", k, perm=[1, 2, 0]),
        )
        weights = self._do("Softmax", scores, axis=-1)
        seen = self._do("MatMul", weights, self._do("Transpose", v, perm=[1, 0, 2]))
        joined = self._do(
            "Reshape", self._do("Transpose", seen, perm=[1, 0, 2]), self._constant("join", [-1, width])
        )
        x = self._norm(f"{name}.aln", self._do("Add", x, self._linear(f"{name}.ao", joined, width)))
        raised = self._do("Gelu", self._linear(f"{name}.fi", x, self._known.shape.inner))
        return self._norm(f"{name}.oln", self._do("Add", x, self._linear(f"{name}.fo", raised, width)))

    def _linear(self, name: str, x: str, out: int) -> str:
        matrix = self._known.weights[f"{name}.w"].reshape(out, -1).T
        scale = (np.maximum(np.abs(matrix).max(axis=0), 1e-8) / 127).astype(np.float32)
        whole, whole_scale, zero = self._do_all("DynamicQuantizeLinear", [x], 3)
        columns = self._constant(f"{name}.w", np.rint(matrix / scale).astype(np.int8))
        sums = self._float(self._do("MatMulInteger", whole, columns, zero))
        back = self._do("Mul", whole_scale, self._constant(f"{name}.scale", scale))
        return self._do("Add", self._do("Mul", sums, back), self._weight(f"{name}.b"))

    def _norm(self, name: str, x: str) -> str:
        by, plus = self._weight(f"{name}.w"), self._weight(f"{name}.b")
        return self._do("LayerNormalization", x, by, plus, axis=-1, epsilon=_EPSILON)

    def _float(self, x: str) -> str:
        return self._do("Cast", x, to=TensorProto.FLOAT)

    def _weights(self, name: str, rows: int) -> NDArray[np.float32]:
        return self._known.weights[name].reshape(rows, self._known.shape.width)

    def _weight(self, name: str) -> str:
        return self._constant(name, self._known.weights[name])

    def _constant(self, name: str, value: NDArray[Any] | np.float32 | Sequence[int]) -> str:
        array = np.asarray(value, dtype=np.int64 if isinstance(value, list) else None)
        self._constants.setdefault(name, numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def _do(self, kind: str, *given: str, **settings: Any) -> str:
        return self._do_all(kind, given, 1, **settings)[0]

    def _do_all(self, kind: str, given: Sequence[str], outputs: int, **settings: Any) -> list[str]:
        names = [f"{len(self._nodes)}.{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(given), names, **settings))
        return names
