"""Dump what a PyTorch Llama computes into one file, for `llama3verify check dump.safetensors --checkpoint FOLDER`.

Copy this file into your project. It needs PyTorch (1.13 or later), and transformers (4.4x or 5) only for models of transformers.

1. A model of transformers: a prompt, and eight tokens generated after it. The command line does the same (`--help`).

    model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager")
    dump(model, "dump.safetensors", Run([128000, 791, 4320], generate=8))

2. A batch; a prompt and passes over given tokens; two runs, the second of which keeps three tokens of the first in the cache.

    dump(model, "dump.safetensors", Run([[128000, 791, 4320], [128000, 1820]], pad="left", generate=2))
    dump(model, "dump.safetensors", Run([128000, 791, 4320], feed=[[374], [220, 2983]]))
    dump(model, "dump.safetensors", [128000, 791, 4320, 374], Run([220, 2983], kept=3))

3. A torch.nn.Module of your own. Its modules have Hugging Face's names or Meta's, or `names` says which of them they are.

    dump(model, "dump.safetensors", Run([128000, 791, 4320], feed=[[374], [220, 2983]]),
         forward=lambda tokens, start, **_: model(tokens, start), names={"blocks": "layers", "attn": "attention"})
"""

import argparse
import contextlib
import ctypes
import dataclasses
import json
import os
import struct
import sys

import torch

ROTARY = {"apply_rotary_pos_emb": "qk", "apply_rotary_emb": "qk"}  # functions or modules, and in which order they give queries and keys
IN_A_LAYER = {  # modules of Hugging Face and of Meta; ".input" is what a module is given
    "model.layers.{n}.": "input_layernorm self_attn self_attn.q_proj self_attn.k_proj self_attn.v_proj self_attn.qkv_proj self_attn.o_proj.input "
    "self_attn.o_proj post_attention_layernorm.input post_attention_layernorm mlp.gate_proj mlp.up_proj mlp.gate_up_proj mlp.act_fn "
    "mlp.down_proj.input mlp.down_proj",
    "layers.{n}.": "attention_norm attention.wq attention.wk attention.wv attention.wqkv attention.wo.input attention.wo ffn_norm.input ffn_norm "
    "feed_forward.w1 feed_forward.w3 feed_forward.w13 feed_forward.w2.input feed_forward.w2",
}
KNOWN = {layer + name for layer, names in IN_A_LAYER.items() for name in names.split()}
KNOWN |= set("model.embed_tokens model.rotary_emb model.layers.{n} model.norm.input model.norm tok_embeddings layers.{n} norm.input norm".split())
PARTS = {  # modules that return several tensors
    "model.rotary_emb": ["model.rotary_emb.cos", "model.rotary_emb.sin"],
    "model.layers.{n}.self_attn": [None, "model.layers.{n}.self_attn.attn_weights"],
}
DTYPES = {torch.float32: "F32", torch.bfloat16: "BF16", torch.float16: "F16", torch.int64: "I64"}


@dataclasses.dataclass
class Run:
    """A prompt and the passes after it."""

    tokens: list  # the ids of a prompt, or of several: a batch
    feed: list = ()  # the ids of each pass after it; in a batch a list for every prompt, of the same length
    generate: int = 0  # after those, how many passes over the most likely next token
    pad: str = None  # "left" or "right", if the prompts of a batch have different lengths
    kept: int = 0  # how many tokens of the run before stay in the cache; `tokens` are the new ones alone


