"""Write a random checkpoint with the real shapes of Llama 3 8B, in the layout of Meta or of Hugging Face.

    python3 scripts/make_full_size.py FOLDER --layout meta              # 16 GB: params.json, consolidated.00.pth
    python3 scripts/make_full_size.py FOLDER --layout hf --layers 2     # 3 GB: config.json, model-0000x-of-0000y.safetensors

Needs numpy, but not PyTorch. Memory stays below 1 GB: numbers are drawn and written in pieces. A tensor's numbers depend only
on the seed and its name. So both layouts hold the same model, and a model with fewer layers has the first layers of a larger
one. The .pth is the archive that torch.save writes: data.pkl, and stored entries aligned to 64 bytes.
"""

import argparse
import collections
import io
import json
import os
import pickle
import shutil
import struct
import sys
import types
import zipfile
import zlib

import numpy

import paths

DIM, HEADS, KEY_VALUE_HEADS, HEAD_DIM, FFN_DIM, VOCABULARY = 4096, 32, 8, 128, 14336, 128256
PARAMS = {
    "dim": DIM, "n_layers": 32, "n_heads": HEADS, "n_kv_heads": KEY_VALUE_HEADS, "vocab_size": VOCABULARY,
    "multiple_of": 1024, "ffn_dim_multiplier": 1.3, "norm_eps": 1e-05, "rope_theta": 500000.0,
}
CONFIG = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "attention_bias": False, "bos_token_id": 128000,
    "eos_token_id": 128001, "hidden_act": "silu", "hidden_size": DIM, "intermediate_size": FFN_DIM,
    "max_position_embeddings": 8192, "num_attention_heads": HEADS, "num_hidden_layers": 32,
    "num_key_value_heads": KEY_VALUE_HEADS, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": None,
    "rope_theta": 500000.0, "tie_word_embeddings": False, "torch_dtype": "bfloat16", "vocab_size": VOCABULARY,
}
HUGGING_FACE = {
    "attention.wq": "self_attn.q_proj", "attention.wk": "self_attn.k_proj", "attention.wv": "self_attn.v_proj",
    "attention.wo": "self_attn.o_proj", "feed_forward.w1": "mlp.gate_proj", "feed_forward.w3": "mlp.up_proj",
    "feed_forward.w2": "mlp.down_proj", "attention_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
}
PERMUTED = {"attention.wq": HEADS, "attention.wk": KEY_VALUE_HEADS}
LAYER = {
    "attention.wq": (HEADS * HEAD_DIM, DIM), "attention.wk": (KEY_VALUE_HEADS * HEAD_DIM, DIM),
    "attention.wv": (KEY_VALUE_HEADS * HEAD_DIM, DIM), "attention.wo": (DIM, HEADS * HEAD_DIM),
    "feed_forward.w1": (FFN_DIM, DIM), "feed_forward.w3": (FFN_DIM, DIM), "feed_forward.w2": (DIM, FFN_DIM),
    "attention_norm": (DIM,), "ffn_norm": (DIM,),
}
PIECE = 1 << 24              # numbers drawn at a time
ALIGNMENT = 64               # bytes; torch.save aligns numbers to it
SHARD_BYTES = 5_000_000_000  # transformers starts a new file beyond this size
EPOCH = (1980, 1, 1, 0, 0, 0)

# Python writes 64-bit offsets from 2 GB on; torch.save, and torch.load when it checks them, from 4 GB on.
zipfile.ZIP64_LIMIT = (1 << 32) - 2


def tensors(layers):
    """(Meta's name, shape) of every tensor, in Meta's order."""
    yield "tok_embeddings.weight", (VOCABULARY, DIM)
    for layer in range(layers):
        for name, shape in LAYER.items():
            yield f"layers.{layer}.{name}.weight", shape
    yield "norm.weight", (DIM,)
    yield "output.weight", (VOCABULARY, DIM)


def pieces(name, shape, seed):
    """The numbers as bfloat16 bits: norms are around 1, matrices keep the size of a layer's input."""
    random = numpy.random.default_rng([seed, zlib.crc32(name.encode())])
    total = int(numpy.prod(shape))
    for start in range(0, total, PIECE):
        numbers = random.standard_normal(min(PIECE, total - start), dtype=numpy.float32)
        numbers = 1 + 0.1 * numbers if len(shape) == 1 else numbers / numpy.float32(shape[1] ** 0.5)
        yield (numbers.astype(numpy.float32).view(numpy.uint32) >> 16).astype("<u2")


def write_meta(folder, layers, seed):
    """Write params.json and consolidated.00.pth."""
    dump(folder, "params.json", {**PARAMS, "n_layers": layers})
    shapes = list(tensors(layers))
    with zipfile.ZipFile(os.path.join(folder, "consolidated.00.pth"), "w") as archive:
        write_entry(archive, "data.pkl", [state_dict(shapes)])
        write_entry(archive, "byteorder", [b"little"])
        for key, (name, shape) in enumerate(shapes):
            show(key, len(shapes), name)
            write_entry(archive, f"data/{key}", (piece.tobytes() for piece in pieces(name, shape, seed)))
        write_entry(archive, "version", [b"3\n"])


