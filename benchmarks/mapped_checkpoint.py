"""Meta's checkpoint as PyTorch tensors over the mapped file: nothing is copied, so that several programs share the page cache."""

import collections
import json
import os
import pickle
import struct
import zipfile

import numpy
import torch

LOCAL_HEADER = struct.Struct("<26xHH")      # the lengths of name and extra field, after which the data begin


def load(folder):
    """(params, weights) of a checkpoint whose entries are stored, not compressed."""
    with open(os.path.join(folder, "params.json"), encoding="utf-8") as stream:
        params = json.load(stream)
    return params, weights_of(os.path.join(folder, "consolidated.00.pth"))


def weights_of(path):
    """{name: tensor} of a .pth file."""
    mapped = numpy.memmap(path, dtype=numpy.uint8, mode="c")
    with zipfile.ZipFile(path) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        pickled = next(name for name in entries if name.endswith("/data.pkl"))
        folder = pickled[: -len("data.pkl")]

        def storage(key):
            entry = entries[f"{folder}data/{key}"]
            if entry.compress_type != zipfile.ZIP_STORED:
                raise SystemExit(f"{path}: {entry.filename} is compressed, expected stored entries")
            name, extra = LOCAL_HEADER.unpack_from(mapped, entry.header_offset)
            start = entry.header_offset + LOCAL_HEADER.size + name + extra
            return torch.frombuffer(mapped, dtype=torch.bfloat16, offset=start, count=entry.file_size // 2)

        with archive.open(pickled) as stream:
            return Reader(stream, storage).load()


class Reader(pickle.Unpickler):
    """Reads data.pkl, and nothing but dictionaries of bfloat16 tensors."""

    def __init__(self, stream, storage):
        super().__init__(stream)
        self.storage = storage

    def persistent_load(self, pid):
        return self.storage(pid[2])

    def find_class(self, module, name):
        known = {
            ("collections", "OrderedDict"): collections.OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): tensor_over,
            ("torch", "BFloat16Storage"): torch.bfloat16,
        }
        return known[module, name]


def tensor_over(storage, offset, size, stride, *_):
    """What torch._utils._rebuild_tensor_v2 makes."""
    return storage.as_strided(size, stride, offset)