def dump(model, path, *runs, forward=None, cache=None, names=None, rotary=None, layers=None, last_logits=False):
    """Run a model, and write what it computes. `runs`: each a Run, or the ids of a prompt.

    forward(tokens, start, positions, attention_mask) returns logits. tokens and positions are [B, M]; `start` tokens stay in the cache, 0: none;
        attention_mask [B, start + M] is None without a batch. A model of transformers needs no `forward`.
    cache(n) returns the keys and the values in the cache of layer n. May be left out.
    names: what your modules are called elsewhere, word by word {"attn": "self_attn"} or as a whole {"blocks.{n}.mix": "layers.{n}.attention"}.
    rotary: your functions or modules that rotate: {"rope": "kq"} gives the keys first, and then the queries.
    layers: the numbers of those to dump; all if left out. last_logits: logits of the last token alone.
    """
    if forward is None:
        forward = Transformers(model)
        cache = forward.cache
    capture, slots = Capture(model, names or {}, {**ROTARY, **(rotary or {})}, layers), torch.zeros(0, 0)
    with capture.hooks(), torch.no_grad():
        for r, run in enumerate(run if isinstance(run, Run) else Run(run) for run in runs):
            for i, ids in enumerate([run.tokens, *run.feed, *[None] * run.generate]):
                tokens, real = batch(following[:, None] if ids is None else ids, run.pad)
                kept = slots.shape[1] if i > 0 else run.kept
                prefix = (f"run.{r}." if len(runs) > 1 else "") + (f"decode.{i - 1}." if i > 0 else "")
                if kept > 0 and (kept > slots.shape[1] or len(tokens) != len(slots)):
                    cached = f"the cache holds {slots.shape[1]} tokens for each of {len(slots)}"
                    raise ValueError(f"{prefix}tokens: {len(tokens)} rows that follow {kept} kept tokens; {cached}")
                slots = torch.cat([slots[:, :kept], real], dim=1) if kept > 0 else real  # [B, kept + M]: 1, or 0 where there is padding
                capture.prefix, capture.layer = prefix, -1
                if i == 0 and kept > 0:
                    capture.keep("kept", torch.tensor(kept))
                following = one_pass(capture, forward, cache, tokens, slots, last_logits)
    write(path, capture.tensors)


def batch(ids, pad):
    """[B, T] of one prompt or several; and the same with 1 for a token, 0 for padding."""
    rows = ids.tolist() if isinstance(ids, torch.Tensor) else list(ids)
    rows = rows if rows and isinstance(rows[0], (list, tuple)) else [rows]
    lengths = [len(row) for row in rows]
    if min(lengths) == 0 or len(set(lengths)) > 1 and pad not in ("left", "right"):
        raise ValueError(f'{lengths} tokens in the prompts: each needs one at least; if they differ, pad="left" or pad="right" is needed')
    tokens, real = torch.zeros(2, len(rows), max(lengths), dtype=torch.int64)
    for b, row in enumerate(rows):
        place = slice(max(lengths) - len(row), None) if pad == "left" else slice(len(row))
        tokens[b, place], real[b, place] = torch.tensor(row), 1
    return tokens, real


def one_pass(capture, forward, cache, tokens, slots, last_logits):
    """Run `tokens`, which are in the last of `slots`. Returns the next token of each prompt."""
    (B, M), start, device = tokens.shape, slots.shape[1] - tokens.shape[1], next(capture.model.parameters()).device
    positions = (slots.cumsum(1) - 1).clamp(min=0)[:, start:]
    result = forward(tokens.to(device), start=start, positions=positions.to(device), attention_mask=slots.to(device) if B > 1 else None)
    logits = getattr(result, "logits", result)
    logits = logits[:, None] if logits.dim() == 2 else logits
    if logits.dim() != 3 or len(logits) != B or logits.shape[1] not in (1, M):
        raise ValueError(f"forward returned logits {list(logits.shape)}, expected [{B}, {M}, vocab_size]")
    ends = (slots[:, start:] * torch.arange(M)).argmax(1) if logits.shape[1] > 1 else [0] * B  # in each row the last that is no padding
    last = torch.stack([row[end] for row, end in zip(logits, ends)])
    following = last.argmax(-1).cpu()
    capture.keep("logits", last[:, None] if last_logits else logits)
    for name, tensor in {"tokens": tokens, "next_token": following, **({"positions": positions} if B > 1 or start > 0 else {})}.items():
        capture.keep(name, tensor if B > 1 else tensor[0])
    if B > 1:
        capture.keep("attention_mask", slots)
    for n in capture.layers if cache and start > 0 else []:
        for name, tensor in zip(("k_cache", "v_cache"), cache(n)):
            capture.keep(f"layers.{n}.{name}", tensor)
    return following


