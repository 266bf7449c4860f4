"""How closely each step must agree with its golden when it is computed from golden inputs."""

import decode
import steps

EXACT = """
    tokens prompt_split_as_tokens token_embeddings_unnormalized
    q_layer0 q_layer0_head0 q_per_token_split_into_pairs q_per_token_as_complex_numbers
    q_per_token_split_into_pairs_rotated q_per_token_rotated
    k_layer0 k_layer0_head0 k_per_token_split_into_pairs k_per_token_as_complex_numbers
    k_per_token_rotated mask v_layer0 v_layer0_head0 stacked_qkv_attention w_layer0
    final_embedding next_token
""".split() + decode.CACHE_IDS
NORMS = "token_embeddings embedding_after_edit_normalized final_embedding_normalized".split()
FEED_FORWARD = ["output_after_feedforward"]
# Steps that the notebook computes in float32 even though the model is bfloat16.
ALWAYS_FLOAT32 = """
    zero_to_one_split_into_64_parts freqs freqs_for_each_token freqs_cis
    q_per_token_as_complex_numbers_rotated k_per_token_split_into_pairs_rotated
    qk_per_token qk_per_token_after_masking
""".split()

# The numbers in the reasons were measured by measure_tolerances.py.
COPY = "A copy, a view, whole numbers, or 0 and -inf: no arithmetic, nothing to round."
FLOAT32 = (
    "Room for another order of summation, another exp or cos: honest variants differ by at most "
    "4.5e-7, a mistake as mild as frequencies in bfloat16 by 2e-4 at its own step."
)


def rule(precision, ids, kind, reason, limit=None, engine=None):
    row = {"precision": precision, "rule": kind}
    if engine is not None:
        row["engine"] = engine
    if limit is not None:
        row["limit"] = limit
    return {**row, "steps": in_order(ids), "reason": reason}


def in_order(ids):
    """Ids in reading order."""
    return [id for id in all_ids() if id in set(ids)]


def all_ids():
    """The steps of the article in reading order, then the results that only a pass with a cache has."""
    return [*(step.id for step in steps.STEPS), *decode.CACHE_IDS]


def others(*groups):
    """The steps that are in none of the groups."""
    named = {id for group in groups for id in group}
    return [id for id in all_ids() if id not in named]


def table(large=False):
    """One row per rule. Every step occurs exactly once per precision in the rows without an engine.

    A row with an engine replaces the others for results of that engine. In a large model, sums are so
    long that ulp means nothing near zero.
    """
    return [
        rule("fp32", EXACT, "exact", COPY),
        rule("fp32", others(EXACT), "rel_l2", FLOAT32, 1e-5),
        rule("bf16", EXACT, "exact", COPY),
        rule("bf16", ALWAYS_FLOAT32, "rel_l2", f"float32 in the notebook too. {FLOAT32}", 1e-5),
        *([] if large else [one_rounding()]),
        rule("bf16", NORMS, "ulp",
             "Six roundings to bfloat16: square, mean, plus eps, rsqrt and two products. Measured: "
             "0 with the notebook's roundings, 2 with a single one at the end.", 2),
        long_sums() if large else feed_forward(),
        rule("bf16", NORMS, "three_way",
             "libtorch's rsqrt of few numbers rounds the root to bfloat16 before it divides, which "
             "moves a whole row. So the distance to the fp32 golden counts, in multiples of the bf16 "
             "golden's own distance. Measured with libtorch 2.10: up to 3 ulp, rel-L2 4.9e-3, and "
             "1.24 times as far as the golden. All its other operations round once.",
             2, engine="TorchSharp"),
    ]


def one_rounding():
    return rule(
        "bf16", others(EXACT, ALWAYS_FLOAT32, NORMS, FEED_FORWARD), "ulp",
        "One rounding to bfloat16 at the end, which another order of summation can tip. "
        "Measured: at most 1.", 1)


def feed_forward():
    return rule(
        "bf16", FEED_FORWARD, "ulp",
        "Four roundings to bfloat16 before the last sum: gate, silu, up and their product. If "
        "one of them tips, results near zero move by several ulp. Measured: 1 with the "
        "notebook's roundings. With a single one at the end rel-L2 is 3.5e-3 and ulp means "
        "nothing near zero: judge such an implementation against the fp32 golden.", 6)


def long_sums():
    return rule(
        "bf16", others(EXACT, ALWAYS_FLOAT32, NORMS), "rel_l2",
        "Another order of summation tips a rounding to bfloat16 here and there. Measured with "
        "two layers of the sizes of the 8B model: at most 7.6e-5; 3.5e-4 in the feed-forward, "
        "where a tipped rounding goes on.", 1e-3)
