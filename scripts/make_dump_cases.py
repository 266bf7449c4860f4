"""Write the dumps that tests/Llama3.Formats.Tests/Dumps reads, and the values that they hold.

    python3 scripts/make_dump_cases.py tests/Llama3.Formats.Tests/Dumps/cases

numpy 1.24 and torch 1.13 were used. expected.json maps dump -> tensor -> dtype in the file, shape, and values in
row-major order: floating dtypes as float32, complex dtypes as pairs of float32.
"""
import argparse
import collections
import json
import math
import os
import struct
import warnings

import numpy
import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("folder", help="created if it does not exist")
folder = parser.parse_args().folder
expected = {}

EDGES = [0.0, -0.0, 1.0, -1.5, 0.1, math.inf, -math.inf, math.nan]
DOUBLES = EDGES + [5e-324, 1e-46, 1e-45, -1e-40, 3.4028234e38, 3.4028235677973366e38, -1e300, 1 + 2**-24, 1 + 3 * 2**-24, math.pi]
SINGLES = EDGES + [1e-45, -1.1e-38, 1.17549435e-38, 3.4028235e38, -3.4028235e38, math.pi, 1e-7, 16777217.0]
HALVES = EDGES + [6e-8, -6.1e-5, 6.104e-5, 65504.0, -65504.0, 1e-7, math.pi, 2049.0]
NUMPY = {
    "F64": numpy.array(DOUBLES, "<f8").reshape(2, 9),
    "F32": numpy.array(SINGLES, "<f4").reshape(2, 2, 4),
    "F16": numpy.array(HALVES, "<f2").reshape(4, 4),
    "C64": numpy.array([1 + 2j, complex(math.inf, -0.0), complex(-1e-45, math.nan)], "<c8"),
    "C128": numpy.array([[0.1 - 0.2j, complex(1e300, 5e-324)]], "<c16"),
    "BOOL": numpy.array([[True, False, True]]),
    "U64": numpy.array([0, 1, 2**63 - 1], "<u8"),
}
for bits in (8, 16, 32, 64):
    NUMPY[f"I{bits}"] = numpy.array([[-(2 ** (bits - 1)), -1], [0, 2 ** (bits - 1) - 1]], f"i{bits // 8}")
    NUMPY.setdefault(f"U{bits}", numpy.array([0, 1, 2**bits - 1], f"u{bits // 8}"))
SHAPES = {
    "scalar": ("F32", numpy.array(-2.5, "<f4")),
    "integer": ("I64", numpy.array(42, "<i8")),
    "pair": ("C64", numpy.array(3 - 4j, "<c8")),
    "empty": ("F16", numpy.zeros((2, 0, 3), "<f2")),
    "no integers": ("I32", numpy.zeros((0, 4), "<i4")),
    "Größe/秒": ("F32", numpy.arange(3, dtype="<f4")),
}


def values(array):
    if array.dtype.kind == "c":
        array = numpy.stack([array.real, array.imag], -1)
    if array.dtype.kind != "f":
        return array.astype("<i8").flatten().tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # values beyond float32 become infinity
        return [texts(value) for value in array.astype("<f4").flatten().tolist()]


def texts(value):
    return value if math.isfinite(value) else str(value).replace("nan", "NaN").replace("inf", "Infinity")


def describe(dump, name, dtype, shape, numbers):
    expected.setdefault(dump, {})[name] = {"dtype": dtype, "shape": list(shape), "values": numbers}


def path(*names):
    return os.path.join(folder, *names)


def write(name, content):
    with open(path(name), "wb") as file:
        file.write(content)


def bfloat16():
    """(name, dtype, shape, bytes, values) of bfloat16, the only dtype that numpy lacks."""
    tensor = torch.tensor(SINGLES).to(torch.bfloat16).reshape(4, 4)
    raw = bytes(tensor.view(torch.int16).numpy().tobytes())
    return "BF16", "BF16", tensor.shape, raw, [texts(value) for value in tensor.float().flatten().tolist()]


