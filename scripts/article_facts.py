#!/usr/bin/env python3
"""Collect what the two notebooks printed for the real Llama-3-8B, as facts to check against.

The facts are parsed from the outputs stored in the notebooks. If both notebooks print a fact, they
must agree, and the fact names both places.
"""

import argparse
import ast
import json
import os
import re

import json_text
import notebooks
import paths

NOTHING, TOKENIZER, CHECKPOINT = "nothing", "tokenizer", "checkpoint"

# Cells of the deep dive that print more than the original does.
EXAMPLES_CELL = 11
WEIGHT_SHAPES_CELL = 22
TOP_10_CELL = 110
TOP_10_ALL_CELL = 111
TOP_10_NO_MASK_CELL = 112

PREDICTIONS = re.compile(r"^Predict results based on (\d+)th token: (\[.*\])$", re.MULTILINE)
SIZE = re.compile(r"torch\.Size\(\[[\d, ]*\]\)")
NAMED_SIZE = re.compile(rf"^(\S+) ({SIZE.pattern})$", re.MULTILINE)

# Facts that both notebooks print: {id: cells (original, deep dive)}.
BOTH = {
    "config": (5, 14),
    "tensor_names": (4, 13),
    "tokens": (9, 18),
    "zero_to_one_split_into_64_parts": (28, 52),
    "freqs": (29, 53),
    "mask": (51, 74),
    "qkv_attention_store": (64, 82),
    "next_token": (88, 106),
    "answer": (90, 107),
}
# {variable of the notebooks: name in the checkpoint}
WEIGHTS = {f"w{i}": f"layers.0.feed_forward.w{i}.weight" for i in (1, 2, 3)}
NORMALIZED_CELLS = {notebooks.ORIGINAL: 82, notebooks.DEEP_DIVE: 102}

UNDECODABLE = (
    "'\ufffd' stands for a token that is only a part of a character's bytes: which token it was, "
    "cannot be told from the print."
)


def fact(id, notebook, cell, printed, value, needs, **more):
    """One fact. `needs`: the input that is needed to compute the value again."""
    return {
        "id": id, "needs": needs, "notebook": notebook.name, "cell": cell,
        "value": value, "printed": printed.strip("\n"), **more,
    }


def literal(text):
    return ast.literal_eval(text.strip())


def numbers(text):
    """The numbers of a printed tensor: rows become nested lists, -inf becomes the string "-Infinity"."""
    inside = text[text.index("tensor(") + len("tensor("):]
    inside = inside[:inside.rindex("]") + 1] if "[" in inside else inside[:inside.index(")")]
    return json.loads(re.sub(r"(\d)\.(?!\d)", r"\1.0", inside.replace("-inf", '"-Infinity"')))


def in_both(pair, id):
    """(notebook, cell, printed text) for both notebooks."""
    return [(notebook, cell, notebook.printed(cell)) for notebook, cell in zip(pair, BOTH[id])]


def printed_tensor(text):
    """The first printed tensor in a text."""
    start = text.index("tensor(")
    return text[start:text.index(")", start) + 1]


def setting_facts(pair):
    """The configuration and the first names in the checkpoint."""
    for notebook, cell, printed in in_both(pair, "config"):
        yield fact("config", notebook, cell, printed, literal(printed), CHECKPOINT)
    for notebook, cell, printed in in_both(pair, "tensor_names"):
        yield fact("tensor_names", notebook, cell, printed, json.loads(printed), CHECKPOINT,
                   note="The first 20 names of the checkpoint, in its order.")


def prompt_facts(pair):
    """The prompt's tokens, as ids and as text."""
    for notebook, cell, printed in in_both(pair, "tokens"):
        ids, pieces = printed.splitlines()
        yield fact("tokens", notebook, cell, ids, literal(ids), TOKENIZER)
        yield fact("prompt_split_as_tokens", notebook, cell, pieces, literal(pieces), TOKENIZER)


def table_facts(pair):
    """The tables that follow from the configuration alone."""
    precisions = {
        "zero_to_one_split_into_64_parts": {"decimals": 4},
        "freqs": {"significant_digits": 5},
        "mask": {"decimals": 0},
    }
    for id, precision in precisions.items():
        for notebook, cell, printed in in_both(pair, id):
            text = printed_tensor(printed)
            yield fact(id, notebook, cell, text, numbers(text), NOTHING, precision=precision)


