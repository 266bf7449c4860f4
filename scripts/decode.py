"""Decoding: passes over new tokens, as a cache computes them, taken from runs that know no cache.

For every pass the notebooks are executed on all tokens so far. The rows of the new tokens are what
a pass with a cache must yield; the keys and values of all tokens are what its cache must hold.
"""

import os
from dataclasses import dataclass

import torch

import execute
import llama_tokenizer
import steps

CASE = "decode"
# The second pass is over several tokens at once; every other is over the one that the pass before
# predicted. What is predicted here leads by 0.9 at least, so that no rounding picks another token.
NEXT_ROUND = "the question to the"
NEXT_ROUND_PASS = 1
PASSES = 9
FEW_PASSES = 3

# What only a pass with a cache has: {id: the step of which it holds the rows of all tokens}.
CACHES = {"k_cache": "k_per_token_rotated", "v_cache": "v_per_token"}
POSITIONS = "positions"
CACHE_IDS = [POSITIONS, *CACHES]

# Not repeated: weights, tables without positions and views; logits, which are large.
TABLES = "mask freqs_for_each_token freqs_cis".split()
IN_LAYERS = """
    token_embeddings q_per_token q_per_token_rotated k_per_token k_per_token_rotated qk_per_token
    qk_per_token_after_masking qk_per_token_after_masking_after_softmax v_per_token qkv_attention
    stacked_qkv_attention embedding_delta embedding_after_edit embedding_after_edit_normalized
    output_after_feedforward layer_0_embedding
""".split()


@dataclass(frozen=True)
class Pass:
    """One pass: its new tokens, and the position of the first, which is how many are kept."""

    number: int
    position: int
    tokens: list

    @property
    def name(self):
        return f"{CASE}.{self.number}"


def next_round(checkpoint):
    """The end of the answer and the ids of NEXT_ROUND."""
    ranks = llama_tokenizer.load_ranks(os.path.join(checkpoint, "tokenizer.model"))
    encoding = llama_tokenizer.encoding_of(ranks)
    return [llama_tokenizer.END_OF_TEXT, *encoding.encode(NEXT_ROUND)]


def next_pass(number, prompt, fed, predicted, checkpoint):
    """The pass behind a prompt and what has been fed since."""
    tokens = next_round(checkpoint) if number == NEXT_ROUND_PASS else [predicted]
    return Pass(number, len(prompt) + len(fed), tokens)


def inputs_of(notebook, tokens, cells):
    """The notebook on these tokens, whatever text they are."""
    before = {cells[notebook.name]["token_embeddings_unnormalized"]: {"tokens": torch.tensor(tokens)}}
    return execute.Inputs(before=before)


def values_of(given, capture):
    """{golden name: tensor} of a pass, from a capture of all tokens so far."""
    kept = given.position
    once, layers = capture.article, capture.layers
    values = {
        "tokens": torch.tensor(given.tokens),
        POSITIONS: torch.arange(kept, kept + len(given.tokens)),
        "token_embeddings_unnormalized": once["token_embeddings_unnormalized"][kept:],
        **{id: once[id][kept:] for id in TABLES},
    }
    for layer in range(capture.params["n_layers"]):
        prefix = f"layers.{layer}."
        values.update({prefix + id: new_rows(id, layers[prefix + id], kept) for id in IN_LAYERS})
        values.update({prefix + id: layers[prefix + all_rows] for id, all_rows in CACHES.items()})
    values["final_embedding_normalized"] = once["final_embedding_normalized"][kept:]
    values["next_token"] = once["next_token"]
    return {f"{given.name}.{name}": value.contiguous() for name, value in values.items()}


def new_rows(id, tensor, kept):
    """The rows of the new tokens: the first axis, or the one behind the heads."""
    return tensor[kept:] if steps.BY_ID[id].in_layers == steps.WHOLE else tensor[:, kept:]


def check_old_rows(given, values, capture):
    """What is kept does not change when tokens are added: those before saw none of the new ones."""
    for id, all_rows in CACHES.items():
        for layer in range(capture.params["n_layers"]):
            kept = values[f"{given.name}.layers.{layer}.{id}"][:, :given.position]
            before = capture.layers[f"layers.{layer}.{all_rows}"]
            if not torch.allclose(kept.float(), before.float(), rtol=1e-5, atol=1e-5):
                raise SystemExit(f"{given.name}: {id} of layer {layer} changed what was kept")


def describe(given, values):
    """One row of the manifest."""
    return {
        "name": given.name,
        "position": given.position,
        "tokens": given.tokens,
        "next_token": values[f"{given.name}.next_token"].item(),
    }


def describe_cache(values):
    """What only a pass with a cache has, as the first pass holds it; `values` is {precision: ...}."""
    rows = []
    for id in CACHE_IDS:
        key = f"{CASE}.0.{id}" if id == POSITIONS else f"{CASE}.0.layers.0.{id}"
        tensors = {precision: of_all[key] for precision, of_all in values.items()}
        rows.append({
            "id": id,
            "rows_of": CACHES.get(id, POSITIONS),
            "dtype": {p: str(t.dtype).replace("torch.", "") for p, t in tensors.items()},
            "in_layers": steps.ONCE if id == POSITIONS else steps.KV_HEADS,
        })
    return rows
