"""Tests of transformers_dump.py: `python3 -m unittest` in this folder. They need PyTorch; some need transformers, and are skipped without it.

`python3 test_transformers_dump.py FOLDER` writes a random Llama as a Hugging Face folder, and dumps of it, for `llama3verify check`.
"""

import importlib.util
import io
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import types
import unittest
from unittest import mock

import torch
from torch import nn

import transformers_dump
from transformers_dump import Run, dump

CONFIG = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "vocab_size": 96, "hidden_size": 32,
    "intermediate_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8,
    "max_position_embeddings": 128, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "tie_word_embeddings": False, "attention_bias": False,
    "mlp_bias": False, "torch_dtype": "float32",
}
PROMPT = [5, 17, 33, 2, 90, 61, 8, 44, 71]
SHORT, LONG = [7, 80, 12, 3], [11, 54, 9, 23, 67, 1]
TRANSFORMERS = importlib.util.find_spec("transformers") is not None


def wide(x):
    """In float32, where transformers computes so also for a model of 16 bits."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


def rotate_half(x):
    return torch.cat([-x[..., x.shape[-1] // 2 :], x[..., : x.shape[-1] // 2]], dim=-1)


def apply_rotary_pos_emb(q, k, cos, sin):
    cos, sin = cos[:, None], sin[:, None]
    return q * cos + rotate_half(q) * sin, k * cos + rotate_half(k) * sin


class RMSNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(1 + 0.2 * torch.randn(CONFIG["hidden_size"]))

    def forward(self, x):
        return self.weight * (wide(x) * torch.rsqrt(wide(x).pow(2).mean(-1, keepdim=True) + CONFIG["rms_norm_eps"])).to(x.dtype)


class RotaryEmbedding(nn.Module):
    def forward(self, x, position_ids):
        freqs = CONFIG["rope_theta"] ** (-torch.arange(0, CONFIG["head_dim"], 2) / CONFIG["head_dim"])
        angles = (position_ids[..., None] * freqs).repeat(1, 1, 2)
        return angles.cos().to(x.dtype), angles.sin().to(x.dtype)


class Attention(nn.Module):
    """Like LlamaAttention with eager attention; `version` 4 or 5 says which transformers it is like."""

    def __init__(self, layer, version):
        super().__init__()
        self.layer, self.version = layer, version
        dim, head, heads, kv_heads = (CONFIG[f] for f in ("hidden_size", "head_dim", "num_attention_heads", "num_key_value_heads"))
        self.q_proj, self.k_proj = nn.Linear(dim, heads * head, bias=False), nn.Linear(dim, kv_heads * head, bias=False)
        self.v_proj, self.o_proj = nn.Linear(dim, kv_heads * head, bias=False), nn.Linear(heads * head, dim, bias=False)

    def forward(self, hidden_states, mask, position_embeddings, past, output_attentions):
        b, m, _ = hidden_states.shape
        q, k, v = (p(hidden_states).view(b, m, -1, CONFIG["head_dim"]).transpose(1, 2) for p in (self.q_proj, self.k_proj, self.v_proj))
        q, k = apply_rotary_pos_emb(q, k, *position_embeddings)
        if past is not None:
            k, v = past.update(k, v, self.layer)
        k, v = (x.repeat_interleave(q.shape[1] // x.shape[1], dim=1) for x in (k, v))
        scores = q @ k.transpose(2, 3) / math.sqrt(CONFIG["head_dim"]) + mask
        weights = torch.softmax(wide(scores), dim=-1).to(q.dtype)
        result = self.o_proj((weights @ v).transpose(1, 2).reshape(b, m, -1))
        return (result, weights if output_attentions else None, past) if self.version == 4 else (result, weights)


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        dim, ffn = CONFIG["hidden_size"], CONFIG["intermediate_size"]
        self.gate_proj, self.up_proj = nn.Linear(dim, ffn, bias=False), nn.Linear(dim, ffn, bias=False)
        self.down_proj, self.act_fn = nn.Linear(ffn, dim, bias=False), nn.SiLU()

    def forward(self, x):
        return self.down_proj(self.act_fn(self.gate_proj(x)) * self.up_proj(x))


class DecoderLayer(nn.Module):
    def __init__(self, layer, version):
        super().__init__()
        self.version = version
        self.self_attn, self.mlp = Attention(layer, version), MLP()
        self.input_layernorm, self.post_attention_layernorm = RMSNorm(), RMSNorm()

    def forward(self, hidden_states, **given):
        attention = self.self_attn(hidden_states=self.input_layernorm(hidden_states), **given)
        hidden_states = hidden_states + attention[0]
        hidden_states = hidden_states + self.mlp(self.post_attention_layernorm(hidden_states))
        return (hidden_states, *attention[1:]) if self.version == 4 else hidden_states


class Inner(nn.Module):
    def __init__(self, version):
        super().__init__()
        self.embed_tokens = nn.Embedding(CONFIG["vocab_size"], CONFIG["hidden_size"])
        self.layers = nn.ModuleList(DecoderLayer(n, version) for n in range(CONFIG["num_hidden_layers"]))
        self.norm, self.rotary_emb = RMSNorm(), RotaryEmbedding()

    def forward(self, input_ids, attention_mask, position_ids, past, output_attentions):
        hidden_states, kept = self.embed_tokens(input_ids), past.get_seq_length() if past is not None else 0
        place = torch.arange(kept + input_ids.shape[1])
        seen = (place[None] <= place[kept:, None])[None, None]
        seen = seen if attention_mask is None else seen & attention_mask[:, None, None].bool()
        mask = torch.zeros(seen.shape, dtype=hidden_states.dtype).masked_fill(~seen, torch.finfo(hidden_states.dtype).min)
        tables = self.rotary_emb(hidden_states, position_ids=position_ids)
        for layer in self.layers:
            given = {"mask": mask, "position_embeddings": tables, "past": past, "output_attentions": output_attentions}
            result = layer(hidden_states, **given)
            hidden_states = result[0] if isinstance(result, tuple) else result
        return self.norm(hidden_states)


class Llama(nn.Module):
    """A small random Llama with the modules of transformers, and the arguments that LlamaForCausalLM has in all versions."""

    def __init__(self, version=5):
        super().__init__()
        torch.manual_seed(20)
        self.model, self.lm_head = Inner(version), nn.Linear(CONFIG["hidden_size"], CONFIG["vocab_size"], bias=False)
        self.config = types.SimpleNamespace(vocab_size=CONFIG["vocab_size"], _attn_implementation="eager")
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.25)
        self.eval()

    def forward(self, input_ids=None, attention_mask=None, position_ids=None, past_key_values=None, use_cache=None, output_attentions=False):
        hidden_states = self.model(input_ids, attention_mask, position_ids, past_key_values if use_cache else None, output_attentions)
        return types.SimpleNamespace(logits=self.lm_head(hidden_states), past_key_values=past_key_values)


class LayersCache:
    """Like DynamicCache of transformers 4.54 and later: a list of layers."""

    def __init__(self):
        self.layers = []

    def update(self, keys, values, layer):
        if layer == len(self.layers):
            self.layers.append(types.SimpleNamespace(keys=keys[:, :, :0], values=values[:, :, :0]))
        kept = self.layers[layer]
        kept.keys, kept.values = torch.cat([kept.keys, keys], dim=2), torch.cat([kept.values, values], dim=2)
        return kept.keys, kept.values

    def get_seq_length(self):
        return self.layers[0].keys.shape[2] if self.layers else 0

    def crop(self, length):
        for kept in self.layers:
            kept.keys, kept.values = kept.keys[:, :, :length], kept.values[:, :, :length]


class TwoListsCache:
    """Like DynamicCache of transformers before 4.54: key_cache and value_cache."""

    def __init__(self):
        self.key_cache, self.value_cache = [], []

    def update(self, keys, values, layer):
        for kept, new in ((self.key_cache, keys), (self.value_cache, values)):
            if layer == len(kept):
                kept.append(new)
            else:
                kept[layer] = torch.cat([kept[layer], new], dim=2)
        return self.key_cache[layer], self.value_cache[layer]

    def get_seq_length(self):
        return self.key_cache[0].shape[2] if self.key_cache else 0

    def crop(self, length):
        self.key_cache = [kept[:, :, :length] for kept in self.key_cache]
        self.value_cache = [kept[:, :, :length] for kept in self.value_cache]


class Plain:
    """How the author of a model would run it: with a cache of his own."""

    def __init__(self, model):
        self.model = model

    def forward(self, tokens, start, positions, attention_mask):
        self.past = LayersCache() if start == 0 else self.past
        self.past.crop(start)
        return self.model(tokens, attention_mask, positions, self.past, use_cache=True).logits

    def cache(self, n):
        return self.past.layers[n].keys, self.past.layers[n].values


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        header.pop("__metadata__", None)
        data = file.read()
    dtypes = {text: dtype for dtype, text in transformers_dump.DTYPES.items()}
    bytes_of = {name: bytearray(data[slice(*entry["data_offsets"])]) for name, entry in header.items()}
    return {name: torch.frombuffer(bytes_of[name], dtype=dtypes[entry["dtype"]]).view(entry["shape"]) for name, entry in header.items()}


def dumped(model, *runs, **options):
    """The tensors of a dump; by the author's own `forward` unless options say otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        path, plain = os.path.join(folder, "dump.safetensors"), Plain(model)
        dump(model, path, *runs, **{"forward": plain.forward, "cache": plain.cache, **options})
        return read(path)


