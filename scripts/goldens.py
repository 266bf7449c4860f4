"""Turn the records of executed notebooks into goldens: {step id: tensor}."""

from dataclasses import dataclass

import torch

import finer
import steps

# Names that differ between the two notebooks.
SAME = {"o_layer": "w_layer"}
STEPS = [*steps.STEPS, *finer.STEPS]
BY_ID = {step.id: step for step in STEPS}
SIZES = ("dim", "n_layers", "n_heads", "n_kv_heads")
NAMES = {*SIZES, *(step.name for step in STEPS)}
LOOP_NAMES = {step.loop_name for step in STEPS if step.in_layers != steps.ONCE}
WEIGHT_NAMES = {step.loop_name for step in STEPS if step.shows_weight}


@dataclass(frozen=True)
class Capture:
    """What both notebooks computed on one set of inputs in one precision."""

    article: dict       # {step id: tensor}, layer 0 and head 0 as the article shows them
    texts: dict         # {step id: list of texts}
    layers: dict        # {"layers.{n}.{step id}": tensor}
    finer: dict         # {id or "layers.{n}.{id}": tensor} of the finer points
    cells: dict         # {notebook: {step id: number of its cell}}
    params: dict        # the sizes of the model
    answer: str         # the next token as text


def is_needed(name, loops, with_weights):
    """Whether the value of an assignment may become a golden, or is a size of the model."""
    name = SAME.get(name, name)
    if "layer" not in loops:
        return name in NAMES
    return name in LOOP_NAMES and (with_weights or name not in WEIGHT_NAMES)


def fewer(values):
    """The goldens of a model whose weights are large: none that shows a weight, and no numbers twice.

    In layers, none is there in another shape. The article's own results are those of layer 0 and head 0, if that is there.
    """
    def is_kept(key):
        id = key.split(".")[-1]
        step = BY_ID[id]
        if step.shows_weight:
            return False
        return not step.in_other_shape if "." in key else step.in_other_shape or f"layers.0.{id}" not in values

    return {key: value for key, value in values.items() if is_kept(key)}


def first_heads(values):
    """{article's name: value}: layer 0, head 0."""
    return {
        step.id: first_head(step, values[f"layers.0.{step.id}"])
        for step in STEPS if step.in_layers != steps.ONCE
    }


def first_head(step, tensor):
    return tensor if step.in_layers == steps.WHOLE else tensor[0]


def capture(runs):
    """The goldens from the runs of both notebooks, which compare_runs has compared."""
    article = article_values(runs[0], steps.STEPS)
    texts = {id: article.pop(id) for id in steps.TEXT_STEPS}
    layers = layer_values(runs, steps.STEPS)
    fine = {**article_values(runs[0], finer.STEPS), **layer_values(runs, finer.STEPS)}
    cells = {run.notebook: cells_of(run, steps.STEPS) for run in runs}
    return Capture(article, texts, layers, fine, cells, sizes(runs[0]), runs[0].answer)


def cells_of(run, wanted):
    """{step id: number of the cell that assigns it}: the first such cell, or a later occurrence."""
    found = {}
    for step in wanted:
        cells = dict.fromkeys(r.cell for r in run.records if r.name == step.name and not r.loops)
        cells = list(cells)
        if len(cells) <= step.occurrence:
            raise SystemExit(f"{run.notebook}: no cell assigns {step.id}")
        found[step.id] = cells[step.occurrence]
    return found


def article_values(run, wanted):
    """{step id: value at the end of its cell}, as the article shows it: layer 0, head 0."""
    cells = cells_of(run, wanted)
    last = {(r.cell, r.name): r.value for r in run.records}
    return {step.id: last[cells[step.id], step.name] for step in wanted}


def layer_values(runs, wanted):
    """{"layers.{n}.{step id}": tensor} for every layer, with the heads stacked.

    A value is taken from the first run that has it, because only the deep dive names the rotated
    queries inside its loops.
    """
    per_run = [loop_values(run) for run in runs]
    params = sizes(runs[0])
    values = {}
    for layer in range(params["n_layers"]):
        for step in wanted:
            if step.in_layers != steps.ONCE and (runs[0].with_weights or not step.shows_weight):
                key = f"layers.{layer}.{step.id}"
                values[key] = layer_value(per_run, step, layer, params)
    return values


def sizes(run):
    """{name: value} of the model's sizes, which the notebook reads from params.json."""
    return {r.name: r.value for r in run.records if r.name in SIZES}


def loop_values(run):
    """{(name, layer, head or None): last value} of the loop over the layers."""
    return {
        (SAME.get(r.name, r.name), r.loops["layer"], r.loops.get("head")): r.value
        for r in run.records
        if "layer" in r.loops
    }


def layer_value(per_run, step, layer, params):
    """One step of one layer, from the first run that assigns it."""
    for values in per_run:
        if step.in_layers == steps.WHOLE:
            found = values.get((step.loop_name, layer, None))
        else:
            heads = [values.get((step.loop_name, layer, h)) for h in range(params["n_heads"])]
            found = None if heads[0] is None else stacked(heads, step, params)
        if found is not None:
            return found
    raise SystemExit(f"no notebook assigns {step.loop_name} in its loop over the layers")


def stacked(heads, step, params):
    """Heads along a new first axis. Query heads share copies of a key-value head: they must be equal, one is kept."""
    if step.in_layers == steps.KV_HEADS:
        group = params["n_heads"] // params["n_kv_heads"]
        for head, tensor in enumerate(heads):
            if not same_bits(tensor, heads[head - head % group]):
                raise SystemExit(f"{step.id}: query heads of one group see different values")
        heads = heads[::group]
    return torch.stack(heads)


def same_bits(a, b):
    """Whether two tensors are equal in type, shape and every bit."""
    return a.dtype == b.dtype and a.shape == b.shape and raw_bytes(a) == raw_bytes(b)


def raw_bytes(tensor):
    """The bytes of a tensor, little-endian and row-major."""
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.view(torch.int16)
    return tensor.contiguous().numpy().tobytes()


def check_first_head(capture):
    """The article's values must be layer 0, head 0 of the values of all layers."""
    values = {**capture.article, **capture.layers, **capture.finer}
    for step in [*steps.STEPS, *finer.STEPS]:
        if f"layers.0.{step.id}" in values:
            tensor = values[f"layers.0.{step.id}"]
            if not same_bits(values[step.id], first_head(step, tensor)):
                raise SystemExit(f"{step.id}: the article and layer 0, head 0 differ")


def numbered_tensors(run):
    """{(name, loops, number of the assignment): digest} of the tensors of a whole run."""
    seen, tensors = {}, {}
    for record in run.records:
        if record.digest is not None:
            key = (SAME.get(record.name, record.name), tuple(record.loops.items()))
            seen[key] = seen.get(key, -1) + 1
            tensors[(*key, seen[key])] = record.digest
    return tensors


def compare_runs(first, second):
    """(number of tensors that both runs recorded, list of those that differ in any bit)."""
    one, other = numbered_tensors(first), numbered_tensors(second)
    shared = [key for key in one if key in other]
    return len(shared), [key for key in shared if one[key] != other[key]]
