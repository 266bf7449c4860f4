#!/usr/bin/env python3
"""Write what Karpathy's minbpe learns from small texts: tests/Llama3.Formats.Tests/Tokenizers/minbpe.jsonl.

    git clone https://github.com/karpathy/minbpe      (in a folder outside this repository)
    python3 scripts/minbpe_expectations.py MINBPE > tests/Llama3.Formats.Tests/Tokenizers/minbpe.jsonl
    python3 scripts/minbpe_expectations.py MINBPE --count 5000 --seed 2 > more.jsonl
    python3 scripts/minbpe_expectations.py MINBPE --train TEXT VOCAB_SIZE basic|regex

The last form prints the seconds of a core that minbpe took, and the SHA-256 of the merges, one "left right"
on a line.
"""

import argparse
import hashlib
import json
import os
import random
import sys
import tempfile
import time
import types

# With few letters, many pairs are equally frequent. This tests their order.
ALPHABETS = [
    "ab", "abc", "a b", "ab \n", "abcdef ", "aA's1 ", "0123456789 ", "é€😀a ", "你好世界,", "𝐀𝐁a1 ", " \t\r\n\u00a0\u2003x",
    "'sdmtlrveSDMTLRVEſ x", "абвг д", "กขคง ", "a\u0301\u0308b", "!?.,;: a", "\u0000\u0007\u200b\u202ea", "<|end|> a",
]
SPECIAL_TOKENS = {"<|end|>": 100257, "<|": 100258, "<|end|>x": 100259, "€": 100260}


def a_text(rng):
    """A text of few letters, some of them much more frequent than others."""
    alphabet = rng.choice(ALPHABETS)
    words = ["".join(rng.choice(alphabet) for _ in range(rng.randint(1, 6))) for _ in range(rng.randint(1, 8))]
    if alphabet.startswith("<|"):
        words += list(SPECIAL_TOKENS)
    return "".join(rng.choice(words) + rng.choice(["", " "]) for _ in range(rng.randint(1, 30)))


def files(tokenizer):
    """The two files that save() writes."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "t")
        tokenizer.save(prefix)
        return [open(prefix + end, encoding="utf-8", newline="").read() for end in (".model", ".vocab")]


def expectation(minbpe, kind, rng):
    """A text, the merges learnt from it, and another text with its ids."""
    while True:
        text, other = a_text(rng), a_text(rng)
        tokenizer = minbpe[kind]()
        try:
            tokenizer.train(text, 256 + rng.randint(1, 20))
            break
        except ValueError:      # the text has no pair left
            continue
    case = {"kind": kind, "text": text, "merges": [list(pair) for pair in tokenizer.merges], "other": text[:20] + other}
    if kind == "basic":
        case["ids"] = tokenizer.encode(case["other"])
    else:
        tokenizer.register_special_tokens(SPECIAL_TOKENS)
        case["ids"] = tokenizer.encode(case["other"], "none")
        case["all"] = tokenizer.encode(case["other"], "all")
        case["set"] = tokenizer.encode(case["other"], {"<|end|>x", "€"})
    model, vocab = files(tokenizer)
    case["model"] = hashlib.sha256(model.encode()).hexdigest()
    case["vocab"] = hashlib.sha256(vocab.encode()).hexdigest()
    return case


def train(minbpe, text, vocab_size, kind):
    """Train on a file; print the seconds of a core and the hash of the merges."""
    with open(text, encoding="utf-8", newline="") as stream:
        content = stream.read()
    tokenizer = minbpe[kind]()
    start = time.process_time()
    tokenizer.train(content, vocab_size)
    seconds = time.process_time() - start
    merges = "\n".join(f"{left} {right}" for left, right in tokenizer.merges)
    print(f"{seconds:.3f} {hashlib.sha256(merges.encode()).hexdigest()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("minbpe", help="minbpe's repository")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--train", nargs=3, metavar=("TEXT", "VOCAB_SIZE", "KIND"))
    arguments = parser.parse_args()
    if arguments.train and arguments.train[2] not in ("basic", "regex"):
        parser.error(f"--train: KIND is {arguments.train[2]}, expected basic or regex")
    sys.path.insert(0, arguments.minbpe)
    sys.modules.setdefault("tiktoken", types.ModuleType("tiktoken"))    # only its GPT4Tokenizer needs it
    from minbpe import BasicTokenizer, RegexTokenizer
    minbpe = {"basic": BasicTokenizer, "regex": RegexTokenizer}
    if arguments.train:
        text, vocab_size, kind = arguments.train
        train(minbpe, text, int(vocab_size), kind)
        return
    rng = random.Random(arguments.seed)
    for number in range(arguments.count):
        case = expectation(minbpe, ("basic", "regex")[number % 2], rng)
        print(json.dumps(case, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