def answer_facts(pair):
    """The number of heads, the next token and its text."""
    for notebook, cell, printed in in_both(pair, "qkv_attention_store"):
        yield fact("length.qkv_attention_store", notebook, cell, printed, int(printed), CHECKPOINT)
    for notebook, cell, printed in in_both(pair, "next_token"):
        yield fact("next_token", notebook, cell, printed, numbers(printed), CHECKPOINT)
    for notebook, cell, printed in in_both(pair, "answer"):
        yield fact("answer", notebook, cell, printed, literal(printed), CHECKPOINT)


def shape_facts(pair):
    """The shape of every result and weight that a cell prints."""
    for notebook in pair:
        for cell, source in notebook.code_cells():
            printed = notebook.printed(cell)
            sizes = SIZE.findall(printed)
            if notebook.name == notebooks.DEEP_DIVE and cell == WEIGHT_SHAPES_CELL:
                named = NAMED_SIZE.findall(printed)
            else:
                subjects = printed_subjects(source)
                named = zip(subjects, sizes)
                if sizes and len(subjects) != len(sizes):
                    raise SystemExit(f"{notebook.name}, cell {cell}: {sizes} but {subjects}")
            for subject, size in named:
                id = shape_id(subject, notebook, cell)
                value = literal(size[len("torch.Size("):-1])
                yield fact(id, notebook, cell, size, value, CHECKPOINT)


def printed_subjects(source):
    """The expressions whose `.shape` a cell prints or displays, in order."""
    body = ast.parse(source).body
    shown = [s.value for s in body if isinstance(s, ast.Expr) and is_print(s.value)]
    if body and isinstance(body[-1], ast.Expr) and body[-1].value not in shown:
        shown.append(body[-1].value)
    return [
        ast.unparse(node.value)
        for expression in shown
        for node in ast.walk(expression)
        if isinstance(node, ast.Attribute) and node.attr == "shape"
    ]


