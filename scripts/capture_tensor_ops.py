#!/usr/bin/env python3
"""Write what PyTorch computes for the operations of src/Llama3.Tensors: the expectations of its tests.

    python3 scripts/capture_tensor_ops.py > tests/Llama3.Tensors.Tests/torch-values.json

Run once, with torch 1.13, not by users. Each line is a case: the operation, its inputs, its arguments, its outputs.

bfloat16 is canonical: the operation runs in float32 and the result is rounded once. (The CPU kernels of torch 1.13 round
some bfloat16 operations twice, depending on the size.) Conversions float32 -> bfloat16 are torch's own.
"""
import json
import math

import torch

torch.manual_seed(2983)
nan, inf = float("nan"), float("inf")
cases = []


def number(value):
    """The number with the fewest digits that gives the same float32: nine significant digits at most."""
    if isinstance(value, int):
        return value
    if not math.isfinite(value):
        return str(value)
    short = (float(f"%.{digits}g" % value) for digits in range(1, 10))
    same = next(text for text in short if torch.tensor(text).item() == value)
    return int(same) if same and same.is_integer() and abs(same) < 1e9 else same


def encode(t):
    values = torch.view_as_real(t) if t.is_complex() else t
    if values.dtype == torch.bfloat16:
        values = values.float()
    names = {torch.float32: "Float32", torch.bfloat16: "BFloat16", torch.int64: "Int64", torch.complex64: "ComplexFloat32"}
    return {"dtype": names[t.dtype], "shape": list(t.shape), "values": [number(v) for v in values.reshape(-1).tolist()]}


def case(op, function, *inputs, args=()):
    outputs = function(*inputs)
    outputs = outputs if isinstance(outputs, (tuple, list)) else [outputs]
    shapes = " x ".join(f"{str(t.dtype)[6:].replace('bfloat', 'bf')}{list(t.shape)}" for t in inputs)
    cases.append({
        "name": f"{len(cases):03} {op} {shapes} {list(args) or ''}".strip().replace("None", "null"),
        "op": op,
        "inputs": [encode(t) for t in inputs],
        "args": list(args),
        "outputs": [encode(t) for t in outputs],
    })


def both(op, function, *inputs, args=()):
    """Add the case in float32, and canonically in bfloat16."""
    case(op, function, *inputs, args=args)
    halves = [t.to(torch.bfloat16) if t.is_floating_point() else t for t in inputs]

    def canonical(*halves):
        result = function(*[t.float() if t.dtype == torch.bfloat16 else t for t in halves])
        results = result if isinstance(result, (tuple, list)) else [result]
        return [r.to(torch.bfloat16) if r.is_floating_point() else r for r in results]

    case(op, canonical, *halves, args=args)


def randn(*shape):
    """Random multiples of 1/64: they have few digits, but their sums and products are still rounded."""
    return (torch.randn(*shape) * 64).round() / 64


specials = torch.tensor([0.0, -0.0, 1.0, -1.0, nan, inf, -inf, 1e-40, -1e-45, 3.3e38, -3.3e38, 0.5, 80.0, -80.0, 1e-20, 2.5, 7.0])

# conversion
ties = torch.tensor([1 + k / 256 for k in range(-3, 4)] + [1 + 1 / 256 + 1e-6, 1 + 3 / 256 - 1e-6])
largest = torch.tensor([3.3895314e38, 3.3961775e38, 3.3961777e38, 3.4028235e38])
for t in (specials, ties, -ties, largest, torch.randn(67) * 10 ** torch.linspace(-40, 38, 67), torch.zeros(0), torch.zeros(0, 3)):
    case("to_type", lambda t: t.to(torch.bfloat16), t, args=["BFloat16"])
case("to_type", lambda t: t.to(torch.int64), torch.tensor([0.0, -0.9, 2.999, -7.5, 128255.0]), args=["Int64"])
case("to_type", lambda t: t.float(), torch.tensor([0, -3, 16777217, 2**62]), args=["Float32"])
case("to_type", lambda t: t.float().to(torch.bfloat16), torch.tensor([0, -3, 257, 128255]), args=["BFloat16"])
case("to_type", lambda t: t.to(torch.complex64), randn(3), args=["ComplexFloat32"])

