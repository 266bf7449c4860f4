"""Write the .pth files that tests/Llama3.Formats.Tests/Pth reads, and what torch reads from them.

    python3 scripts/make_pth_cases.py tests/Llama3.Formats.Tests/Pth/cases

torch 1.13 was used. cases.json maps file -> tensor -> shape, dtype and values (as float32, row-major). legacy.pth
comes out with other bytes on every run, because torch puts addresses into it.
"""
import argparse
import collections
import json
import math
import os
import zipfile

import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("folder", help="created if it does not exist")
folder = parser.parse_args().folder
cases = {}


def save(name, tensors, **options):
    torch.save(tensors, path(name), **options)
    describe(name)


def describe(name):
    """Record what torch reads from a file."""
    cases[name] = {
        key: {"shape": list(t.shape), "dtype": str(t.dtype).removeprefix("torch."), "values": values(t)}
        for key, t in torch.load(path(name)).items()
    }


def values(tensor):
    return [value if math.isfinite(value) else str(value).replace("inf", "Infinity") for value in tensor.detach().float().flatten().tolist()]


def path(name):
    return os.path.join(folder, name)


def rewrite(source, name, change=lambda entry, content: content, compression=zipfile.ZIP_STORED):
    """A copy of an archive with its entries changed or compressed."""
    with zipfile.ZipFile(path(source)) as old, zipfile.ZipFile(path(name), "w", compression) as new:
        for entry in old.namelist():
            new.writestr(zipfile.ZipInfo(entry), change(entry, old.read(entry)), compression)


class Malicious:
    def __reduce__(self):
        return os.system, ("touch llama3verify-was-here",)


def numbers(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(42))


os.makedirs(folder, exist_ok=True)
torch.manual_seed(42)
edges = torch.tensor([0.0, -0.0, 1.0, -1.5, 65504.0, 6e-8, 6.1e-5, float("inf"), -float("inf")])
by_type = {str(t).removeprefix("torch."): torch.cat([edges, numbers(3)]).to(t).reshape(3, 4) for t in (torch.bfloat16, torch.float16, torch.float32)}
save("types.pth", by_type)
rewrite("types.pth", "types_deflated.pth", compression=zipfile.ZIP_DEFLATED)
describe("types_deflated.pth")
for protocol in (3, 4, 5):
    save(f"protocol_{protocol}.pth", by_type, pickle_protocol=protocol)

base = numbers(5, 6).to(torch.bfloat16)
halves = numbers(4, 5, 2).half()
save("views.pth", collections.OrderedDict(
    whole=base, transposed=base.t(), row=base[3], column=base[:, 2], block=base[1:4, 2:5], every_second=base[::2, ::3],
    permuted=halves.permute(2, 0, 1), late=halves[3, 1:], one=base[2, 3]))
save("parameters.pth", torch.nn.Linear(3, 2, bias=True).state_dict())
save("nn_parameter.pth", {"weight": torch.nn.Parameter(numbers(2, 3)), "scale": numbers(4).to(torch.bfloat16)})
torch.save({"weight": numbers(3, 1).expand(3, 4)}, path("expanded.pth"))

torch.save({"weight": numbers(2, 2), "z": Malicious()}, path("malicious.pth"))
torch.save({"weight": numbers(2, 2), "z": Malicious()}, path("malicious_4.pth"), pickle_protocol=4)
torch.save({"weight": numbers(2, 2)}, path("legacy.pth"), _use_new_zipfile_serialization=False)
torch.save({"model": {"weight": numbers(2, 2)}}, path("nested.pth"))
torch.save({"steps": torch.tensor([1, 2])}, path("integers.pth"))
torch.save([numbers(2)], path("list.pth"))

rewrite("types.pth", "big_endian.pth")
with zipfile.ZipFile(path("big_endian.pth"), "a") as archive:
    archive.writestr(zipfile.ZipInfo("types/byteorder"), "big")
rewrite("types.pth", "bomb.pth", lambda entry, content: b"\0" * 3_000_000 if entry.endswith("/data/0") else content, zipfile.ZIP_DEFLATED)
rewrite("types.pth", "big_pickle.pth", lambda entry, content: b"N" * 3_000_000 if entry.endswith(".pkl") else content, zipfile.ZIP_DEFLATED)
rewrite("types.pth", "short_storage.pth", lambda entry, content: content[:-1] if entry.endswith("/data/0") else content)

with open(path("cases.json"), "w", encoding="ascii") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(tensors)}" for name, tensors in cases.items()) + "\n}\n")
