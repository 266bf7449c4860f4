"""Tests of python_dump.py: `python3 -m unittest` in this folder. They need numpy."""

import json
import os
import sys
import tempfile
import unittest

import numpy as np

from python_dump import Watch


class Base:
    def __call__(self, x):
        return x


class Linear(Base):
    def __call__(self, x):
        return super().__call__(x) * 2


class Rope:
    def __call__(self, x, offset):
        return x + offset


def attend(queries, keys, mask=None):
    return queries + keys


def rotate(x):
    return x - 1


class Attention:
    def __init__(self):
        self.rope, self.o_proj = Rope(), Linear()

    def __call__(self, x):
        q, k = rotate(self.rope(x, 1)), rotate(self.rope(x, offset=2))
        return self.o_proj(attend(q, keys=k)), None

    def mixed(self, value):
        return value


class WatchTests(unittest.TestCase):
    def test_modules_functions_and_passes(self):
        layers, space = [Attention(), Attention()], sys.modules[__name__]
        kept = {name: getattr(space, name) for name in ("attend", "rotate")}
        watch = Watch()
        watch.modules({f"layers.{n}{name}": module for n, layer in enumerate(layers)
                       for name, module in (("", layer), (".rope", layer.rope), (".o_proj", layer.o_proj))})
        watch.function(space, "attend", "queries keys")
        watch.function(space, "rotate", calls="q k")
        try:
            for prefix in ("", "decode.0."):
                watch.pass_(prefix, [4, 5])
                for layer in layers:
                    layer(np.ones((1, 2), dtype=np.float64))
        finally:
            vars(space).update(kept)
        layer = {"": 6, ".rope.0": 2, ".rope.1": 3, ".rotate.q": 1, ".rotate.k": 2, ".attend": 3, ".attend.queries": 1, ".attend.keys": 2,
                 ".o_proj": 6, ".o_proj.input": 3}
        expected = {f"{at}layers.{n}{name}": value for at in ("", "decode.0.") for n in range(2) for name, value in layer.items()}
        self.assertEqual({name: value.flat[0] for name, value in watch.tensors.items() if "tokens" not in name}, expected)
        self.assertEqual({value.dtype.name for name, value in watch.tensors.items() if "tokens" not in name}, {"float32"})
        self.assertEqual(watch.tensors["decode.0.tokens"].tolist(), [4, 5])
        Attention()(np.ones(1))  # one that is not watched
        with self.assertRaisesRegex(ValueError, "decode.0.layers.0.o_proj.input was computed twice in one pass: call pass_"):
            layers[0].o_proj(np.ones(1))

    def test_methods(self):
        class Own(Attention):
            def __call__(self, x):
                return self.mixed(x)

        watch, own = Watch(join="/"), Own()
        watch.modules({"layer/attention": own})
        watch.function(Own, "mixed", "- value")
        own(np.ones(3, dtype=np.float16))
        self.assertEqual(set(watch.tensors), {"layer/attention", "layer/attention/mixed", "layer/attention/mixed.value"})

    def test_file(self):
        watch = Watch()
        watch.pass_("", [7, 8, 9])
        watch.keep("a", np.array([1.5, -2], dtype=np.float16))
        watch.keep("b", np.arange(6, dtype=np.float32).reshape(2, 3).T)
        with tempfile.TemporaryDirectory() as folder:
            watch.save(os.path.join(folder, "dump.safetensors"))
            with open(os.path.join(folder, "dump.safetensors"), "rb") as file:
                header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
                data = file.read()
        self.assertEqual({name: (entry["dtype"], entry["shape"]) for name, entry in header.items()},
                         {"tokens": ("I64", [3]), "a": ("F16", [2]), "b": ("F32", [3, 2])})
        numbers = {name: data[slice(*entry["data_offsets"])] for name, entry in header.items()}
        self.assertEqual(np.frombuffer(numbers["b"], dtype=np.float32).tolist(), [0, 3, 1, 4, 2, 5])
        self.assertEqual(np.frombuffer(numbers["tokens"], dtype=np.int64).tolist(), [7, 8, 9])


if __name__ == "__main__":
    unittest.main()