# elementwise
binary = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b}
for op, function in binary.items():
    both(op, function, randn(3, 7), randn(3, 7))
    both(op, function, randn(3, 7), randn(7))
    both(op, function, randn(3, 1, 7), randn(7, 1))
    both(op, function, specials, specials.flip(0))
    both(op, function, torch.zeros(0, 3), randn(3))
    case(op, function, torch.tensor([7, -8, 3]), torch.tensor([[2], [3]]))
    case(op, function, torch.tensor([7, -8, 3]), randn(3))
    case(op, function, randn(3, 7).to(torch.bfloat16), randn(7))
    case(op, lambda a, b: function(a.float(), b).to(torch.bfloat16), randn(7).to(torch.bfloat16), torch.tensor(1.1))
    case(op, function, randn(7), torch.tensor(3))
    for number_ in (3, 1.1):
        both(op + "_scalar", lambda a: function(a, number_), randn(7), args=[number_])
        case(op + "_scalar", lambda a: function(a, number_), torch.tensor([7, -8, 3]), args=[number_])
case("scalar_sub", lambda a: 1.5 - a, randn(7), args=[1.5])
case("scalar_div", lambda a: 1.0 / a, specials, args=[1.0])
case("scalar_div", lambda a: 3.0 / a, randn(17), args=[3.0])
halves = randn(17).to(torch.bfloat16)
case("scalar_div", lambda a: (3.0 * a.float().reciprocal().to(torch.bfloat16).float()).to(torch.bfloat16), halves, args=[3.0])
z = torch.view_as_complex(randn(3, 7, 2))
case("mul", binary["mul"], z, torch.view_as_complex(randn(7, 2)))
case("mul", binary["mul"], z, torch.view_as_complex(randn(3, 1, 2)))
case("mul", binary["mul"], randn(7), z)
case("mul", binary["mul"], torch.tensor([2, 3, 4]), torch.view_as_complex(randn(3, 2)))
case("add", binary["add"], z, randn(7))
case("sub", binary["sub"], z, z[0])
case("mul_scalar", lambda a: a * 2.5, z, args=[2.5])

unary = {"abs": torch.abs, "exp": torch.exp, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt, "cos": torch.cos, "sin": torch.sin,
         "neg": torch.neg, "silu": torch.nn.functional.silu, "reciprocal": torch.reciprocal}
for op, function in unary.items():
    for t in (randn(17) * 3, specials, torch.zeros(0)):
        both(op, function, t)
for op in ("cos", "sin"):
    case(op, unary[op], torch.linspace(-8191, 8191, 67))
for op in ("abs", "neg", "exp"):
    case(op, unary[op], torch.tensor([3, -4, 0]))
for exponent in (2, 3, 0.5, -0.5, -1, 0, 1.75):
    both("pow", lambda a: a.pow(exponent), torch.cat([randn(7) * 3, specials]), args=[exponent])
case("pow", lambda a: a.pow(0.5), torch.tensor([4, 9, 2]), args=[0.5])
case("pow_tensor", torch.pow, randn(3, 7).abs(), randn(7))
case("scalar_pow", lambda a: torch.pow(10000.0, a), torch.arange(0, 17) / 17, args=[10000.0])
case("scalar_pow", lambda a: torch.pow(500000.0, a), torch.arange(0, 64) / 64, args=[500000.0])
case("scalar_pow", lambda a: torch.pow(2.0, a), torch.tensor([0, 1, -3]), args=[2.0])

# reductions
for op, function in {"sum": torch.sum, "mean": torch.mean}.items():
    for dim in ([0], [-1], [0, 2], [1, 0], []):
        for keep in (False, True):
            both(op, lambda a: function(a, dim, keepdim=keep), randn(3, 4, 7), args=[dim, keep])
    both(op + "_all", function, randn(17, 7))
    both(op + "_all", function, torch.tensor(3.25))
    both(op, lambda a: function(a, [-1]), specials.reshape(1, 17), args=[[-1], False])
    both(op, lambda a: function(a, [0]), torch.zeros(0, 3), args=[[0], False])
    both(op, lambda a: function(a, [1]), torch.zeros(0, 3), args=[[1], False])
case("sum", lambda a: a.sum([0]), torch.tensor([[1, 2], [2**53, 4]]), args=[[0], False])
wins = torch.tensor([[1.0, 3.0, 3.0], [nan, 9.0, nan], [-inf, -inf, -inf], [-0.0, 0.0, -1.0], [inf, 1.0, inf]])
for dim in (0, 1, -1):
    for keep in (False, True):
        both("argmax", lambda a: a.argmax(dim, keep), wins, args=[dim, keep])
        both("max", lambda a: a.max(dim, keep), wins, args=[dim, keep])