class Transformers:
    """Runs a model of transformers with its cache."""

    def __init__(self, model):
        self.model, self.past = model, None
        eager = getattr(getattr(model, "config", None), "_attn_implementation", None) == "eager"
        self.options = {"output_attentions": True} if eager else {}  # before 4.48 attention returns no weights without it

    def __call__(self, tokens, start, positions, attention_mask):
        from transformers.cache_utils import DynamicCache

        if start == 0:
            self.past = DynamicCache()  # some versions would make a tuple, which cannot be cropped
        elif start < self.past.get_seq_length():
            self.past.crop(start)
        given = {"position_ids": positions, "attention_mask": attention_mask, "past_key_values": self.past, "use_cache": True}
        return self.model(input_ids=tokens, **given, **self.options)

    def cache(self, n):
        if hasattr(self.past, "layers"):
            return self.past.layers[n].keys, self.past.layers[n].values
        return self.past.key_cache[n], self.past.value_cache[n]  # before 4.54


class Capture:
    """Keeps in `tensors` what known modules compute, while its hooks are there."""

    def __init__(self, model, names, rotary, layers):
        self.model, self.names, self.rotary = model, names, rotary
        self.tensors, self.prefix, self.layer, self.rotated = {}, "", -1, 0  # the layer that runs (-1: none yet), and what it has rotated
        self.modules = [(path, number(path), module) for path, module in model.named_modules(remove_duplicate=False) if path]
        there = {n for _, n, _ in self.modules} - {None}
        self.layers = sorted(there if layers is None else set(layers))
        if not any(self.known(path) for path, *_ in self.modules):
            raise ValueError(f"no module has a known name, so names={{…}} is needed; there are {', '.join(path for path, *_ in self.modules)}")
        if not there.issuperset(self.layers):
            raise ValueError(f"there are no layers {sorted(set(self.layers) - there)}; the model has {len(there)}, numbered from 0")

    def known(self, path):
        """How others call a module, with {n} for the number of the layer; None if it has no known name."""
        words = ["{n}" if word.isdigit() else word for word in path.split(".")]
        whole = self.names.get(".".join(words))
        renamed = whole or ".".join(self.names.get(word, word) for word in words)
        return next((name for name in (renamed, f"model.{renamed}") if name in KNOWN), whole)

    @contextlib.contextmanager
    def hooks(self):
        """Afterwards the model is as it was, also after an exception."""
        with contextlib.ExitStack() as undo:
            for path, n, module in self.modules:
                undo.callback(module.register_forward_pre_hook(lambda _, given, path=path, n=n: self.before(path, n, given)).remove)
                undo.callback(module.register_forward_hook(lambda _, given, result, path=path, n=n: self.after(path, n, result)).remove)
            for space in {sys.modules.get(type(module).__module__) for module in self.model.modules()}:
                for name in self.rotary:
                    if callable(getattr(space, name, None)):
                        undo.callback(setattr, space, name, getattr(space, name))
                        setattr(space, name, self.rotating(name, getattr(space, name)))
            yield

    def before(self, path, n, given):
        if path.split(".")[-1].isdigit():
            self.layer, self.rotated = n, 0
        self.keep_parts([self.known(f"{path}.input")], given, n)

    def after(self, path, n, result):
        name, word = self.known(path), path.split(".")[-1]
        self.keep_parts(PARTS.get(name, [name]), result, n)
        if word in self.rotary and n in (None, self.layer):
            self.keep_rotated(word, result)

    def rotating(self, name, function):
        def rotating(*args, **kwargs):
            result = function(*args, **kwargs)
            self.keep_rotated(name, result)
            return result

        return rotating

    def keep_rotated(self, name, result):
        names = [f"layers.{{n}}.{which}_per_token_rotated" for which in self.rotary[name]]
        self.keep_parts(names[self.rotated :], result, self.layer)
        self.rotated += len(parts_of(result))

    def keep_parts(self, names, result, n):
        """While another layer than n runs, nothing is kept: layers may share a module."""
        if n is None or n == self.layer and n in self.layers:
            for name, tensor in zip(names, parts_of(result)):
                if name and isinstance(tensor, torch.Tensor):
                    self.keep(name.replace("{n}", str(n)), tensor)

    def keep(self, name, tensor):
        name = self.prefix + name
        if name in self.tensors:
            raise ValueError(f"{name} was computed twice in one pass")
        dtype = tensor.dtype if tensor.dtype in DTYPES else torch.float32 if tensor.is_floating_point() else torch.int64
        self.tensors[name] = tensor.detach().to("cpu", dtype, copy=True).contiguous()