class DumpTests(unittest.TestCase):
    def agree(self, actual, expected):
        self.assertEqual((actual.dtype, actual.shape), (expected.dtype, expected.shape))
        self.assertLess((actual - expected).abs().max().item(), 2e-5)


class PlainTests(DumpTests):
    """A model of plain PyTorch."""

    @classmethod
    def setUpClass(cls):
        cls.model = Llama()
        cls.whole = dumped(cls.model, PROMPT)

    def test_names_and_shapes(self):
        layer = {
            "model.layers.{n}": [1, 9, 32], "model.layers.{n}.input_layernorm": [1, 9, 32], "model.layers.{n}.self_attn.q_proj": [1, 9, 32],
            "model.layers.{n}.self_attn.k_proj": [1, 9, 16], "model.layers.{n}.self_attn.v_proj": [1, 9, 16],
            "layers.{n}.q_per_token_rotated": [1, 4, 9, 8], "layers.{n}.k_per_token_rotated": [1, 2, 9, 8],
            "model.layers.{n}.self_attn.attn_weights": [1, 4, 9, 9], "model.layers.{n}.self_attn.o_proj.input": [1, 9, 32],
            "model.layers.{n}.self_attn.o_proj": [1, 9, 32], "model.layers.{n}.post_attention_layernorm.input": [1, 9, 32],
            "model.layers.{n}.post_attention_layernorm": [1, 9, 32], "model.layers.{n}.mlp.gate_proj": [1, 9, 48],
            "model.layers.{n}.mlp.up_proj": [1, 9, 48], "model.layers.{n}.mlp.act_fn": [1, 9, 48],
            "model.layers.{n}.mlp.down_proj.input": [1, 9, 48], "model.layers.{n}.mlp.down_proj": [1, 9, 32],
        }
        once = {
            "tokens": [9], "next_token": [], "logits": [1, 9, 96], "model.embed_tokens": [1, 9, 32], "model.norm": [1, 9, 32],
            "model.norm.input": [1, 9, 32], "model.rotary_emb.cos": [1, 9, 8], "model.rotary_emb.sin": [1, 9, 8],
        }
        expected = {**once, **{name.replace("{n}", str(n)): shape for name, shape in layer.items() for n in range(3)}}
        self.assertEqual({name: list(tensor.shape) for name, tensor in self.whole.items()}, expected)

    def test_numbers_are_those_of_the_model(self):
        positions = torch.arange(9)[None]
        with torch.no_grad():
            logits = self.model(torch.tensor([PROMPT]), None, positions).logits
            q = self.model.model.layers[0].self_attn.q_proj(self.whole["model.layers.0.input_layernorm"]).view(1, 9, 4, 8).transpose(1, 2)
            rotated, _ = apply_rotary_pos_emb(q, q, *self.model.model.rotary_emb(q, positions))
        self.agree(self.whole["logits"], logits)
        self.agree(self.whole["layers.0.q_per_token_rotated"], rotated)
        self.assertEqual(self.whole["next_token"].item(), logits[0, -1].argmax().item())
        self.assertEqual(self.whole["tokens"].tolist(), PROMPT)
        residual = self.whole["model.layers.0"] + self.whole["model.layers.1.self_attn.o_proj"]
        self.agree(self.whole["model.layers.1.post_attention_layernorm.input"], residual)

    def test_chunks(self):
        chunks = dumped(self.model, Run(PROMPT[:4], feed=[PROMPT[4:5], PROMPT[5:]]))
        for i, rows in enumerate([slice(4, 5), slice(5, 9)]):
            at = f"decode.{i}."
            self.assertEqual(chunks[at + "tokens"].tolist(), PROMPT[rows])
            self.assertEqual(chunks[at + "positions"].tolist(), list(range(9))[rows])
            for name in ("model.layers.2", "model.layers.0.mlp.down_proj.input", "logits", "model.rotary_emb.cos"):
                self.agree(chunks[at + name], self.whole[name][:, rows])
            self.agree(chunks[at + "layers.1.q_per_token_rotated"], self.whole["layers.1.q_per_token_rotated"][:, :, rows])
            self.agree(chunks[at + "layers.1.k_cache"], self.whole["layers.1.k_per_token_rotated"][:, :, : rows.stop])
            self.assertEqual(list(chunks[at + "layers.1.v_cache"].shape), [1, 2, rows.stop, 8])
            weights = self.whole["model.layers.2.self_attn.attn_weights"][:, :, rows, : rows.stop]
            self.agree(chunks[at + "model.layers.2.self_attn.attn_weights"], weights)
        self.assertEqual(chunks["decode.1.next_token"], self.whole["next_token"])
        self.assertNotIn("positions", chunks)

    def test_generate(self):
        tensors = dumped(self.model, Run(PROMPT[:5], feed=[PROMPT[5:]], generate=2))
        self.assertEqual(tensors["decode.1.tokens"].tolist(), [self.whole["next_token"].item()])
        again = dumped(self.model, [*PROMPT, *tensors["decode.1.tokens"].tolist()])
        self.assertEqual(tensors["decode.2.tokens"].tolist(), [again["next_token"].item()])
        self.assertEqual(tensors["decode.2.positions"].tolist(), [10])
        self.assertNotIn("decode.3.tokens", tensors)

    def test_batch(self):
        alone = [dumped(self.model, SHORT), dumped(self.model, LONG)]
        expected = {
            "left": ([[0, 0, *SHORT], LONG], [[0, 0, 1, 1, 1, 1], [1] * 6], [[0, 0, 0, 1, 2, 3], [0, 1, 2, 3, 4, 5]], slice(2, 6)),
            "right": ([[*SHORT, 0, 0], LONG], [[1, 1, 1, 1, 0, 0], [1] * 6], [[0, 1, 2, 3, 3, 3], [0, 1, 2, 3, 4, 5]], slice(4)),
        }
        for pad, (tokens, mask, positions, real) in expected.items():
            both = dumped(self.model, Run([SHORT, LONG], pad=pad))
            self.assertEqual([both[name].tolist() for name in ("tokens", "attention_mask", "positions")], [tokens, mask, positions])
            self.assertEqual(both["next_token"].tolist(), [one["next_token"].item() for one in alone])
            for name in ("model.embed_tokens", "model.layers.2", "model.layers.1.self_attn.o_proj.input", "model.norm", "logits"):
                self.agree(both[name][:1, real], alone[0][name])
                self.agree(both[name][1:], alone[1][name])
            self.agree(both["layers.2.k_per_token_rotated"][:1, :, real], alone[0]["layers.2.k_per_token_rotated"])
            last = dumped(self.model, Run([SHORT, LONG], pad=pad), last_logits=True)["logits"]
            self.agree(last, torch.cat([one["logits"][:, -1:] for one in alone]))

    def test_passes_after_a_batch(self):
        feed = [[[40], [41]], [[50, 51], [52, 53]]]
        alone = [dumped(self.model, Run(tokens, feed=[feed[0][b], feed[1][b]], generate=1)) for b, tokens in enumerate((SHORT, LONG))]
        for pad in ("left", "right"):
            both = dumped(self.model, Run([SHORT, LONG], feed=feed, generate=1, pad=pad))
            for i, size in enumerate((1, 2, 1)):
                at = f"decode.{i}."
                padding = [0, 0, 1, 1, 1, 1] if pad == "left" else [1, 1, 1, 1, 0, 0]
                slots = 6 + (1, 3, 4)[i]
                self.assertEqual(both[at + "attention_mask"].tolist(), [padding + [1] * (slots - 6), [1] * slots])
                for b in range(2):
                    for name in ("tokens", "positions", "next_token"):
                        self.assertEqual(both[at + name][b].tolist(), alone[b][at + name].tolist())
                    self.agree(both[at + "model.layers.2"][b : b + 1], alone[b][at + "model.layers.2"])
                self.assertEqual(list(both[at + "layers.0.k_cache"].shape), [2, 2, slots, 8])

    def test_runs(self):
        runs = dumped(self.model, Run(LONG, generate=1), PROMPT[:5], Run(PROMPT[5:], kept=5))
        self.agree(runs["run.0.model.layers.2"], dumped(self.model, LONG)["model.layers.2"])
        self.agree(runs["run.1.model.layers.2"], self.whole["model.layers.2"][:, :5])
        self.agree(runs["run.2.model.layers.2"], self.whole["model.layers.2"][:, 5:])
        self.agree(runs["run.2.layers.2.k_cache"], self.whole["layers.2.k_per_token_rotated"])
        self.assertEqual((runs["run.2.kept"].item(), runs["run.2.positions"].tolist()), (5, [5, 6, 7, 8]))
        self.assertEqual(runs["run.2.tokens"].tolist(), PROMPT[5:])
        self.assertIn("run.0.decode.0.tokens", runs)
        self.assertFalse({"run.0.kept", "run.1.kept", "run.1.positions", "tokens"} & set(runs))

    def test_a_run_that_crops(self):
        runs = dumped(self.model, Run(PROMPT[:5] + LONG, generate=2), Run(PROMPT[5:], kept=5, generate=1))
        self.agree(runs["run.1.model.layers.2"], self.whole["model.layers.2"][:, 5:])
        self.assertEqual(runs["run.1.decode.0.tokens"].tolist(), [self.whole["next_token"].item()])
        self.assertEqual(runs["run.1.decode.0.positions"].tolist(), [9])

    def test_layers(self):
        some = dumped(self.model, Run(PROMPT, generate=1), layers=[0, 2])
        self.assertEqual({transformers_dump.number(name) for name in some if "decode" not in name}, {None, 0, 2})
        self.assertFalse([name for name in some if "layers.1" in name])
        self.assertIn("decode.0.layers.2.k_cache", some)

    def test_dtypes(self):
        for dtype, kept in ((torch.bfloat16, torch.bfloat16), (torch.float64, torch.float32)):
            tensors = dumped(Llama().to(dtype), PROMPT[:3])
            self.assertEqual({tensor.dtype for name, tensor in tensors.items() if "layers" in name}, {kept})
            self.assertEqual(tensors["tokens"].dtype, torch.int64)
        half = torch.tensor([1.5, -0.25], dtype=torch.float16)
        with tempfile.TemporaryDirectory() as folder:
            transformers_dump.write(os.path.join(folder, "half"), {"x": half, "y": torch.tensor(7)})
            self.assertTrue(torch.equal(read(os.path.join(folder, "half"))["x"], half))
            self.assertEqual(read(os.path.join(folder, "half"))["y"].item(), 7)

    def test_the_model_is_as_before(self):
        def broken(tokens, **_):
            self.model(tokens, None, torch.arange(9)[None])
            raise RuntimeError("the model's own error")

        function = apply_rotary_pos_emb
        with self.assertRaisesRegex(RuntimeError, "own error"):
            dumped(self.model, PROMPT, forward=broken)
        self.assertIs(apply_rotary_pos_emb, function)
        self.assertFalse([m for m in self.model.modules() if m._forward_hooks or m._forward_pre_hooks])

    def test_errors(self):
        plain = Plain(self.model)
        for message, runs, options in (
            ("there are no layers \\[3, 7\\]; the model has 3", [PROMPT], {"layers": [0, 3, 7]}),
            ("\\[0\\] tokens in the prompts", [[]], {}),
            ('\\[4, 6\\] tokens in the prompts.*pad="left"', [[SHORT, LONG]], {}),
            ("run.1.tokens: 1 rows that follow 5 kept tokens; the cache holds 4 tokens for each of 1", [SHORT, Run([1], kept=5)], {}),
            ("decode.0.tokens: 1 rows that follow 6 kept tokens; the cache holds 6 tokens for each of 2", [Run([LONG, LONG], feed=[[1]])], {}),
            ("logits \\[1, 2, 96\\], expected \\[1, 4, vocab_size\\]", [SHORT], {"forward": lambda *a, **g: plain.forward(*a, **g)[:, :2]}),
            ("model.embed_tokens was computed twice", [SHORT], {"forward": lambda *a, **g: plain.forward(*a, **g) + plain.forward(*a, **g)}),
        ):
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                dumped(self.model, *runs, **options)
        with self.assertRaisesRegex(ValueError, "names=.* is needed; there are 0, 1"):
            dumped(nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)), PROMPT)


