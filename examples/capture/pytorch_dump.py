"""Dump what any PyTorch model computes, under the model's own names, for `llama3verify check dump.safetensors --checkpoint FOLDER`.
Copy this file into your project. It needs PyTorch (1.13 or later) and nothing else.

    with Recorder(model) as recorder:
        for prefix, tokens in (("", [128000, 791, 4320]), ("decode.0.", [374]), ("decode.1.", [220, 2983])):
            recorder.pass_(prefix, tokens)
            model(torch.tensor([tokens]), …)  # as your model is called, with its cache
    recorder.save("dump.safetensors")
"""

import contextlib
import ctypes
import inspect
import json
import sys
from unittest import mock

import torch

INPUTS = "post_attention_layernorm ffn_norm norm_2 mlp_norm ff_ln wo o_proj proj dense output_proj w2 down_proj apply_rope"
ROTARY = {"apply_rotary_emb": "", "apply_rotary_pos_emb": "", "apply_rope": "", "pos_embeddings": "", "adjusted_qk": "queries keys"}
ATTENTION = {"scaled_dot_product_attention": "query key value", "_attention_call": "q k v"}
DTYPES = {torch.float32: "F32", torch.bfloat16: "BF16", torch.float16: "F16", torch.int64: "I64"}


class Recorder(contextlib.ExitStack):
    """Keeps in `tensors` what a model computes, while it is entered with `with`: the output of each module under its path; arguments and results of
    functions that are called while it runs under PATH.FUNCTION; its input, if `inputs` has the last word of its path, under PATH.input.
    rotary: functions, methods and modules that rotate, and what they return; "": what their arguments are called, or q and k if each is a call.
    attention: functions and methods that compute attention, and what their first arguments are called where Python does not know."""

    def __init__(self, model, inputs="", rotary=None, attention=None, wanted=lambda name: True):
        super().__init__()
        self.inputs, self.wanted = f"{INPUTS} {inputs}".split(), wanted
        self.rotary, self.attention = {**ROTARY, **(rotary or {})}, {**ATTENTION, **(attention or {})}
        self.tensors, self.prefix, self.running, self.inside, self.rotated, self.paths = {}, "", [""], False, {}, {}
        for path, module in model.named_modules(remove_duplicate=False):
            self.paths.setdefault(module, []).append(path)  # several, if layers share it

    def pass_(self, prefix, tokens):
        """What runs now is called `prefix` and its name: "" for the prompt, then "decode.0.", "decode.1." …"""
        self.prefix, self.rotated = prefix, {}
        self.keep("tokens", torch.as_tensor(tokens))

    def __enter__(self):
        for module in self.paths:
            self.callback(module.register_forward_pre_hook(self.before).remove)
            self.callback(module.register_forward_hook(self.after).remove)
        places = [*self.paths, *{torch, torch.nn.functional, *(sys.modules[type(module).__module__] for module in self.paths)}]
        for name, place in ((name, place) for name in {**self.rotary, **self.attention, "softmax": ""} for place in places):
            if inspect.isroutine(getattr(place, name, None)):
                self.enter_context(mock.patch.object(place, name, self.recording(name, getattr(place, name), place)))
        return self

    def path_of(self, module):
        around = self.running[-1] + "." if self.running[-1] else ""
        return next((path for path in self.paths[module] if path.startswith(around)), self.paths[module][0])

    def before(self, module, given):
        self.running.append(self.path_of(module))
        if given and self.running[-1].split(".")[-1] in self.inputs:
            self.keep(f"{self.running[-1]}.input", given[0])

    def after(self, module, given, result):
        path = self.running.pop()
        if path.split(".")[-1] in self.rotary:
            self.keep_rotated(path, [], given, result)
        elif path:
            for i, part in enumerate(result if isinstance(result, (tuple, list)) else [result]):
                self.keep(f"{path}.{i}" if i else path, part)

    def recording(self, name, function, place):
        names = self.attention.get(name, "input").split() if inspect.isbuiltin(function) else list(inspect.signature(function).parameters)

        def recording(*args, **kwargs):
            if self.inside or len(self.running) == 1:  # another of these functions calls it, or no module of the model
                return function(*args, **kwargs)
            self.inside = True
            try:
                result = function(*args, **kwargs)
            finally:
                self.inside = False
            around = self.path_of(place) if place in self.paths else self.running[-1]
            path, given = f"{around}.{name}".lstrip("."), {**dict(zip(names, args)), **kwargs}
            if name in self.rotary:
                self.keep_rotated(path, names, given.values(), result)
            else:
                for argument in list(given)[: 3 if name in self.attention else 1]:
                    self.keep(f"{around}.scores".lstrip(".") if name == "softmax" else f"{path}.{argument}", given[argument])
                self.keep(path, result)
            return result

        return recording

    def keep_rotated(self, path, arguments, given, result):
        function, both = path.split(".")[-1], isinstance(result, tuple)
        names = self.rotary[function].split() or (arguments if both else ["q", "k"])
        for before, after in zip(given, result if both else [result]):  # queries and keys, or one of them in each of two calls
            self.rotated[path] = self.rotated.get(path, -1) + 1
            self.keep(f"{path}.{names[self.rotated[path]]}.input", before if function in self.inputs else None)
            self.keep(f"{path}.{names[self.rotated[path]]}", after)

    def keep(self, name, tensor):
        """To be called, too, for what no module returns: `recorder.keep("layers.0.attention.cache_k", cache[:, :20])`."""
        name = self.prefix + name
        if isinstance(tensor, torch.Tensor) and not tensor.is_complex() and self.wanted(name):
            if name in self.tensors:
                raise ValueError(f"{name} was computed twice in one pass: call pass_ before each, or leave it out with `wanted`")
            dtype = tensor.dtype if tensor.dtype in DTYPES else torch.float32 if tensor.is_floating_point() else torch.int64
            self.tensors[name] = tensor.detach().to("cpu", dtype, copy=True).contiguous()

    def save(self, path):
        """A .safetensors file: the length of the header, the header, the numbers. Wide types come first, which keeps every tensor aligned."""
        header, data = {}, bytearray()
        for name, tensor in sorted(self.tensors.items(), key=lambda item: -item[1].element_size()):
            size = tensor.numel() * tensor.element_size()
            header[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + size]}
            data += ctypes.string_at(tensor.data_ptr(), size)
        encoded = json.dumps(header).encode()
        encoded += b" " * (-len(encoded) % 8)
        with open(path, "wb") as file:
            file.write(len(encoded).to_bytes(8, "little") + encoded + data)
