"""The network as an ONNX graph, in whole numbers of eight bits or in floats: six layers of attention, then the mean.

Whole numbers are a quarter of the size and twice as fast. Each token has its own scale, so a text gets the same point
whatever is encoded with it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from onnx import ModelProto, NodeProto, TensorProto

LAYERS = 6
WIDTH = 384
_HEADS = 12
_EPSILON = 1e-12
_OPSET = 17
# Seven bits: processors without VNNI add two products in sixteen, and eight would overflow there.
_LARGEST_WEIGHT = 63
_MIDDLE = 128


class Graph:
    """Collects nodes and constants; each method returns the name of its result."""

    def __init__(self, weights: Mapping[str, "np.ndarray"], *, is_quantised: bool) -> None:
        self._weights = weights
        self._is_quantised = is_quantised
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, TensorProto] = {}

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        from onnx import helper

        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def constant(self, name: str, value: "np.ndarray") -> str:
        from onnx import numpy_helper

        self.constants.setdefault(name, numpy_helper.from_array(value, name))
        return name

    def number(self, value: float, kind: str = "float32") -> str:
        import numpy as np

        return self.constant(f"{kind}:{value}", np.array(value, dtype=kind))

    def shape(self, *sizes: int) -> str:
        import numpy as np

        return self.constant(f"shape:{sizes}", np.array(sizes, dtype=np.int64))

    def weight(self, name: str) -> str:
        return self.constant(name, self._weights[name])

    def rows_of(self, name: str, places: str) -> str:
        """Rows of a table of embeddings."""
        if not self._is_quantised:
            return self.op("Gather", self.weight(name), places)
        import numpy as np

        table = self._weights[name]
        scale = (np.abs(table).max(axis=1, keepdims=True) / 127).astype(np.float32)
        small = self.constant(f"{name}:small", np.round(table / np.maximum(scale, 1e-12)).astype(np.int8))
        found = self.op("Cast", self.op("Gather", small, places), to=1)
        return self.op("Mul", found, self.op("Gather", self.constant(f"{name}:scale", scale), places))

    def dense(self, x: str, names: list[str]) -> str:
        """`x` through one layer, or through several side by side."""
        import numpy as np

        matrix = np.concatenate([self._weights[f"{name}.weight"] for name in names]).T
        bias = self.constant(f"{names[0]}:bias", np.concatenate([self._weights[f"{name}.bias"] for name in names]))
        if not self._is_quantised:
            return self.op("Add", self.op("MatMul", x, self.constant(names[0], np.ascontiguousarray(matrix))), bias)
        scale = np.abs(matrix).max(axis=0) / _LARGEST_WEIGHT
        whole = self.constant(f"{names[0]}:whole", np.round(matrix / scale).astype(np.int8))
        small, token_scale = self._whole(x)
        product = self.op("Cast", self.op("MatMulInteger", small, whole, self.number(_MIDDLE, "uint8")), to=1)
        product = self.op("Mul", product, self.constant(f"{names[0]}:scale", scale.astype(np.float32)))
        return self.op("Add", self.op("Mul", product, token_scale), bias)

    def normed(self, x: str, name: str) -> str:
        return self.op(
            "LayerNormalization",
            x,
            self.weight(f"{name}.weight"),
            self.weight(f"{name}.bias"),
            axis=-1,
            epsilon=_EPSILON,
        )

    def _whole(self, x: str) -> tuple[str, str]:
        """Each token in eight bits, and the scale that brings it back."""
        largest = self.op("ReduceMax", self.op("Abs", x), axes=[-1], keepdims=1)
        scale = self.op("Div", self.op("Max", largest, self.number(1e-9)), self.number(127.0))
        shifted = self.op("Add", self.op("Round", self.op("Div", x, scale)), self.number(float(_MIDDLE)))
        return self.op("Cast", shifted, to=2), scale


def build(weights: Mapping[str, "np.ndarray"], *, is_quantised: bool) -> "ModelProto":
    """Inputs `tokens` and `mask` (texts × tokens, int64), output `points` (texts × 384, unit length)."""
    from onnx import TensorProto, checker, helper

    graph = Graph(weights, is_quantised=is_quantised)
    x = _embedded(graph)
    mask = graph.op("Cast", "mask", to=TensorProto.FLOAT)
    hidden = graph.op("Unsqueeze", graph.op("Sub", mask, graph.number(1.0)), graph.shape(1, 2))
    penalty = graph.op("Mul", hidden, graph.number(1e9))
    for number in range(LAYERS):
        x = _layer(graph, x, penalty, f"encoder.layer.{number}")
    _pooled(graph, x, mask)
    size = ["texts", "tokens"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info(name, TensorProto.INT64, size) for name in ("tokens", "mask")],
            [helper.make_tensor_value_info("points", TensorProto.FLOAT, ["texts", WIDTH])],
            list(graph.constants.values()),
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=8,
    )
    checker.check_model(model)
    return model


def _embedded(graph: Graph) -> str:
    length = graph.op("Gather", graph.op("Shape", "tokens"), graph.number(1, "int64"))
    positions = graph.op("Range", graph.number(0, "int64"), length, graph.number(1, "int64"))
    kind = graph.op("Gather", graph.weight("embeddings.token_type_embeddings.weight"), graph.number(0, "int64"))
    x = graph.op("Add", graph.rows_of("embeddings.word_embeddings.weight", "tokens"), kind)
    x = graph.op("Add", x, graph.op("Gather", graph.weight("embeddings.position_embeddings.weight"), positions))
    return graph.normed(x, "embeddings.LayerNorm")


def _layer(graph: Graph, x: str, penalty: str, name: str) -> str:
    attention = f"{name}.attention.self"
    together = graph.dense(x, [f"{attention}.{part}" for part in ("query", "key", "value")])
    # texts × tokens × (3 · heads · size) → 3 × (texts × heads × tokens × size)
    split = graph.op("Reshape", together, graph.shape(0, 0, 3, _HEADS, WIDTH // _HEADS))
    query, key, value = (graph.op("Gather", split, graph.number(part, "int64"), axis=2) for part in range(3))
    likeness = graph.op(
        "MatMul", graph.op("Transpose", query, perm=[0, 2, 1, 3]), graph.op("Transpose", key, perm=[0, 2, 3, 1])
    )
    likeness = graph.op("Mul", likeness, graph.number((WIDTH // _HEADS) ** -0.5))
    attended = graph.op("Softmax", graph.op("Add", likeness, penalty), axis=-1)
    mixed = graph.op("MatMul", attended, graph.op("Transpose", value, perm=[0, 2, 1, 3]))
    joined = graph.op("Reshape", graph.op("Transpose", mixed, perm=[0, 2, 1, 3]), graph.shape(0, 0, WIDTH))
    x = graph.normed(
        graph.op("Add", graph.dense(joined, [f"{name}.attention.output.dense"]), x),
        f"{name}.attention.output.LayerNorm",
    )
    inner = _gelu(graph, graph.dense(x, [f"{name}.intermediate.dense"]))
    return graph.normed(graph.op("Add", graph.dense(inner, [f"{name}.output.dense"]), x), f"{name}.output.LayerNorm")


def _gelu(graph: Graph, x: str) -> str:
    normal = graph.op("Add", graph.op("Erf", graph.op("Div", x, graph.number(2**0.5))), graph.number(1.0))
    return graph.op("Mul", graph.op("Mul", x, normal), graph.number(0.5))


def _pooled(graph: Graph, x: str, mask: str) -> None:
    """The mean over real tokens, at unit length."""
    from onnx import helper

    weights = graph.op("Unsqueeze", mask, graph.shape(-1))
    total = graph.op("ReduceSum", graph.op("Mul", x, weights), graph.shape(1), keepdims=0)
    graph.nodes.append(helper.make_node("LpNormalization", [total], ["points"], axis=-1, p=2))