def rope(x, start):
    """[B, M, heads, head_dim], rotated: a function for one tensor, which is called with the keys first."""
    cos, sin = RotaryEmbedding()(x, torch.arange(start, start + x.shape[1])[None])
    return x * cos[:, :, None] + rotate_half(x) * sin[:, :, None]


class OwnBlock(nn.Module):
    def __init__(self, layer, activation):
        super().__init__()
        self.norm1, self.norm2, self.activation = layer.input_layernorm, layer.post_attention_layernorm, activation
        self.query, self.key, self.value, self.out = (getattr(layer.self_attn, f"{x}_proj") for x in "qkvo")
        self.up, self.gate, self.down = layer.mlp.up_proj, layer.mlp.gate_proj, layer.mlp.down_proj
        self.kept = torch.zeros(2, 1, 64, 2, 8)

    def forward(self, x, start):
        h, m = self.norm1(x), x.shape[1]
        k, v, q = (f(h).view(1, m, -1, 8) for f in (self.key, self.value, self.query))
        self.kept[0, :, start : start + m], self.kept[1, :, start : start + m] = rope(k, start), v
        k, v = (kept[:, : start + m].repeat_interleave(2, dim=2) for kept in self.kept)
        scores = torch.einsum("bmhd,bnhd->bhmn", rope(q, start), k) / math.sqrt(8)
        seen = torch.ones(m, start + m, dtype=torch.bool).tril(start)
        x = x + self.out(torch.einsum("bhmn,bnhd->bmhd", scores.masked_fill(~seen, -math.inf).softmax(-1), v).reshape(1, m, -1))
        h = self.norm2(x)
        return x + self.down(self.activation(self.gate(h)) * self.up(h))


