#!/usr/bin/env python3
"""Collect what each step reads: the results and weights that its cell in the notebook names.

The cells are parsed, not executed. The cells of both notebooks must say the same.
"""

import argparse
import ast
import os

import json_text
import literals
import notebooks
import paths
import rewrite
import steps

LAYERS = rewrite.RECORDED_LOOPS[0]
# The list that the attention of every head is appended to.
STANDS_FOR = {"qkv_attention_store": ["layers.{n}.qkv_attention"]}
# The variable that a call fills: embedding_layer.weight.data.copy_(...)
FILLED = "embedding_layer"

# With a cache. Cell 113 of the deep dive describes these steps and has no code: this is read from
# its text. How many tokens are kept is seen from the cache.
CACHE = {
    "tokens": [],
    "positions": ["tokens"],
    "k_cache": ["k_per_token_rotated"],
    "qk_per_token": ["q_per_token_rotated", "k_cache"],
    "mask": ["tokens", "layers.0.k_cache"],
    "v_cache": ["v_per_token"],
    "qkv_attention": ["qk_per_token_after_masking_after_softmax", "v_cache"],
}


def trees_of(notebook):
    """{number: parsed cell}, with the literals of the prompt's length replaced as for the capture."""
    trees = {}
    for number, source in notebook.code_cells():
        table = [entry for entry in literals.literals_of(notebook.name) if entry.cell == number]
        if number <= literals.LAST_CELL[notebook.name]:
            trees[number] = rewrite.Substitute(table, False, None).visit(ast.parse(source))
    return trees


def cells_of(trees):
    """{id: number of the cell that assigns the step}"""
    assigning = {
        step.id: [
            number for number, tree in trees.items()
            if any(step.name in rewrite.assigned_names(node) for node in tree.body)
        ]
        for step in steps.STEPS
    }
    return {step.id: assigning[step.id][step.occurrence] for step in steps.STEPS}


def is_loop(node):
    return isinstance(node, ast.For) and ast.unparse(node.iter) == LAYERS


def reads_of(step, trees, cells):
    """The results and weights that a step's cell reads for it."""
    cell, local = cells[step.id], {}
    for node in trees[cell].body:
        if is_loop(node):
            return ["layers.{n_layers-1}.layer_0_embedding"]    # what the loop leaves
        for name in rewrite.assigned_names(node):
            local[name] = named_in(node.value, name, local, cell, cells)
        if FILLED in local and isinstance(node, ast.Expr):
            local[FILLED] += named_in(node.value, FILLED, {}, cell, cells)
    return local[step.name]


def named_in(value, variable, local, cell, cells):
    """What an expression reads, each once, in the order of its text."""
    found = []
    for node in in_order(value):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "model":
            found.append(ast.literal_eval(node.slice).replace("layers.0.", "layers.{n}."))
        elif isinstance(node, ast.Name):
            found += behind(node.id, variable, local, cell, cells)
    return list(dict.fromkeys(found))


def behind(name, variable, local, cell, cells):
    """What a name stands for: the last step that assigns it, or what its assignment here reads."""
    if name == variable and name in local:      # mask = torch.triu(mask, ...)
        return local[name]
    before = cell - (name == variable)          # final_embedding = rms_norm(final_embedding, ...)
    known = [step.id for step in steps.STEPS if step.name == name and cells[step.id] <= before]
    return known[-1:] or STANDS_FOR.get(name) or local.get(name, [])


def in_order(node):
    """All of an expression in the order of its text; asking for a shape or a device reads nothing."""
    if isinstance(node, ast.Attribute) and node.attr in ("shape", "device"):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from in_order(child)


def check_loop(trees):
    """The loop over the layers reads what the layer before leaves where layer 0 reads embeddings."""
    output = steps.BY_ID["layer_0_embedding"].loop_name
    loop = next(node for tree in trees.values() for node in tree.body if is_loop(node))
    for step in (steps.BY_ID["token_embeddings"], steps.BY_ID["embedding_after_edit"]):
        value = next(n.value for n in loop.body if step.loop_name in rewrite.assigned_names(n))
        if output not in [node.id for node in ast.walk(value) if isinstance(node, ast.Name)]:
            raise SystemExit(f"{step.id}: the loop over the layers does not read {output}")


def reads_in(notebook):
    """{id: what the step reads}"""
    trees = trees_of(notebook)
    check_loop(trees)
    cells = cells_of(trees)
    return {step.id: reads_of(step, trees, cells) for step in steps.STEPS}


def document(pair):
    """What the steps read, and where that is from."""
    original, deep_dive = map(reads_in, pair)
    for id, read in original.items():
        if set(read) != set(deep_dive[id]):
            raise SystemExit(f"{id}: one notebook reads {read}, the other {deep_dive[id]}")
    return {
        "format": 1,
        "description": "What each step reads: the results and weights that its cell in the notebook "
                       "names, for layer {n}. In later layers the output of the layer before takes "
                       "the place of token_embeddings_unnormalized.",
        "notebooks": notebooks.described(pair),
        "steps": original,
        "cache": CACHE,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebooks", nargs=2, required=True, metavar=("ORIGINAL", "DEEP_DIVE"))
    parser.add_argument("--out", default=os.path.join(paths.FIXTURES, "article", "reads.json"))
    arguments = parser.parse_args()
    found = document(notebooks.load_pair(arguments.notebooks))
    json_text.write(arguments.out, found)
    print(f"{len(found['steps'])} steps")


if __name__ == "__main__":
    main()