both("argmax", lambda a: a.argmax(1), randn(3, 7, 4), args=[1, False])
both("argmax_all", torch.argmax, randn(17, 7))
case("argmax", lambda a: a.argmax(-1), torch.tensor([[3, 2**60, 2**60 + 1]]), args=[-1, False])
case("max", lambda a: a.max(0), torch.tensor([3, 2**60, 2**60 + 1]), args=[0, False])
case("argmax", lambda a: a.argmax(1), torch.zeros(0, 3), args=[1, False])
for k, dim in ((3, -1), (2, 0), (7, 1), (0, 1)):
    both("topk", lambda a: a.topk(k, dim), torch.randperm(49).reshape(7, 7).float() / 8 - 5, args=[k, dim, True])
case("topk", lambda a: a.topk(3, -1, False), torch.randperm(17).float(), args=[3, -1, False])
case("topk", lambda a: a.topk(4), torch.tensor([1.0, nan, -inf, inf, 5.0]), args=[4, -1, True])

# softmax
masked = (randn(7, 17) * 5) + torch.full((7, 17), -inf).triu(1)
for t in (masked, torch.tensor([[1500.0, -1500.0, 1499.0], [-1500.0, -1500.0, -1501.0]]), torch.tensor([[0.0, -inf], [-inf, -inf], [inf, 1.0], [nan, 1.0]]),
          randn(3, 1), torch.zeros(0, 3), torch.zeros(3, 0)):
    both("softmax", lambda a: a.softmax(-1), t, args=[-1])
both("softmax", lambda a: a.softmax(1), randn(3, 7, 2), args=[1])
both("softmax", lambda a: a.softmax(0), randn(3, 7), args=[0])

# matrix products
for a, b in (((1, 1), (1, 1)), ((3, 7), (7, 17)), ((17, 20), (20, 5)), ((7,), (7,)), ((7,), (7, 3)), ((3, 7), (7,)), ((2, 3, 7), (7, 5)), ((2, 3, 7), (7,)),
             ((3, 7), (2, 7, 5)), ((2, 1, 3, 7), (3, 7, 2)), ((7,), (2, 7, 3)), ((0, 7), (7, 3)), ((3, 0), (0, 7)), ((3, 7), (7, 0)), ((0, 3, 7), (7, 2)), ((1, 200), (200, 2))):
    both("matmul", torch.matmul, randn(*a), randn(*b))
both("matmul_t", lambda a, b: torch.matmul(a, b.T), randn(17, 33), randn(7, 33))
both("matmul_t", lambda a, b: torch.matmul(a, b.T), randn(1, 33), randn(7, 33))
both("t_matmul", lambda a, b: torch.matmul(a.T, b), randn(7, 3), randn(7, 5))
both("mm", torch.mm, randn(3, 7), randn(7, 5))
both("bmm", torch.bmm, randn(3, 2, 7), randn(3, 7, 5))
both("bmm_t", lambda a, b: torch.bmm(a, b.transpose(1, 2)), randn(3, 2, 7), randn(3, 5, 7))
case("matmul", torch.matmul, torch.tensor([[inf, 1.0], [0.0, nan]]), torch.tensor([[0.0, 1.0], [1.0, 1.0]]))
both("outer", torch.outer, randn(7), randn(3))

# complex numbers
case("view_as_complex", torch.view_as_complex, randn(3, 7, 2))
case("view_as_real", torch.view_as_real, z)
angles = torch.outer(torch.tensor([0.0, 1.0, 16.0, 1023.0, 8191.0]), 1.0 / 500000.0 ** (torch.arange(0, 16, 2).float() / 16))
case("polar", torch.polar, torch.ones_like(angles), angles)
case("polar", torch.polar, randn(3, 1).abs(), randn(7))

# new tensors
for args in ((17,), (3, 7), (0, 64, 2), (5, -4, -3), (0, 0)):
    case("arange", lambda: torch.arange(*args), args=args)
for args in ((1.0, 2.0, 0.25), (0.0, 1.0, 0.1), (2.5,)):
    case("arange", lambda: torch.arange(*args), args=args)
for diagonal in (0, 1, -1, 9, -9):
    both("triu", lambda a: a.triu(diagonal), randn(3, 5), args=[diagonal])
case("triu", lambda a: a.triu(1), torch.full((3, 3), -inf), args=[1])
case("triu", lambda a: a.triu(1), torch.arange(24).reshape(2, 4, 3), args=[1])
case("triu", torch.triu, torch.zeros(3, 0), args=[0])