class Own(nn.Module):
    """The same model as somebody else would write it: other names, one activation for all layers, logits of the last token alone."""

    NAMES = {
        "words": "embed_tokens", "blocks": "layers", "norm1": "input_layernorm", "norm2": "post_attention_layernorm", "query": "self_attn.q_proj",
        "key": "self_attn.k_proj", "value": "self_attn.v_proj", "out": "self_attn.o_proj", "gate": "mlp.gate_proj", "up": "mlp.up_proj",
        "down": "mlp.down_proj", "activation": "mlp.act_fn", "blocks.{n}": "layers.{n}.layer_0_embedding",
    }

    def __init__(self, model):
        super().__init__()
        activation = nn.SiLU()
        self.words, self.norm, self.head = model.model.embed_tokens, model.model.norm, model.lm_head
        self.blocks = nn.ModuleList(OwnBlock(layer, activation) for layer in model.model.layers)

    def forward(self, tokens, start):
        x = self.words(tokens)
        for block in self.blocks:
            x = block(x, start)
        return self.head(self.norm(x)[:, -1])


class OwnTests(DumpTests):
    """A model with names of its own."""

    def test_agrees_with_the_same_model_under_known_names(self):
        model = Llama()
        own, run = Own(model), Run(PROMPT[:4], feed=[PROMPT[4:]], generate=1)
        options = {"forward": lambda tokens, start, **_: own(tokens, start), "cache": lambda n: own.blocks[n].kept[:, :, :64]}
        actual = dumped(own, run, names=Own.NAMES, rotary={"rope": "kq"}, **options)
        expected = dumped(model, run, last_logits=True)
        self.assertEqual(actual["decode.1.tokens"], expected["decode.1.tokens"])
        for at in ("", "decode.0.", "decode.1."):
            self.agree(actual[at + "layers.2.q_per_token_rotated"].transpose(1, 2), expected[at + "layers.2.q_per_token_rotated"])
            self.agree(actual[at + "layers.2.k_per_token_rotated"].transpose(1, 2), expected[at + "layers.2.k_per_token_rotated"])
            self.agree(actual[at + "layers.1.layer_0_embedding"], expected[at + "model.layers.1"])
            self.agree(actual[at + "norm.input"], expected[at + "model.norm.input"])
            for name in (name for name in expected if name in actual and name.startswith(at + "model.") or name == at + "logits"):
                self.agree(actual[name], expected[name])
        left_out = {re.sub(r"decode\.\d\.|(?<=layers\.)\d", "", name) for name in set(expected) - set(actual)}
        other_names = {"model.layers.", "model.norm", "model.norm.input"}
        self.assertEqual(left_out, {"model.rotary_emb.cos", "model.rotary_emb.sin", "model.layers..self_attn.attn_weights", *other_names})


