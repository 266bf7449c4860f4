#!/usr/bin/env python3
"""Collect what the two notebooks printed for the real Llama-3-8B, as facts to check against."""

import ast
import re

import notebooks

# Cells of the deep dive that print more than the original does.
EXAMPLES_CELL = 11
TOP_10_CELL = 110
TOP_10_ALL_CELL = 111
TOP_10_NO_MASK_CELL = 112

PREDICTIONS = re.compile(r"^Predict results based on (\d+)th token: (\[.*\])$", re.MULTILINE)


def printed_predictions(text):
    """The top-10 lists, one per token of the prompt, in a text that the deep dive printed."""
    found = [(int(number), ast.literal_eval(pieces)) for number, pieces in PREDICTIONS.findall(text)]
    if [number for number, _ in found] != list(range(1, len(found) + 1)) or not found:
        raise SystemExit("the predictions are not printed as expected")
    return [pieces for _, pieces in found]


def no_mask_predictions(notebook):
    """The top-10 lists without the mask: the deep dive quotes its output in a string.

    The source text is read, not the string's value, in which `\\n` has become a line break.
    """
    return printed_predictions(notebook.source(TOP_10_NO_MASK_CELL))


def printed_pieces(pair):
    """Every token that the deep dive prints as a prediction."""
    deep_dive = pair[1]
    lists = [ast.literal_eval(deep_dive.printed(TOP_10_CELL))]
    lists += printed_predictions(deep_dive.printed(TOP_10_ALL_CELL))
    lists += no_mask_predictions(deep_dive)
    return [piece for pieces in lists for piece in pieces]


def examples(notebook):
    """{title: text} of the tokenizer examples that the deep dive prints, one per line."""
    lines = notebook.printed(EXAMPLES_CELL).splitlines()
    titled = dict(line.split(": ", 1) for line in lines if ": " in line)
    return {"": lines[0], **{title: text.strip(" ") for title, text in titled.items()}}


def example_texts(pair):
    """The texts that the notebooks tokenise to try the tokenizer, and the prompt."""
    original, deep_dive = pair
    printed = examples(deep_dive)
    prompts = [
        node.value.value
        for notebook in pair
        for _, source in notebook.code_cells()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "prompt"
    ]
    return [ast.literal_eval(original.printed(2)), printed[""], printed["Original string"], *prompts]