def is_print(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "print"


def shape_id(subject, notebook, cell):
    """`shape.` and the name of the step or weight."""
    of_model = re.fullmatch(r"model\['(.*)'\]", subject)
    name = of_model.group(1) if of_model else WEIGHTS.get(subject, subject)
    if name == "final_embedding" and cell == NORMALIZED_CELLS[notebook.name]:
        name = "final_embedding_normalized"
    return f"shape.{name}"


def printed_predictions(text):
    """The top-10 lists in a text that the deep dive printed, one per token of the prompt."""
    found = [(int(number), literal(pieces)) for number, pieces in PREDICTIONS.findall(text)]
    if [number for number, _ in found] != list(range(1, len(found) + 1)) or not found:
        raise SystemExit("the predictions are not printed as expected")
    return [pieces for _, pieces in found]


def prediction_texts(deep_dive):
    """(with the mask, without it): the text that the deep dive printed, and the text that it quotes.

    The quotation is read from the source of the string, because its value has line breaks for `\\n`.
    """
    quoted = deep_dive.source(TOP_10_NO_MASK_CELL)
    return (
        deep_dive.printed(TOP_10_ALL_CELL),
        "\n".join(match.group() for match in PREDICTIONS.finditer(quoted)),
    )


def prediction_facts(deep_dive):
    """The ten likeliest next tokens: after the prompt, after each of its tokens, and without the mask."""
    printed = deep_dive.printed(TOP_10_CELL)
    yield fact("top_10", deep_dive, TOP_10_CELL, printed, literal(printed), CHECKPOINT)
    with_mask, without_mask = prediction_texts(deep_dive)
    yield fact("top_10_after_each_token", deep_dive, TOP_10_ALL_CELL, with_mask,
               printed_predictions(with_mask), CHECKPOINT)
    yield fact("top_10_after_each_token_without_mask", deep_dive, TOP_10_NO_MASK_CELL, without_mask,
               printed_predictions(without_mask), CHECKPOINT,
               note=f"Quoted in the cell's source, not in its output. {UNDECODABLE}")


def printed_pieces(pair):
    """Every token that the deep dive prints as a prediction."""
    deep_dive = pair[1]
    lists = [literal(deep_dive.printed(TOP_10_CELL))]
    for text in prediction_texts(deep_dive):
        lists += printed_predictions(text)
    return [piece for pieces in lists for piece in pieces]


def example_lines(deep_dive):
    """The examples of the deep dive: (text of the first, {title: text} of the longer one)."""
    first, *titled = deep_dive.printed(EXAMPLES_CELL).splitlines()
    return first, {title: text.strip(" ") for title, text in (t.split(": ", 1) for t in titled)}


def example_texts(pair):
    """The texts that the notebooks try the tokenizer on, and their prompts."""
    original, deep_dive = pair
    first, titled = example_lines(deep_dive)
    prompts = [
        literal(ast.unparse(node.value))
        for notebook in pair
        for _, source in notebook.code_cells()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "prompt"
    ]
    return [literal(original.printed(2)), first, titled["Original string"], *prompts]


def tokenizer_facts(pair):
    """The prints of the notebooks' tokenizer examples."""
    original, deep_dive = pair
    printed = original.printed(2)
    yield fact("tokenizer.hello_world", original, 2, printed, literal(printed), TOKENIZER,
               note="This text, encoded and decoded.")
    first, titled = example_lines(deep_dive)
    yield fact("tokenizer.created", deep_dive, EXAMPLES_CELL, first, first, TOKENIZER,
               note="This text, encoded and decoded.")
    lines = {
        "tokenizer.text": ("Original string", str, NOTHING),
        "tokenizer.regex_pieces": ("Regular expression splitting result", literal, NOTHING),
        "tokenizer.pieces": ("Tokenizer splitting result", literal, TOKENIZER),
    }
    for id, (title, parse, needs) in lines.items():
        yield fact(id, deep_dive, EXAMPLES_CELL, titled[title], parse(titled[title]), needs)
    printed = titled["Tokenizer splitting result ids"]
    ids = [token for _, token in literal(printed)]
    yield fact("tokenizer.ids", deep_dive, EXAMPLES_CELL, printed, ids, TOKENIZER)


def merged(facts):
    """One fact per id; if both notebooks print it, they must agree."""
    by_id = {}
    for new in facts:
        first = by_id.setdefault(new["id"], new)
        if first is new:
            continue
        if first["value"] != new["value"]:
            raise SystemExit(f"{new['id']}: the notebooks printed different values")
        first.setdefault("also", []).append({"notebook": new["notebook"], "cell": new["cell"]})
    return list(by_id.values())


def all_facts(pair):
    return merged([
        *setting_facts(pair),
        *tokenizer_facts(pair),
        *prompt_facts(pair),
        *shape_facts(pair),
        *table_facts(pair),
        *answer_facts(pair),
        *prediction_facts(pair[1]),
    ])


def document(pair):
    """The facts and their origin."""
    return {
        "format": 1,
        "description": "What the notebooks printed when their authors ran them on Meta-Llama-3-8B. "
                       "`needs` says what must be at hand to compute a value again: nothing, the "
                       "whole tokenizer, or the checkpoint. Minus infinity is \"-Infinity\".",
        "model": "Meta-Llama-3-8B",
        "notebooks": notebooks.described(pair),
        "facts": all_facts(pair),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebooks", nargs=2, required=True, metavar=("ORIGINAL", "DEEP_DIVE"))
    parser.add_argument("--heatmaps", help="a heatmaps.json to copy in a readable layout")
    parser.add_argument("--out", default=os.path.join(paths.FIXTURES, "article"))
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    facts = document(notebooks.load_pair(arguments.notebooks))
    json_text.write(os.path.join(arguments.out, "facts.json"), facts)
    print(f"{len(facts['facts'])} facts")
    if arguments.heatmaps:
        with open(arguments.heatmaps, encoding="utf-8") as stream:
            heatmaps = json.load(stream)
        json_text.write(os.path.join(arguments.out, "heatmaps.json"), heatmaps, width=200)


if __name__ == "__main__":
    main()