def parts_of(result):
    return result if isinstance(result, (tuple, list)) else (result,)


def number(path):
    return next((int(word) for word in path.split(".") if word.isdigit()), None)


def write(path, tensors):
    """A .safetensors file: the length of the header, the header, the numbers. Wide types come first, which keeps every tensor aligned."""
    by_width = sorted(tensors.items(), key=lambda item: -item[1].element_size())
    header, end = {}, 0
    for name, tensor in by_width:
        start, end = end, end + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [start, end]}
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(encoded)) + encoded)
        for _, tensor in by_width:
            file.write((ctypes.c_char * (tensor.numel() * tensor.element_size())).from_address(tensor.data_ptr()))


def list_of_numbers(text):
    return [int(word) for word in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description="Dump what transformers computes, for llama3verify check OUT --checkpoint FOLDER.")
    parser.add_argument("folder", metavar="FOLDER", help="a checkpoint of Hugging Face: config.json and *.safetensors")
    parser.add_argument("out", metavar="OUT.safetensors")
    parser.add_argument("--tokens", metavar="1,2,3", type=list_of_numbers, action="append", required=True,
                        help="the ids of a prompt; given several times they are runs, each with an empty cache, or with --pad a batch")
    parser.add_argument("--pad", choices=["left", "right"], help="the prompts are a batch, padded on this side")
    parser.add_argument("--generate", metavar="K", type=int, default=0, help="passes after each prompt, over the most likely next token")
    parser.add_argument("--dtype", choices=["float32", "bfloat16", "float16"], default="float32")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, mps …")
    parser.add_argument("--layers", metavar="0,1,15", type=list_of_numbers, help="dump these alone")
    parser.add_argument("--attn", choices=["eager", "sdpa"], default="eager", help="only eager gives the attention weights")
    parser.add_argument("--last-logits", action="store_true", help="logits of the last token alone")
    options = parser.parse_args()
    if not os.path.isfile(os.path.join(options.folder, "config.json")):
        parser.error(f"there is no config.json in {options.folder}; FOLDER is a checkpoint of Hugging Face")
    if not os.path.isdir(os.path.dirname(os.path.abspath(options.out))):
        parser.error(f"there is no folder for {options.out}")
    try:
        import transformers
    except ImportError as error:
        parser.error(f"transformers cannot be loaded ({error}); to install it: python3 -m pip install transformers")
    config = transformers.AutoConfig.from_pretrained(options.folder)
    given = (("--tokens", sum(options.tokens, []), config.vocab_size), ("--layers", options.layers or [], config.num_hidden_layers))
    for name, values, limit in given:
        for value in values:
            if not 0 <= value < limit:
                parser.error(f"{name}: {value}, expected 0 to {limit - 1}")
    dtype = "dtype" if int(transformers.__version__.split(".")[0]) >= 5 else "torch_dtype"
    loading = {dtype: getattr(torch, options.dtype), "attn_implementation": options.attn}
    model = transformers.AutoModelForCausalLM.from_pretrained(options.folder, **loading).to(options.device).eval()
    prompts = [options.tokens] if options.pad else options.tokens
    runs = [Run(tokens, generate=options.generate, pad=options.pad) for tokens in prompts]
    dump(model, options.out, *runs, layers=options.layers, last_logits=options.last_logits)


if __name__ == "__main__":
    main()
