#!/usr/bin/env python3
"""Cut the small `tokenizer.model` of the micro fixtures out of the whole Llama 3 vocabulary.

The excerpt keeps all 256 single bytes and every merge on the way of its texts, each with its true
rank (= token id). So those texts get the same ids as with the whole vocabulary. Of the texts in
fixtures/texts.jsonl it keeps every token that is a part of one, so that even a tokenizer that cuts or
merges them wrongly gives the same wrong ids with both vocabularies.
"""

import argparse
import base64
import os

import regex

import article_facts
import corpus
import json_text
import llama_tokenizer
import notebooks
import paths
import texts as texts_to_judge

# Texts that are difficult for the regular expression and the merges; no notebook prints them.
DIFFICULT_TEXTS = [
    "",
    " ",
    "   leading and trailing   ",
    "line one\nline two\r\n\r\nline four\n",
    "\ttabs\tand  double  spaces",
    "I'll say we've SHE'S they're 'tis",
    "1234567 3.14159 1,000,000",
    "x=y+z; // a comment!?\n",
    "café naïve 你好，世界 Привет \U0001f999",
]


def merge_path(piece, ranks):
    """Every token that byte-pair merging forms in `piece`, in the order of the merges."""
    parts = [piece[i:i + 1] for i in range(len(piece))]
    formed = []
    while True:
        candidates = [
            (ranks[parts[i] + parts[i + 1]], i)
            for i in range(len(parts) - 1)
            if parts[i] + parts[i + 1] in ranks
        ]
        if not candidates:
            return formed
        _, at = min(candidates)
        parts[at:at + 2] = [parts[at] + parts[at + 1]]
        formed.append(parts[at])


def needed_tokens(texts, ranks):
    """The tokens, with their intermediate merges, that `texts` need."""
    pattern = regex.compile(llama_tokenizer.PATTERN)
    needed = {bytes([i]) for i in range(256)}
    for text in texts:
        for match in pattern.finditer(text):
            piece = match.group().encode("utf-8")
            needed.update(merge_path(piece, ranks))
            if piece in ranks:      # tiktoken does not merge a piece that is a token
                needed.add(piece)
    return needed


def printed_tokens(pieces, ranks):
    """The tokens that a notebook printed one by one, with their intermediate merges."""
    needed = set()
    for piece in pieces:
        token = piece.encode("utf-8")
        if token in ranks:          # special tokens and undecodable partial bytes are not
            needed.add(token)
            needed.update(merge_path(token, ranks))
    return needed


def contained_tokens(texts, ranks):
    """Every token that is a part of a text in bytes, wherever a tokenizer may cut it."""
    longest = max(map(len, ranks))
    contained = set()
    for text in texts:
        for start in range(len(text)):
            ends = range(start + 1, min(len(text), start + longest) + 1)
            contained.update(text[start:end] for end in ends if text[start:end] in ranks)
    return contained


def excerpt(ranks, texts, pieces):
    """The part of the rank table that `texts` and `pieces` need, checked against the whole table."""
    judged = texts_to_judge.spoilt_bytes(llama_tokenizer.encoding_of(ranks))
    needed = needed_tokens(texts, ranks) | printed_tokens(pieces, ranks) | contained_tokens(judged, ranks)
    part = {token: ranks[token] for token in needed}
    whole_encoding = llama_tokenizer.encoding_of(ranks)
    part_encoding = llama_tokenizer.encoding_of(part)
    for text in texts:
        if whole_encoding.encode(text) != part_encoding.encode(text):
            raise SystemExit(f"the excerpt tokenises {text!r} differently from the whole")
    return part


def write_ranks(path, ranks):
    """Write a rank table in tiktoken's format: base64 of the bytes, a space, the rank."""
    with open(path, "w", encoding="ascii", newline="\n") as stream:
        for token, rank in sorted(ranks.items(), key=lambda item: item[1]):
            stream.write(f"{base64.b64encode(token).decode('ascii')} {rank}\n")


def all_texts(pair):
    """Every text that must get its true ids from the excerpt."""
    trained = corpus.SENTENCES + [text for pair in corpus.CONTINUATIONS for text in pair]
    whole = [prompt + continuation for prompt, continuation in corpus.CONTINUATIONS]
    printed = article_facts.example_texts(pair)
    return list(dict.fromkeys(trained + whole + printed + DIFFICULT_TEXTS))


def true_ids(texts, ranks):
    """[{text, ids}] with the whole vocabulary, without <|begin_of_text|>."""
    encoding = llama_tokenizer.encoding_of(ranks)
    return [{"text": text, "ids": encoding.encode(text)} for text in texts]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vocabulary", required=True, help="the whole Llama 3 tokenizer.model")
    parser.add_argument("--notebooks", nargs=2, required=True, metavar=("ORIGINAL", "DEEP_DIVE"))
    parser.add_argument("--out", default=paths.MICRO, help="folder for the excerpt")
    arguments = parser.parse_args()
    ranks = llama_tokenizer.load_ranks(arguments.vocabulary)
    pair = notebooks.load_pair(arguments.notebooks)
    texts = all_texts(pair)
    pieces = article_facts.printed_pieces(pair)
    part = excerpt(ranks, texts, pieces)
    write_ranks(os.path.join(arguments.out, "tokenizer.model"), part)
    json_text.write(os.path.join(arguments.out, "tokenizer_texts.json"), {
        "format": 1,
        "description": "Texts and their ids by the whole Llama 3 vocabulary, without "
                       "<|begin_of_text|>. The excerpt in tokenizer.model gives the same ids.",
        "texts": true_ids(texts, ranks),
    })
    print(f"{len(part)} of {len(ranks)} tokens kept for {len(texts)} texts")


if __name__ == "__main__":
    main()