def imitation(version):
    """What the capture asks of transformers, in version 4 or 5: models, their arguments, their cache."""

    def load(folder, attn_implementation, **dtype):
        model = Llama(version).to(dtype.pop("torch_dtype" if version == 4 else "dtype"))
        model.config._attn_implementation = attn_implementation
        assert not dtype and os.path.isfile(os.path.join(folder, "config.json"))
        return model

    package = types.ModuleType("transformers")
    package.__version__ = {4: "4.47.1", 5: "5.17.0"}[version]
    package.AutoConfig = types.SimpleNamespace(from_pretrained=lambda folder: types.SimpleNamespace(**CONFIG))
    package.AutoModelForCausalLM = types.SimpleNamespace(from_pretrained=load)
    cache = types.SimpleNamespace(DynamicCache=TwoListsCache if version == 4 else LayersCache)
    return mock.patch.dict(sys.modules, {"transformers": package, "transformers.cache_utils": cache})


class ImitationTests(DumpTests):
    """Runs with the arguments and the cache that models of transformers have, also where transformers is not installed."""

    def test_agrees_with_the_plain_model(self):
        runs = [Run(LONG, feed=[SHORT[:1]], generate=1), Run(PROMPT[2:], kept=2), Run([SHORT, LONG], pad="left", generate=2), [SHORT, SHORT]]
        expected = dumped(Llama(), *runs)
        for version in (4, 5):
            with self.subTest(version), imitation(version):
                actual = dumped(Llama(version), *runs, forward=None, cache=None)
                self.assertEqual(set(expected), set(actual))
                for name, tensor in expected.items():
                    self.agree(actual[name], tensor)

    def command_line(self, version, *options):
        with tempfile.TemporaryDirectory() as folder, imitation(version):
            write_checkpoint(Llama(), folder)
            path = os.path.join(folder, "dump.safetensors")
            with mock.patch.object(sys, "argv", ["transformers_dump.py", folder, path, *options]):
                transformers_dump.main()
            return read(path)

    def test_command_line(self):
        model, (short, long) = Llama(), (",".join(map(str, tokens)) for tokens in (SHORT, LONG))
        for version in (4, 5):
            for options, runs, settings in (
                ([], [SHORT], {}),
                (["--tokens", long, "--generate", "2"], [Run(SHORT, generate=2), Run(LONG, generate=2)], {}),
                (["--tokens", long, "--pad", "right"], [Run([SHORT, LONG], pad="right")], {}),
                (["--layers", "0,2", "--last-logits"], [SHORT], {"layers": [0, 2], "last_logits": True}),
            ):
                with self.subTest(version=version, options=options):
                    expected, actual = dumped(model, *runs, **settings), self.command_line(version, "--tokens", short, *options)
                    self.assertEqual(set(expected), set(actual))
                    for name, tensor in expected.items():
                        self.agree(actual[name], tensor)
            sdpa = self.command_line(version, "--tokens", short, "--attn", "sdpa", "--dtype", "bfloat16")
            self.assertEqual(sdpa["model.layers.0"].dtype, torch.bfloat16)

    def test_command_line_errors(self):
        for message, *options in (
            ("--tokens: 96, expected 0 to 95", "--tokens", "1,96"),
            ("--tokens: -1, expected 0 to 95", "--tokens=-1"),
            ("--layers: 3, expected 0 to 2", "--tokens", "1", "--layers", "0,3"),
        ):
            with self.subTest(message), mock.patch("sys.stderr", io.StringIO()) as printed, self.assertRaises(SystemExit) as end:
                self.command_line(5, *options)
            self.assertEqual(end.exception.code, 2)
            self.assertIn(message, printed.getvalue())