def write_entry(archive, name, contents):
    """Write a stored entry whose header is padded as torch.save pads it."""
    entry = zipfile.ZipInfo(f"consolidated.00/{name}", EPOCH)
    entry.create_system = 3
    header = archive.fp.tell() + 30 + len(entry.filename) + 4
    padding = -header % ALIGNMENT
    entry.extra = b"FB" + struct.pack("<H", padding) + b"Z" * padding
    with archive.open(entry, "w") as stream:
        for content in contents:
            stream.write(content)


def state_dict(shapes):
    """data.pkl as torch.save pickles {name: tensor}, made with stand-ins for the functions that it names."""
    stand_ins()
    stream = io.BytesIO()
    StatePickler(stream, protocol=2).dump({name: Tensor(key, shape) for key, (name, shape) in enumerate(shapes)})
    return stream.getvalue()


def stand_ins():
    """Install functions with the names that pickle must write; they are never called."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    torch._utils = utils
    torch.BFloat16Storage = type("BFloat16Storage", (), {"__module__": "torch"})
    utils._rebuild_tensor_v2 = types.FunctionType((lambda: None).__code__, {}, "_rebuild_tensor_v2")
    utils._rebuild_tensor_v2.__module__ = "torch._utils"
    utils._rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    sys.modules.update({"torch": torch, "torch._utils": utils})


class Storage:
    """The numbers of a tensor: one entry of the archive."""

    def __init__(self, key, numel):
        self.key, self.numel = key, numel


class Tensor:
    """A tensor that is pickled as torch.Tensor is."""

    def __init__(self, key, shape):
        self.storage, self.shape = Storage(str(key), int(numpy.prod(shape))), shape

    def __reduce__(self):
        strides = (self.shape[1], 1) if len(self.shape) == 2 else (1,)
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
        return rebuild, (self.storage, 0, self.shape, strides, False, collections.OrderedDict())


class StatePickler(pickle.Pickler):
    """Writes a storage as a reference."""

    def persistent_id(self, obj):
        if isinstance(obj, Storage):
            return "storage", sys.modules["torch"].BFloat16Storage, obj.key, "cpu", obj.numel
        return None


def write_hugging_face(folder, layers, seed):
    """Write config.json, the index and the shards."""
    dump(folder, "config.json", {**CONFIG, "num_hidden_layers": layers})
    shards, size = [[]], 0
    for name, shape in tensors(layers):
        length = 2 * int(numpy.prod(shape))
        if size + length > SHARD_BYTES:
            shards.append([])
            size = 0
        shards[-1].append((name, shape, length))
        size += length
    weight_map = {}
    for number, shard in enumerate(shards, 1):
        file = f"model-{number:05}-of-{len(shards):05}.safetensors"
        write_shard(os.path.join(folder, file), shard, seed)
        weight_map.update({hugging_face_name(name): file for name, _, _ in shard})
    total = sum(length for shard in shards for _, _, length in shard)
    dump(folder, "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": weight_map})


def write_shard(path, shard, seed):
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, shape, length in shard:
        header[hugging_face_name(name)] = {"dtype": "BF16", "shape": shape, "data_offsets": [at, at + length]}
        at += length
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)
    with open(path, "wb") as stream:
        stream.write(struct.pack("<Q", len(encoded)) + encoded)
        for number, (name, shape, _) in enumerate(shard):
            show(number, len(shard), name)
            for piece in hugging_face_pieces(name, shape, seed):
                stream.write(piece.tobytes())


def hugging_face_name(name):
    """model.layers.0.self_attn.q_proj.weight for layers.0.attention.wq.weight."""
    outside = {"tok_embeddings.weight": "model.embed_tokens.weight", "norm.weight": "model.norm.weight", "output.weight": "lm_head.weight"}
    if name in outside:
        return outside[name]
    _, layer, rest = name.split(".", 2)
    return f"model.layers.{layer}.{HUGGING_FACE[rest.removesuffix('.weight')]}.weight"


def hugging_face_pieces(name, shape, seed):
    """Meta's numbers; queries and keys have their rows in the order that pairs i with i + head_dim/2."""
    heads = PERMUTED.get(name.split(".", 2)[-1].removesuffix(".weight"))
    if heads is None:
        return pieces(name, shape, seed)
    whole = numpy.concatenate(list(pieces(name, shape, seed)))
    return [whole.reshape(heads, HEAD_DIM // 2, 2, DIM).swapaxes(1, 2).reshape(shape)]


def dump(folder, name, value):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="\n") as stream:
        stream.write(json.dumps(value, indent=2) + "\n")


def show(done, total, name):
    if sys.stderr.isatty():
        print(f"\r{done + 1} of {total}: {name:50}", end="", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", help="created if it does not exist")
    parser.add_argument("--layout", choices=("meta", "hf"), default="meta")
    parser.add_argument("--layers", type=int, default=32)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--tokenizer", default=os.path.join(paths.MICRO, "tokenizer.model"), help="a tokenizer.model to copy")
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    shutil.copy(arguments.tokenizer, os.path.join(arguments.folder, "tokenizer.model"))
    write = write_meta if arguments.layout == "meta" else write_hugging_face
    write(arguments.folder, arguments.layers, arguments.seed)


if __name__ == "__main__":
    main()
