"""Decoding: passes over new tokens, as an implementation with a cache computes them.

The notebooks have no cache. For every pass they are executed on all tokens so far. The rows of the
new tokens are the results of a pass with a cache. The keys and values of all tokens are the content
of its cache.
"""

import os
from dataclasses import dataclass

import torch

import execute
import llama_tokenizer
import steps

CASE = "decode"
# The second pass has several tokens. Every other pass has the one token that the pass before it
# predicted. Each predicted token leads by 0.9 at least, so that no rounding picks another token.
NEXT_ROUND = "the question to the"
NEXT_ROUND_PASS = 1
PASSES = 9
FEW_PASSES = 3

# Results that only a pass with a cache has: {id: the step whose rows of all tokens it holds}.
CACHES = {"k_cache": "k_per_token_rotated", "v_cache": "v_per_token"}
POSITIONS = "positions"
CACHE_IDS = [POSITIONS, *CACHES]

# The results of a pass. Left out: weights, tables without positions, views, and the large logits.
TABLES = "mask freqs_for_each_token freqs_cis".split()
IN_LAYERS = """
    token_embeddings q_per_token q_per_token_rotated k_per_token k_per_token_rotated qk_per_token
    qk_per_token_after_masking qk_per_token_after_masking_after_softmax v_per_token qkv_attention
    stacked_qkv_attention embedding_delta embedding_after_edit embedding_after_edit_normalized
    output_after_feedforward layer_0_embedding
""".split()


@dataclass(frozen=True)
class Pass:
    """One pass: its new tokens, and the position of the first, which is the number of tokens in the cache."""

    number: int
    position: int
    tokens: list

    @property
    def name(self):
        return f"{CASE}.{self.number}"


def next_round(checkpoint):
    """The id that ends the answer, then the ids of NEXT_ROUND."""
    ranks = llama_tokenizer.load_ranks(os.path.join(checkpoint, "tokenizer.model"))
    encoding = llama_tokenizer.encoding_of(ranks)
    return [llama_tokenizer.END_OF_TEXT, *encoding.encode(NEXT_ROUND)]


def next_pass(number, prompt, fed, predicted, checkpoint):
    """The pass after a prompt and the tokens fed since."""
    tokens = next_round(checkpoint) if number == NEXT_ROUND_PASS else [predicted]
    return Pass(number, len(prompt) + len(fed), tokens)


def inputs_of(notebook, tokens, cells):
    """The inputs that let a notebook run on given tokens."""
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
    """The rows of the new tokens: on the first axis, or on the axis after the heads."""
    return tensor[kept:] if steps.BY_ID[id].in_layers == steps.WHOLE else tensor[:, kept:]


def check_old_rows(given, values, capture):
    """New tokens must not change the cache: earlier tokens do not attend to them."""
    for id, all_rows in CACHES.items():
        for layer in range(capture.params["n_layers"]):
            kept = values[f"{given.name}.layers.{layer}.{id}"][:, :given.position]
            before = capture.layers[f"layers.{layer}.{all_rows}"]
            if not torch.allclose(kept.float(), before.float(), rtol=1e-5, atol=1e-5):
                raise SystemExit(f"{given.name}: {id} of layer {layer} changed rows of earlier tokens")


def describe(given, values):
    """A pass as a row of the manifest."""
    return {
        "name": given.name,
        "position": given.position,
        "tokens": given.tokens,
        "next_token": values[f"{given.name}.next_token"].item(),
    }


def describe_cache(values):
    """Results that only a pass with a cache has, as in the first pass; `values` is {precision: ...}."""
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
