"""Dump what an engine in Python computes that has no hooks (MLX, tinygrad, Keras …), for `llama3verify check dump.safetensors --checkpoint FOLDER`.
Copy this file into your project. It needs numpy and nothing else. docs/engines-and-dumps.md shows it with several engines.

    watch = Watch()
    watch.modules({path: module for path, module in model.named_modules()})
    watch.function(engine.models.llama, "scaled_dot_product_attention", "queries keys values")
    for prefix, tokens in (("", [128000, 791, 4320]), ("decode.0.", [374])):
        watch.pass_(prefix, tokens)
        watch.keep("logits", model(tokens, …))
    watch.save("dump.safetensors")
"""

import json

import numpy as np

INPUTS = "post_attention_layernorm o_proj down_proj ffn_norm attn_output ffn_down feedforward_layernorm attention_output feedforward_output_dense"
DTYPES = {"float32": "F32", "float16": "F16", "int64": "I64"}


class Watch:
    """Keeps in `tensors` what modules and functions return.

    array: makes an array of numpy of a tensor of the engine. inputs: the last words of the paths of modules whose input is kept too.
    twice: the last words of modules that run twice in a layer; what they return is called `PATH.0` and `PATH.1`. join: between a path and a function.
    """

    def __init__(self, array=np.asarray, inputs=INPUTS, twice="rope rotary_embedding_layer", join="."):
        self.array, self.inputs, self.twice, self.join = array, inputs.split(), twice.split(), join
        self.tensors, self.prefix, self.running, self.calls = {}, "", [], {}

    def pass_(self, prefix, tokens):
        """What runs now is called `prefix` and its name: "" for the prompt, then "decode.0.", "decode.1." …"""
        self.prefix, self.calls = prefix, {}
        self.keep("tokens", tokens)

    def modules(self, paths, method="__call__"):
        """paths: what each module is called. Python finds `__call__` in the class, so classes are changed."""
        known = {id(module): (path, module) for path, module in paths.items() if path}
        for cls in {type(module) for _, module in known.values()}:
            setattr(cls, method, self.watched(getattr(cls, method), lambda module: known.get(id(module), ("",))[0]))

    def function(self, owner, name, arguments="", calls=""):
        """arguments: what the first ones are called, with a "-" for one that is not kept; a method has itself as the first. calls: what its first,
        second … call in a module returns."""
        inner = getattr(owner, name)

        def outer(*args, **kwargs):
            result = inner(*args, **kwargs)
            if self.running:
                path = f"{self.running[-1]}{self.join}{name}"
                for argument, value in [*zip(arguments.split(), args), *(item for item in kwargs.items() if item[0] in arguments.split())]:
                    self.keep(f"{path}.{argument}" if argument != "-" else None, value)
                self.keep(f"{path}.{calls.split()[self.count(path)]}" if calls else path, result)
            return result

        setattr(owner, name, outer)

    def watched(self, inner, path_of):
        def outer(module, *args, **kwargs):
            path = path_of(module)
            if not path or self.running[-1:] == [path]:  # the second if a class calls the method of the one it inherits from
                return inner(module, *args, **kwargs)
            word = path.replace("/", ".").split(".")[-1]
            self.keep(f"{path}.input" if word in self.inputs else None, args[0] if args else None)
            self.running.append(path)
            result = inner(module, *args, **kwargs)
            self.running.pop()
            self.keep(f"{path}.{self.count(path)}" if word in self.twice else path, result[0] if isinstance(result, tuple) else result)
            return result

        return outer

    def count(self, path):
        self.calls[path] = self.calls.get(path, -1) + 1
        return self.calls[path]

    def keep(self, name, tensor):
        if name is not None:
            if self.prefix + name in self.tensors:
                raise ValueError(f"{self.prefix}{name} was computed twice in one pass: call pass_ before each")
            value = self.array(tensor)
            other = "int64" if value.dtype.kind in "biu" else "float32"
            self.tensors[self.prefix + name] = np.array(value, dtype=value.dtype if value.dtype.name in DTYPES else other)

    def save(self, path):
        header, data = {}, bytearray()
        for name, value in sorted(self.tensors.items(), key=lambda item: -item[1].itemsize):
            header[name] = {"dtype": DTYPES[value.dtype.name], "shape": list(value.shape), "data_offsets": [len(data), len(data) + value.nbytes]}
            data += value.tobytes()
        encoded = json.dumps(header).encode()
        encoded += b" " * (-len(encoded) % 8)
        with open(path, "wb") as file:
            file.write(len(encoded).to_bytes(8, "little") + encoded + data)
