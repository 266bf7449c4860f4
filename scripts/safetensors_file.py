"""Write and read `.safetensors` files (https://github.com/huggingface/safetensors#format)."""

import json
import os
import struct

import torch

import goldens

DTYPES = {
    torch.bfloat16: "BF16",
    torch.float32: "F32",
    torch.complex64: "C64",
    torch.int64: "I64",
}


def write(path, tensors, metadata):
    """Write {name: tensor}. Names keep their order; data is sorted from wide types to narrow types.

    That order keeps every tensor aligned to the size of its elements.
    """
    by_width = sorted(tensors, key=lambda name: -tensors[name].element_size())
    offsets, end = {}, 0
    for name in by_width:
        start, end = end, end + tensors[name].numel() * tensors[name].element_size()
        offsets[name] = [start, end]
    header = {"__metadata__": metadata}
    for name, tensor in tensors.items():
        header[name] = {
            "dtype": DTYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": offsets[name],
        }
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)
    with open(path, "wb") as stream:
        stream.write(struct.pack("<Q", len(encoded)))
        stream.write(encoded)
        for name in by_width:
            stream.write(goldens.raw_bytes(tensors[name]))


def read(path):
    """{name: tensor} of a file."""
    try:
        with open(path, "rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            header = json.loads(stream.read(length))
            data = stream.read()
        header.pop("__metadata__", None)
        return {name: tensor_of(entry, data) for name, entry in header.items()}
    except (OSError, OverflowError, ValueError, KeyError, RuntimeError, struct.error) as error:
        raise SystemExit(f"{path}: cannot be read: {error!r}") from error


def tensor_of(entry, data):
    """The tensor that an entry of the header describes."""
    dtypes = {text: dtype for dtype, text in DTYPES.items()}
    start, end = entry["data_offsets"]
    raw = torch.frombuffer(bytearray(data[start:end]), dtype=dtypes[entry["dtype"]])
    return raw.view(entry["shape"])


def read_goldens(folder, precision):
    """{name: tensor} of the article's goldens, finer points included."""
    files = [os.path.join(folder, f"{case}.{precision}.safetensors") for case in ("article", "finer")]
    return {name: tensor for path in files for name, tensor in read(path).items()}