def tensors():
    for name, (dtype, array) in {**{name: (name, array) for name, array in NUMPY.items()}, **SHAPES}.items():
        yield name, dtype, array.shape, array.tobytes(), values(array)
    yield bfloat16()


def safetensors():
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, dtype, shape, raw, numbers in tensors():
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
        describe("types.safetensors", name, dtype, shape, numbers)
    text = json.dumps(header).encode()
    write("types.safetensors", struct.pack("<Q", len(text)) + text + data)


def npy():
    os.makedirs(path("npy"), exist_ok=True)
    arrays = {**{name: (name, array) for name, array in NUMPY.items()}, **SHAPES}
    del arrays["Größe/秒"]
    for name, (dtype, array) in arrays.items():
        numpy.save(path("npy", f"{name}.npy"), array)
        describe("npy", name, dtype, array.shape, values(array))
    for version in (2, 3):
        with open(path("npy", f"version {version}.npy"), "wb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old versions of numpy cannot read it
            numpy.lib.format.write_array(file, NUMPY["F32"], version=(version, 0))
        describe("npy", f"version {version}", "F32", NUMPY["F32"].shape, values(NUMPY["F32"]))


def raw_files():
    os.makedirs(path("raw"), exist_ok=True)
    manifest = {}
    for name, dtype, shape, raw, numbers in tensors():
        entry = {"shape": list(shape)}
        if dtype != "F32":
            entry["dtype"] = dtype.lower()
        if "/" in name:
            entry["file"] = "weights.bin"
        write(f"raw/{entry.get('file', f'{name}.{dtype.lower()}')}", raw)
        manifest[name] = entry
        describe("raw", name, dtype, shape, numbers)
    write("raw/manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False).encode())


# Enough of them for archives, which have a header of their own for each.
ARCHIVED = ("F64", "F32", "F16", "C64", "BOOL", "I64", "I32", "U8", "scalar", "integer", "empty")


def archived():
    for name, dtype, shape, _, numbers in tensors():
        if name in ARCHIVED:
            yield name, dtype, shape, (NUMPY.get(name) if name in NUMPY else SHAPES[name][1]), numbers


def npz():
    for file, save in (("stored.npz", numpy.savez), ("deflated.npz", numpy.savez_compressed)):
        save(path(file), **{name: array for name, _, _, array, _ in archived()})
        for name, dtype, shape, _, numbers in archived():
            describe(file, name, dtype, shape, numbers)


def torch_files():
    """types.pt has each in a storage of its own, views.pt shows parts of larger ones, in dictionaries within dictionaries."""
    dump = {name: torch.from_numpy(array.copy()) for name, _, _, array, _ in archived()}
    dump["BF16"] = torch.tensor(SINGLES).to(torch.bfloat16).reshape(4, 4)
    torch.save({**dump, "a text": "text", "nothing": None, "yes": True}, path("types.pt"))
    for name, dtype, shape, _, numbers in archived():
        describe("types.pt", name, dtype, shape, numbers)
    name, dtype, shape, _, numbers = bfloat16()
    describe("types.pt", name, dtype, shape, numbers)

    table, row = torch.arange(12.0).reshape(3, 4), torch.arange(-5, 5)
    pair = torch.complex(table, -table)
    prompt = collections.OrderedDict({"transposed": table.T, "columns": table[:, 1:3], "tokens": row[3:6], "whole": 42, "list": (1, 2.5)})
    decode = [{"last": row[-1]}, {"every second": pair[::2, 1::2]}]
    torch.save({"prompt": prompt, "decode": decode, "layers": {3: {"x": torch.nn.Parameter(table[2])}}}, path("views.pt"))
    whole = numpy.array(42), numpy.array([1, 2.5])
    for name, dtype, tensor in (
        ("transposed", "F32", table.T), ("columns", "F32", table[:, 1:3]), ("tokens", "I64", row[3:6]), ("whole", "I64", torch.tensor(whole[0])),
        ("list", "F32", torch.tensor(whole[1])), ("decode.0.last", "I64", row[-1]),
        ("decode.1.every second", "C64", pair[::2, 1::2]), ("layers.3.x", "F32", table[2]),
    ):
        describe("views.pt", name, dtype, tensor.shape, values(tensor.resolve_conj().numpy()))


GGML_TYPES = {"F32": 0, "F16": 1, "BF16": 30, "I8": 24, "I16": 25, "I32": 26, "I64": 27}


def gguf():
    """As the package gguf writes it, which asks for an architecture. It has no tensors without dimensions."""
    def text(string):
        return struct.pack("<Q", len(string)) + string.encode()

    entries, data = b"", b""
    chosen = [tensor for tensor in tensors() if tensor[0] in GGML_TYPES]
    for name, dtype, shape, raw, numbers in chosen:
        entries += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *reversed(shape), GGML_TYPES[dtype], len(data))
        data += raw + bytes(-len(raw) % 32)
        describe("types.gguf", name, dtype, shape, numbers)
    header = b"GGUF" + struct.pack("<IQQ", 3, len(chosen), 1) + text("general.architecture") + struct.pack("<I", 8) + text("llama") + entries
    write("types.gguf", header + bytes(-len(header) % 32) + data)


def raw_files_with_shapes():
    os.makedirs(path("shapes"), exist_ok=True)
    for name, dtype, shape, raw, numbers in tensors():
        if name not in ("F32", "F16", "BF16", "I64", "I32", "scalar", "integer"):
            continue
        extension = {"F32": "f32", "scalar": "raw", "I32": "i32"}.get(name, "bin")
        about = {"shape": list(shape)} if extension != "bin" else {"shape": list(shape), "dtype": dtype.lower()}
        write(f"shapes/{name}.{extension}", raw)
        write(f"shapes/{name}.json", json.dumps(about).encode())
        describe("shapes", name, dtype, shape, numbers)


def passes():
    for folder_name, prefix in (("prompt", ""), ("decode.0", "decode.0."), ("run.1/decode.0", "run.1.decode.0.")):
        os.makedirs(path("passes", folder_name), exist_ok=True)
        array = numpy.arange(len(prefix), len(prefix) + 3)
        numpy.save(path("passes", folder_name, "tokens.npy"), array)
        describe("passes", f"{prefix}tokens", "I64", array.shape, values(array))


def nested(array):
    return [nested(part) for part in array] if array.ndim else texts(array.item())


def json_lists():
    dump = {}
    arrays = {name: NUMPY[name] for name in ("F32", "F64", "I64", "U32")}
    # Python rounds to float64 and then to float32. Without these three values, the result equals rounding once.
    arrays["F64"] = numpy.setdiff1d(NUMPY["F64"], [3.4028235677973366e38, 1 + 2**-24, 1 + 3 * 2**-24]).reshape(2, 7)
    for name, array in arrays.items():
        dtype = "F32" if array.dtype.kind == "f" else "I64"
        dump[f"{name} nested"] = nested(array)
        dump[f"{name} flat"] = {"shape": list(array.shape), "data": [texts(value) for value in array.flatten().tolist()]}
        describe("lists.json", f"{name} nested", dtype, array.shape, values(array))
        describe("lists.json", f"{name} flat", dtype, array.shape, values(array))
    for name, dtype, value in (("number", "F32", 2.5), ("whole", "I64", -7), ("nothing", "F32", []), ("rows", "F32", [[], []])):
        array = numpy.array(value)
        dump[name] = value
        describe("lists.json", name, dtype, array.shape, array.flatten().tolist())
    write("lists.json", json.dumps(dump, allow_nan=False).encode())


os.makedirs(folder, exist_ok=True)
for make in (safetensors, npy, raw_files, npz, torch_files, gguf, raw_files_with_shapes, passes, json_lists):
    make()
write("expected.json", json.dumps(expected, ensure_ascii=False, allow_nan=False).encode())
