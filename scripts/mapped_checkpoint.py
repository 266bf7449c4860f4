"""Read consolidated.00.pth without loading it: weights are views of the file, widened when they are asked for.

PyTorch before 2.1 cannot map a checkpoint. One whose entries are compressed is loaded as usual.
"""

import collections
import pickle
import zipfile
from collections.abc import Mapping

import numpy
import torch

LOAD = torch.load       # which the capture replaces by `load`
TYPES = {"BFloat16Storage": torch.bfloat16, "FloatStorage": torch.float32}
# What torch.save writes for {name: tensor}; nothing else is called.
ALLOWED = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, shape, stride, *_: torch.as_strided(
        storage, shape, stride, offset
    ),
}
LOCAL_HEADER = 30       # bytes, before the name and the extra field


class Weights(Mapping):
    """{name: tensor} in one dtype. Only what is in use takes memory."""

    def __init__(self, stored, dtype=None):
        self.stored, self.dtype = stored, dtype

    def __getitem__(self, name):
        weight = self.stored[name]
        return weight if self.dtype is None else weight.to(self.dtype)

    def __iter__(self):
        return iter(self.stored)

    def __len__(self):
        return len(self.stored)


def load(path, dtype=None):
    """The weights of a .pth file; in `dtype`, or as they are stored."""
    with zipfile.ZipFile(path) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries.values()):
            return Weights(LOAD(path), dtype)
        (description,) = [name for name in entries if name.endswith("/data.pkl")]
        with archive.open(description) as stream:
            stored = Unpickler(stream, path, entries, description[:-len("data.pkl")]).load()
    return Weights(stored, dtype)


class Unpickler(pickle.Unpickler):
    """Builds tensors on storages that are mapped."""

    def __init__(self, stream, path, entries, prefix):
        super().__init__(stream)
        self.path, self.entries, self.prefix = path, entries, prefix

    def find_class(self, module, name):
        if module == "torch" and name in TYPES:
            return TYPES[name]
        if (module, name) not in ALLOWED:
            raise SystemExit(f"{self.path}: data.pkl names {module}.{name}, which no checkpoint of tensors needs")
        return ALLOWED[module, name]

    def persistent_load(self, reference):
        _, dtype, key, _, count = reference
        entry = self.entries[f"{self.prefix}data/{key}"]
        size = torch.empty(0, dtype=dtype).element_size()
        numbers = numpy.memmap(
            self.path, dtype=f"i{size}", mode="c", offset=begin_of(self.path, entry), shape=(count,)
        )
        return torch.from_numpy(numbers).view(dtype)


def begin_of(path, entry):
    """Where the content of a stored entry begins."""
    with open(path, "rb") as stream:
        stream.seek(entry.header_offset)
        header = stream.read(LOCAL_HEADER)
    name, extra = (int.from_bytes(header[at:at + 2], "little") for at in (26, 28))
    return entry.header_offset + LOCAL_HEADER + name + extra
