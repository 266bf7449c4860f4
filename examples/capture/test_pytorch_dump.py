"""Tests of pytorch_dump.py: `python3 -m unittest` in this folder. They need PyTorch.

`python3 test_pytorch_dump.py CHECKPOINT OUT.safetensors` dumps a Llama with the weights of `llama3verify copy CHECKPOINT`.
"""

import json
import math
import os
import struct
import sys
import tempfile
import types
import unittest

import torch
from torch import nn
from torch.nn import functional as F

import pytorch_dump
from pytorch_dump import Recorder

PARAMS = {"dim": 16, "n_layers": 2, "n_heads": 4, "n_kv_heads": 2, "vocab_size": 24, "ffn_dim": 20, "norm_eps": 1e-5, "rope_theta": 500000.0}


def apply_rotary_emb(xq, xk, freqs_cis):
    """[B, T, heads, head_dim], twice: neighbours are a pair."""
    def turned(x):
        pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
        return torch.view_as_real(pairs * freqs_cis[:, None]).flatten(-2).type_as(x)

    return turned(xq), turned(xk)


class RMSNorm(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(p["dim"])), p["norm_eps"]

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class Attention(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.head_dim, self.groups = p["dim"] // p["n_heads"], p["n_heads"] // p["n_kv_heads"]
        self.wq, self.wo = nn.Linear(p["dim"], p["dim"], bias=False), nn.Linear(p["dim"], p["dim"], bias=False)
        self.wk, self.wv = (nn.Linear(p["dim"], p["n_kv_heads"] * self.head_dim, bias=False) for _ in range(2))
        self.cache_k, self.cache_v = torch.zeros(2, 1, 64, p["n_kv_heads"], self.head_dim)

    def forward(self, x, start, freqs_cis, mask):
        b, t, _ = x.shape
        q, k, v = (w(x).view(b, t, -1, self.head_dim) for w in (self.wq, self.wk, self.wv))
        q, k = apply_rotary_emb(q, k, freqs_cis=freqs_cis)
        self.cache_k[:, start : start + t], self.cache_v[:, start : start + t] = k, v
        k, v = (x[:, : start + t].repeat_interleave(self.groups, dim=2).transpose(1, 2) for x in (self.cache_k, self.cache_v))
        scores = q.transpose(1, 2) @ k.transpose(2, 3) / math.sqrt(self.head_dim) + mask
        return self.wo((F.softmax(scores, dim=-1) @ v).transpose(1, 2).reshape(b, t, -1))


class FeedForward(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.w1, self.w3 = (nn.Linear(p["dim"], p["ffn_dim"], bias=False) for _ in range(2))
        self.w2 = nn.Linear(p["ffn_dim"], p["dim"], bias=False)

    def forward(self, x):
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


class TransformerBlock(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.attention, self.feed_forward, self.attention_norm, self.ffn_norm = Attention(p), FeedForward(p), RMSNorm(p), RMSNorm(p)

    def forward(self, x, *given):
        x = x + self.attention(self.attention_norm(x), *given)
        return x + self.feed_forward(self.ffn_norm(x))


class Llama(nn.Module):
    """Meta's model, with Meta's names, made short."""

    def __init__(self, p):
        super().__init__()
        self.tok_embeddings, self.norm = nn.Embedding(p["vocab_size"], p["dim"]), RMSNorm(p)
        self.layers = nn.ModuleList(TransformerBlock(p) for _ in range(p["n_layers"]))
        self.output, pairs = nn.Linear(p["dim"], p["vocab_size"], bias=False), torch.arange(0, p["dim"] // p["n_heads"], 2)
        self.freqs = 1 / p["rope_theta"] ** (pairs / (p["dim"] // p["n_heads"]))

    def forward(self, tokens, start=0):
        t = tokens.shape[1]
        angles = torch.outer(torch.arange(start, start + t), self.freqs)
        mask = torch.full((t, start + t), -math.inf).triu(start + 1)
        x = self.tok_embeddings(tokens)
        for layer in self.layers:
            x = layer(x, start, torch.polar(torch.ones_like(angles), angles), mask)
        return self.output(self.norm(x))


def record(model, passes, caches=False, **options):
    """The passes one after another, each with the tokens of those before in the cache."""
    start = 0
    with torch.no_grad(), Recorder(model, **options) as recorder:
        for i, tokens in enumerate(passes):
            recorder.pass_(f"decode.{i - 1}." if i else "", tokens)
            logits = model(torch.tensor([tokens]), start)
            recorder.keep("next_token", logits[0, -1].argmax())
            start += len(tokens)
            for n, layer in enumerate(model.layers if caches else []):
                for name in ("cache_k", "cache_v"):
                    recorder.keep(f"layers.{n}.attention.{name}", getattr(layer.attention, name)[:, :start])
    return recorder


class RecorderTests(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(30)
        self.model = Llama(PARAMS)

    def test_names_and_shapes(self):
        layer = {
            "": [1, 3, 16], "attention_norm": [1, 3, 16], "attention.wq": [1, 3, 16], "attention.wk": [1, 3, 8], "attention.wv": [1, 3, 8],
            "attention.apply_rotary_emb.xq": [1, 3, 4, 4], "attention.apply_rotary_emb.xk": [1, 3, 2, 4], "attention.scores": [1, 4, 3, 5],
            "attention.softmax": [1, 4, 3, 5], "attention.wo.input": [1, 3, 16], "attention.wo": [1, 3, 16], "attention": [1, 3, 16],
            "ffn_norm.input": [1, 3, 16], "ffn_norm": [1, 3, 16], "feed_forward.w1": [1, 3, 20], "feed_forward.w3": [1, 3, 20],
            "feed_forward.w2.input": [1, 3, 20], "feed_forward.w2": [1, 3, 16], "feed_forward": [1, 3, 16],
            "attention.cache_k": [1, 5, 2, 4], "attention.cache_v": [1, 5, 2, 4],
        }
        once = {"tokens": [3], "next_token": [], "tok_embeddings": [1, 3, 16], "norm": [1, 3, 16], "output": [1, 3, 24]}
        layers = {f"layers.{n}.{name}".rstrip("."): shape for name, shape in layer.items() for n in range(2)}
        tensors = record(self.model, [[1, 2], [3, 4, 5]], caches=True).tensors
        passes = {name: list(tensor.shape) for name, tensor in tensors.items() if name.startswith("decode.0.")}
        self.assertEqual(passes, {f"decode.0.{name}": shape for name, shape in {**once, **layers}.items()})
        self.assertEqual({name.replace("decode.0.", "") for name in passes}, set(tensors) - set(passes))

    def test_numbers(self):
        tensors, layer = record(self.model, [[1, 2, 3]]).tensors, self.model.layers[1]
        with torch.no_grad():
            self.assertTrue(torch.equal(tensors["output"], self.model(torch.tensor([[1, 2, 3]]))))
            self.assertTrue(torch.equal(tensors["layers.1.attention.wo"], layer.attention.wo(tensors["layers.1.attention.wo.input"])))
            self.assertTrue(torch.equal(tensors["layers.1.ffn_norm"], layer.ffn_norm(tensors["layers.1.ffn_norm.input"])))
        self.assertTrue(torch.equal(tensors["layers.1.attention.softmax"], tensors["layers.1.attention.scores"].softmax(-1)))
        self.assertEqual(tensors["tokens"].tolist(), [1, 2, 3])

    def test_the_model_is_as_before(self):
        functions = apply_rotary_emb, F.softmax, getattr(F, "scaled_dot_product_attention", None)
        with self.assertRaisesRegex(ValueError, "tokens was computed twice in one pass"), Recorder(self.model) as recorder:
            self.assertIsNot(apply_rotary_emb, functions[0])
            recorder.pass_("", [1])
            recorder.pass_("", [1])
        self.assertEqual(functions, (apply_rotary_emb, F.softmax, getattr(F, "scaled_dot_product_attention", None)))
        self.assertFalse([m for m in self.model.modules() if m._forward_hooks or m._forward_pre_hooks])

    def test_wanted(self):
        tensors = record(self.model, [[1, 2]], wanted=lambda name: "layers.1" not in name and name != "output").tensors
        self.assertEqual({name.split(".")[1] for name in tensors if name.startswith("layers.")}, {"0"})
        self.assertNotIn("output", tensors)

    def test_file(self):
        recorder = record(self.model.to(torch.bfloat16), [])
        for name, values in {"a": torch.tensor([1.5, -2], dtype=torch.bfloat16), "b": torch.tensor([[7]]), "c": torch.tensor(2.5)}.items():
            recorder.keep(name, values)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "dump.safetensors")
            recorder.save(path)
            read = read_tensors(path)
        self.assertEqual({name: (tensor.dtype, tensor.tolist()) for name, tensor in read.items()}, {
            "a": (torch.bfloat16, [1.5, -2]), "b": (torch.int64, [[7]]), "c": (torch.float32, 2.5)})


class SharedRope(nn.Module):
    """Rotates, and is a module that all layers share; it is called with the queries, then with the keys."""

    def forward(self, x, input_pos):
        return x + input_pos


class Encoder(nn.Module):
    """Rotates in a method."""

    def adjusted_qk(self, q, k, position_ids):
        return q + 1, k + 2


def apply_rope(x, cos):
    return x * cos


class Other(nn.Module):
    """Attention as torchtune, litgpt and ibm-fms have it."""

    def __init__(self, rope, encoder):
        super().__init__()
        self.pos_embeddings, self.position_encoder, self.proj = rope, encoder, nn.Identity()
        self._attention_call = lambda q, k, v, mask: q + k + v

    def forward(self, x):
        q, k = self.pos_embeddings(x, input_pos=1), self.pos_embeddings(2 * x, input_pos=1)
        q, k = self.position_encoder.adjusted_qk(q, k, None)
        q, k = apply_rope(q, 2), apply_rope(k, 2)
        return self.proj(self.scaled_dot_product_attention(q, k, self._attention_call(q, k, v=x, mask=None))), None

    def scaled_dot_product_attention(self, q, k, v, mask=None):
        return F.softmax(q, dim=-1) + k + v


class OtherTests(unittest.TestCase):
    def test_shared_modules_methods_and_attributes(self):
        rope, encoder = SharedRope(), Encoder()
        model = nn.ModuleList([Other(rope, encoder), Other(rope, encoder)])
        model.forward = types.MethodType(lambda self, x: self[1](self[0](x)[0])[0], model)
        with Recorder(model) as recorder:
            recorder.pass_("", [5])
            F.softmax(model(torch.ones(1, 2)), dim=-1)
        names = ["", ".proj.input", ".proj", ".pos_embeddings.q", ".pos_embeddings.k", ".position_encoder.adjusted_qk.queries",
                 *(f".apply_rope.{x}{end}" for x in "qk" for end in ("", ".input")), ".position_encoder.adjusted_qk.keys",
                 *(f".{call}{argument}" for call in ("_attention_call", "scaled_dot_product_attention") for argument in ("", ".q", ".k", ".v"))]
        self.assertEqual(set(recorder.tensors), {"tokens", *(f"{n}{name}" for n in range(2) for name in names)})
        expected = {"pos_embeddings.k": 3, "position_encoder.adjusted_qk.queries": 3, "apply_rope.k.input": 5, "apply_rope.k": 10}
        self.assertEqual({name: recorder.tensors[f"0.{name}"][0, 1].item() for name in expected}, expected)
        self.assertEqual([name for name in vars(model[0]) if "attention" in name], ["_attention_call"])
        self.assertEqual(model[0]._attention_call.__name__, "<lambda>")

    @unittest.skipUnless(hasattr(F, "scaled_dot_product_attention"), "PyTorch is older than 2.0")
    def test_attention_of_pytorch(self):
        class Plain(nn.Module):
            def forward(self, x):
                return F.scaled_dot_product_attention(x, x, x, is_causal=True)

        model = nn.Sequential(Plain())
        with Recorder(model) as recorder:
            model(torch.ones(1, 1, 2, 4))
        self.assertEqual(set(recorder.tensors), {"0", *(f"0.scaled_dot_product_attention{x}" for x in ("", ".query", ".key", ".value"))})


def read_tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        header.pop("__metadata__", None)
        data = bytearray(file.read())
    dtypes = {text: dtype for dtype, text in pytorch_dump.DTYPES.items()}
    at = {name: slice(*entry["data_offsets"]) for name, entry in header.items()}
    return {name: torch.frombuffer(data[at[name]], dtype=dtypes[entry["dtype"]]).view(entry["shape"]) for name, entry in header.items()}


def main(checkpoint, out):
    def read(name):
        with open(os.path.join(checkpoint, name), encoding="utf-8") as file:
            return json.load(file)

    weights, prompt = read_tensors(os.path.join(checkpoint, "model.safetensors")), read("prompt.json")
    model = Llama({**read("params.json"), "ffn_dim": weights["layers.0.feed_forward.w1.weight"].shape[0]})
    model.load_state_dict(weights)
    record(model, [prompt["tokens"], *prompt["decode"]], caches=True).save(out)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        main(*sys.argv[1:])
    else:
        unittest.main()