# joining and picking
for dim in (0, 1, -1):
    both("cat", lambda a, b, c: torch.cat([a, b, c], dim), randn(3, 3), randn(3, 3), randn(3, 3), args=[dim])
case("cat", lambda a, b: torch.cat([a, b], 0), torch.zeros(0, 3), randn(2, 3), args=[0])
case("cat", lambda a, b: torch.cat([a, b], -1), randn(2, 1, 3), randn(2, 1, 5), args=[-1])
case("cat", lambda a, b: torch.cat([a, b], 0), torch.tensor([1, 2]), randn(3), args=[0])
case("cat", lambda a, b: torch.cat([a, b], 1), z, z, args=[1])
for dim in (0, 1, -1):
    case("stack", lambda a, b: torch.stack([a, b], dim), randn(3, 2), randn(3, 2), args=[dim])
for dim in (0, 1, -1):
    both("index_select", lambda a, i: a.index_select(dim, i), randn(7, 3, 4), torch.tensor([2, 0, 2]), args=[dim])
case("index_select", lambda a, i: a.index_select(0, i), randn(7, 3), torch.tensor([], dtype=torch.int64), args=[0])

# views, and views of views
grid = torch.arange(3 * 7 * 4).reshape(3, 7, 4)
half = torch.arange(15).reshape(3, 5).to(torch.bfloat16)


def index_of(items):
    python = {"...": Ellipsis, "None": None}
    return tuple(python[i] if isinstance(i, str) else slice(*i) if isinstance(i, list) else i for i in items)


for items in ([0], [-1, 2], [1, 2, 3], ["...", 0], ["...", [1, None]], [[None], 1], [[0, 2], 1], [[None, None, 2], [5, None, 3], -1], [[-2, -1]], [[5, 2]], [[1, 99]],
              ["None", 1], [0, "None", [None]], ["...", "None"], [[None], "None", "...", [None, None, 3]], ["..."], []):
    case("index", lambda t: t[index_of(items)], grid, args=items)
case("index", lambda t: t[index_of([1, [1, 4, 2]])], half, args=[1, [1, 4, 2]])
case("index", lambda t: t[index_of(["...", [None, None, 2]])], z, args=["...", [None, None, 2]])
for shape in ([21, 4], [-1], [3, -1, 2, 2], [1, 84, 1], [7, 3, 4]):
    case("view", lambda t: t.view(shape), grid, args=shape)
    case("transpose_reshape", lambda t: t.transpose(0, 2).reshape(shape), grid, args=shape)
case("view", lambda t: t.view(-1), torch.tensor(5.0), args=[-1])
case("view", lambda t: t.view([]), torch.tensor([5.0]), args=[])
case("view", lambda t: t.view([3, 0]), torch.zeros(0, 7), args=[3, 0])
case("permute", lambda t: t.permute(2, 0, 1), grid, args=[2, 0, 1])
case("permute", lambda t: t.permute(-1, 1, 0), z.reshape(3, 7, 1), args=[-1, 1, 0])
case("transpose", lambda t: t.transpose(-1, 0), half, args=[-1, 0])
case("T", lambda t: t.T, half)
for size, dim in ((2, 0), (3, 1), (4, -1), (9, 1)):
    case("split", lambda t: t.split(size, dim), grid, args=[size, dim])
case("as_strided", lambda t: t.as_strided([2, 3], [1, 2], 5), grid, args=[[2, 3], [1, 2], 5])
case("as_strided", lambda t: t.as_strided([2, 3], [0, 4], 1), half, args=[[2, 3], [0, 4], 1])
case("unsqueeze", lambda t: t.unsqueeze(-1), half, args=[-1])
case("squeeze", lambda t: t.squeeze(1), randn(3, 1, 2, 1), args=[1])
case("squeeze_all", lambda t: t.squeeze(), randn(3, 1, 2, 1))
case("expand", lambda t: t.expand(2, 3, -1), randn(3, 1), args=[2, 3, -1])
case("chain", lambda t: t.transpose(0, 1)[1:6:2].permute(2, 0, 1)[..., 1:].reshape(4, -1)[1:].T.contiguous().view(2, -1), grid)
case("rope_pairs", lambda t: torch.view_as_real(torch.view_as_complex(t.view(3, -1, 2))[1:]).reshape(2, -1), randn(3, 8))

print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
