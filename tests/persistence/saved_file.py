"""The parts of a saved file, which tests change and write again."""

import json

from safetensors import safe_open
from safetensors.numpy import save_file

from skembed.files import tensor_digest


def read_parts(path):
    """Return the header, without the digest, the nodes, and the tensors."""
    with safe_open(path, "np") as file:
        header = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    del header["digest"]
    return header, json.loads(header["nodes"]), tensors


def write_parts(path, header, nodes, tensors):
    """Write nodes, or a text in their place, with the right digest if the header has none."""
    header = header | {"nodes": nodes if isinstance(nodes, str) else json.dumps(nodes)}
    save_file(tensors, path, {"digest": tensor_digest(header, tensors)} | header)