@unittest.skipUnless(TRANSFORMERS, "transformers is not installed")
class TransformersTests(DumpTests):
    """The real transformers, on a random model."""

    def setUp(self):
        import transformers

        torch.manual_seed(21)
        known = {key: value for key, value in CONFIG.items() if key not in ("architectures", "torch_dtype", "model_type")}
        self.model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**known, pad_token_id=0, attn_implementation="eager")).eval()

    def test_names_are_those_of_the_imitation(self):
        runs = [Run(LONG, feed=[SHORT], generate=1), Run(PROMPT[2:], kept=2), Run([SHORT, LONG], pad="left", generate=2)]
        actual, expected = dumped(self.model, *runs, forward=None, cache=None), dumped(Llama(), *runs)
        self.assertEqual({name: tensor.shape for name, tensor in actual.items()}, {name: tensor.shape for name, tensor in expected.items()})

    def test_chunks_batches_and_runs_agree_with_one_forward(self):
        with torch.no_grad():
            hidden = self.model(torch.tensor([PROMPT]), output_hidden_states=True).hidden_states
        runs = [Run(PROMPT[:4], feed=[PROMPT[4:5], PROMPT[5:]]), Run(PROMPT[3:], kept=3), Run([PROMPT, SHORT], pad="left")]
        actual = dumped(self.model, *runs, forward=None, cache=None)
        self.agree(actual["run.0.decode.1.model.layers.1"], hidden[2][:, 5:])
        self.agree(actual["run.1.model.layers.1"], hidden[2][:, 3:])
        self.agree(actual["run.2.model.layers.1"][:1], hidden[2])
        self.agree(actual["run.2.model.norm"][:1], hidden[3])

    def test_command_line(self):
        with tempfile.TemporaryDirectory() as folder:
            self.model.save_pretrained(folder)
            path = os.path.join(folder, "dump.safetensors")
            for options in (["--attn", "sdpa", "--last-logits", "--layers", "0,2"], ["--dtype", "bfloat16"], ["--tokens", "4", "--pad", "left"]):
                command = [sys.executable, transformers_dump.__file__, folder, path, "--tokens", "5,17,33", "--generate", "2", *options]
                subprocess.run(command, check=True)
                self.assertIn("decode.1.layers.0.k_cache", read(path))


