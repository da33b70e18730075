"""A small sentence encoder, in the files in which such are published."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

WORDS = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "sun", "sea", "rain", "wind"]
TABLE = np.array(
    [[9, 9], [1, 0], [0, 1], [0, 0], [4, 0], [2, 2], [-4, 0], [-2, 2]], dtype=np.float32
)


def write_tokenizer(path):
    tokenizer = Tokenizer(models.WordLevel(dict(zip(WORDS, range(8), strict=True)), "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    tokenizer.enable_padding(length=16)  # as in published files; it must not matter
    tokenizer.save(str(path))


def write_network(path, inputs=("input_ids", "attention_mask"), table=TABLE, output="steps"):
    """Write a network that looks the pieces up in a table."""
    shape = ["texts", "steps"]
    values = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in inputs]
    nodes = [helper.make_node("Gather", ["table", inputs[0]], ["steps"])]
    if output == "sentence":
        axes = numpy_helper.from_array(np.array([1]), "axes")
        nodes.append(helper.make_node("ReduceSum", ["steps", "axes"], [output], keepdims=0))
    sizes = ["texts", "steps", 2] if output == "steps" else ["texts", 2]
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, sizes)]
    constants = [numpy_helper.from_array(table, "table")]
    constants += [axes] if output == "sentence" else []
    graph = helper.make_graph(nodes, "encoder", values, outputs, constants)
    opset = [helper.make_opsetid("", 20)]
    onnx.save_model(helper.make_model(graph, opset_imports=opset, ir_version=9), path)
