#!/usr/bin/env python3
"""Write fixtures/states.json: what to feed a port so that it shows what it keeps between calls, and what it does beside a row.

Nothing is captured of these runs: the reference is their truth. The names are those of the contract, so that a dump of such a run holds
the same tensors of whole numbers. Where a pass has one token, it is the one that the micro checkpoints predict.
"""

import os

import corpus
import json_text
import llama_tokenizer
import paths

OUT = os.path.join(paths.FIXTURES, "states.json")
# No multiple of a block of 4 tokens or more.
LONG = 650
# The rows of a cache after each chunk: the steps at which caches grow, 32, 64, 128 and 256, are between them.
GROWING = (24, 40, 80, 150, 280)
BUCKET = 32
PAD = llama_tokenizer.END_OF_TEXT
# Prompts of three lengths, each with the continuation that every micro checkpoint has learnt.
# The longest is not the first: whoever takes the first row's positions or mask for all rows is wrong.
ROWS = [("the capital of France is", " Paris"), (corpus.PROMPT, "42"), ("to be, or not to be,", " that")]


def described(description, **inputs):
    """A state; `__` in a name stands for the dot of the contract."""
    return {"description": description, "inputs": {name.replace("__", "."): value for name, value in inputs.items()}}


def padded(rows, length, left):
    """(tokens, attention_mask) of rows of one length."""
    def pad(row, number):
        padding = [number] * (length - len(row))
        return padding + row if left else row + padding

    return [pad(row, PAD) for row in rows], [pad([1] * len(row), 0) for row in rows]


def batch(rows, answers, left):
    tokens, mask = padded(rows, max(map(len, rows)), left)
    side = "in front of" if left else "behind"
    return described(
        f"A batch of three prompts of different lengths, with padding {side} the shorter ones, and one more token for each.",
        tokens=tokens, attention_mask=mask, decode__0__tokens=answers)


def states(encoding):
    """{name: state}."""
    def ids(text):
        return [llama_tokenizer.BEGIN_OF_TEXT, *encoding.encode(text)]

    article, (answer,) = ids(corpus.PROMPT), encoding.encode("42")
    rows, answers = [ids(prompt) for prompt, _ in ROWS], [encoding.encode(text) for _, text in ROWS]
    sentences = [token for text in corpus.SENTENCES for token in encoding.encode(text)]
    long = [llama_tokenizer.BEGIN_OF_TEXT, *(sentences * LONG)][:LONG]
    bucket, bucket_mask = padded([rows[0]], BUCKET, left=False)
    first, second = ids("the answer to the first question is "), ids("the answer to the second question is ")
    shared = next(at for at, (one, other) in enumerate(zip(first, second)) if one != other)
    return {
        "long_prompt": described(
            f"A prompt of {LONG} tokens, which no block size divides: past 512, where short tables end.",
            tokens=long),
        "growing_cache": described(
            f"A prompt in chunks, after which the cache has {', '.join(map(str, GROWING))} rows: past 32, 64, 128 and 256, at which caches grow.",
            tokens=long[:GROWING[0]],
            **{f"decode__{i}__tokens": long[start:end] for i, (start, end) in enumerate(zip(GROWING, GROWING[1:]))}),
        "chunks": described(
            "The article's prompt in three chunks: each goes on where the one before has ended.",
            tokens=article[:5], decode__0__tokens=article[5:13], decode__1__tokens=article[13:], decode__2__tokens=[answer]),
        "second_prompt": described(
            "Another prompt after the article's: nothing of the first may be left.",
            tokens=article, decode__0__tokens=[answer], run__1__tokens=rows[0], run__1__decode__0__tokens=answers[0]),
        "batch_left": batch(rows, answers, left=True),
        "batch_right": batch(rows, answers, left=False),
        "bucket": described(
            f"A prompt that is padded to {BUCKET} slots, as engines with fixed sizes do, and one more token.",
            tokens=bucket[0], attention_mask=bucket_mask[0], decode__0__tokens=answers[0]),
        "rolled_back": described(
            "Four tokens after the prompt are taken back, and another is fed in their place.",
            tokens=article, decode__0__tokens=encoding.encode(" everything is made of"), run__1__kept=len(article), run__1__tokens=[answer]),
        "prefix": described(
            f"A second prompt that begins as the first does: {shared} tokens stay in the cache, and the others alone are fed.",
            tokens=first, run__1__kept=shared, run__1__tokens=second[shared:]),
    }


def main():
    ranks = llama_tokenizer.load_ranks(os.path.join(paths.MICRO, "tokenizer.model"))
    json_text.write(OUT, states(llama_tokenizer.encoding_of(ranks)))


if __name__ == "__main__":
    main()