class CommandLineTests(unittest.TestCase):
    def test_errors(self):
        with tempfile.TemporaryDirectory() as folder:
            for message, *arguments in (
                ("there is no config.json in", folder, "out", "--tokens", "1"),
                ("argument --tokens: invalid list_of_numbers value: 'x'", folder, "out", "--tokens", "x"),
                ("the following arguments are required: --tokens", folder, "out"),
            ):
                run = subprocess.run([sys.executable, transformers_dump.__file__, *arguments], capture_output=True, text=True)
                self.assertEqual(run.returncode, 2)
                self.assertIn(message, run.stderr)


def write_checkpoint(model, folder):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
        json.dump(CONFIG, file, indent=2)
    transformers_dump.write(os.path.join(folder, "model.safetensors"), dict(model.state_dict()))


def write_examples(folder):
    """A checkpoint, and what it computes: a prompt with chunks and a generated token, batches, and runs."""
    model = Llama()
    write_checkpoint(model, folder)
    for name, runs in {
        "chunks": [Run(PROMPT, feed=[SHORT, [40]], generate=2)],
        "batch_left": [Run([SHORT, LONG], feed=[[[40], [41]]], generate=1, pad="left")],
        "batch_right": [Run([SHORT, LONG], feed=[[[40], [41]]], generate=1, pad="right")],
        "runs": [Run(LONG, generate=1), PROMPT, Run(SHORT, kept=5, generate=1)],
    }.items():
        plain = Plain(model)
        dump(model, os.path.join(folder, f"{name}.safetensors"), *runs, forward=plain.forward, cache=plain.cache)
    own, path = Own(model), os.path.join(folder, "own_names.safetensors")
    run, options = Run(PROMPT, feed=[SHORT], generate=1), {"names": Own.NAMES, "rotary": {"rope": "kq"}}
    dump(own, path, run, forward=lambda tokens, start, **_: own(tokens, start), cache=lambda n: own.blocks[n].kept, **options)


if __name__ == "__main__":
    if len(sys.argv) == 2 and not sys.argv[1].startswith("-"):
        write_examples(sys.argv[1])
    else:
        unittest.main()
