"""Read consolidated.00.pth without loading it: each weight is a view of the mapped file.

PyTorch before 2.1 cannot map a checkpoint.
"""

import collections
import pickle
import zipfile
from collections.abc import Mapping

import numpy
import torch

LOAD = torch.load       # the capture replaces torch.load by `load`
TYPES = {"BFloat16Storage": torch.bfloat16, "FloatStorage": torch.float32}
# The functions that torch.save names for {name: tensor}; nothing else is called.
ALLOWED = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, shape, stride, *_: torch.as_strided(
        storage, shape, stride, offset
    ),
}
LOCAL_HEADER = 30       # bytes; the name and the extra field follow


class Weights(Mapping):
    """{name: tensor}, each converted to `dtype` when it is read. Only tensors in use take memory."""

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
    """The weights of a .pth file, in `dtype` or as they are stored. A compressed file is loaded into memory."""
    return Weights(LOAD(path) if is_compressed(path) else mapped(path), dtype)


def is_compressed(path):
    """Whether any entry of a .pth file is compressed, so that it cannot be mapped."""
    with zipfile.ZipFile(path) as archive:
        return any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist())


def mapped(path):
    """{name: tensor} of a .pth file that is not compressed, as views of the file."""
    with zipfile.ZipFile(path) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        descriptions = [name for name in entries if name.endswith("/data.pkl")]
        if len(descriptions) != 1:
            raise SystemExit(f"{path}: {len(descriptions)} entries named data.pkl, expected 1")
        with archive.open(descriptions[0]) as stream:
            return Unpickler(stream, path, entries, descriptions[0][:-len("data.pkl")]).load()


class Unpickler(pickle.Unpickler):
    """Builds tensors over mapped storages."""

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
        name = f"{self.prefix}data/{key}"
        size = torch.empty(0, dtype=dtype).element_size()
        entry = self.entries.get(name)
        if entry is None or entry.file_size != size * count:
            found = "missing" if entry is None else f"{entry.file_size} bytes"
            raise SystemExit(f"{self.path}: {name} is {found}, expected {size * count} bytes")
        numbers = numpy.memmap(
            self.path, dtype=f"i{size}", mode="c", offset=begin_of(self.path, entry), shape=(count,)
        )
        return torch.from_numpy(numbers).view(dtype)


def begin_of(path, entry):
    """The offset in the file at which the content of a stored entry begins."""
    with open(path, "rb") as stream:
        stream.seek(entry.header_offset)
        header = stream.read(LOCAL_HEADER)
    name, extra = (int.from_bytes(header[at:at + 2], "little") for at in (26, 28))
    return entry.header_offset + LOCAL_HEADER + name + extra
