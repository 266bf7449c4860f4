"""The 42 results of the article, in reading order, and their variables in the notebooks."""

from dataclasses import dataclass

# How the goldens under `layers.{n}.` hold a result:
ONCE = "once"                       # not per layer at all
WHOLE = "whole"                     # one tensor per layer
QUERY_HEADS = "query heads"         # an extra first axis, one entry per query head
KV_HEADS = "key-value heads"        # an extra first axis, one entry per key-value head


@dataclass(frozen=True)
class Step:
    """One result of the article; `id` is its key in the goldens."""

    id: str
    in_layers: str = ONCE
    in_loop: str = ""       # its name in the notebooks' loop over the layers, if it differs
    variable: str = ""      # its name in the article, if it differs from the id
    occurrence: int = 0     # index among the cells that assign the variable
    shows_weight: bool = False      # it is a weight of the checkpoint, or a part of one
    in_other_shape: bool = False    # another result of the layer has the same numbers

    @property
    def name(self):
        return self.variable or self.id

    @property
    def loop_name(self):
        return self.in_loop or self.name


STEPS = [
    Step("tokens"),
    Step("prompt_split_as_tokens"),
    Step("token_embeddings_unnormalized"),
    Step("token_embeddings", WHOLE, in_loop="layer_embedding_norm"),
    Step("q_layer0", WHOLE, in_loop="q_layer", shows_weight=True),
    Step("q_layer0_head0", QUERY_HEADS, in_loop="q_layer_head", shows_weight=True),
    Step("q_per_token", QUERY_HEADS),
    Step("q_per_token_split_into_pairs", QUERY_HEADS, in_other_shape=True),
    Step("zero_to_one_split_into_64_parts"),
    Step("freqs"),
    Step("freqs_for_each_token"),
    Step("freqs_cis"),
    Step("q_per_token_as_complex_numbers", QUERY_HEADS, in_other_shape=True),
    Step("q_per_token_as_complex_numbers_rotated", QUERY_HEADS, in_other_shape=True),
    Step("q_per_token_split_into_pairs_rotated", QUERY_HEADS, in_other_shape=True),
    Step("q_per_token_rotated", QUERY_HEADS),
    Step("k_layer0", WHOLE, in_loop="k_layer", shows_weight=True),
    Step("k_layer0_head0", KV_HEADS, in_loop="k_layer_head", shows_weight=True),
    Step("k_per_token", KV_HEADS),
    Step("k_per_token_split_into_pairs", KV_HEADS, in_other_shape=True),
    Step("k_per_token_as_complex_numbers", KV_HEADS, in_other_shape=True),
    Step("k_per_token_split_into_pairs_rotated", KV_HEADS, in_other_shape=True),
    Step("k_per_token_rotated", KV_HEADS),
    Step("qk_per_token", QUERY_HEADS),
    Step("mask"),
    Step("qk_per_token_after_masking", QUERY_HEADS),
    Step("qk_per_token_after_masking_after_softmax", QUERY_HEADS),
    Step("v_layer0", WHOLE, in_loop="v_layer", shows_weight=True),
    Step("v_layer0_head0", KV_HEADS, in_loop="v_layer_head", shows_weight=True),
    Step("v_per_token", KV_HEADS),
    Step("qkv_attention", QUERY_HEADS),
    Step("stacked_qkv_attention", WHOLE),
    Step("w_layer0", WHOLE, in_loop="w_layer", shows_weight=True),
    Step("embedding_delta", WHOLE),
    Step("embedding_after_edit", WHOLE),
    Step("embedding_after_edit_normalized", WHOLE),
    Step("output_after_feedforward", WHOLE),
    Step("layer_0_embedding", WHOLE, in_loop="final_embedding"),
    Step("final_embedding"),
    # The notebooks use the name final_embedding again for the normalised embedding.
    Step("final_embedding_normalized", variable="final_embedding", occurrence=1),
    Step("logits"),
    Step("next_token"),
]

BY_ID = {step.id: step for step in STEPS}
TEXT_STEPS = ("prompt_split_as_tokens",)
if not len(STEPS) == len(BY_ID) == 42:
    raise SystemExit(f"steps.py: {len(STEPS)} steps with {len(BY_ID)} different ids, expected 42")
