"""How closely the dump of a port must agree: with the goldens, and locally, step by step.

`golden`: the dumped tensor is compared with the fp32 golden; the errors of all earlier steps add up.
`local`: it is compared with the reference step, run in float32 on the inputs that the port dumped.
"""

import decode
import finer

PRECISIONS = ("fp32", "bf16", "fp16", "q8")
AGAINST = ("golden", "local")

EXACT = "tokens prompt_split_as_tokens mask next_token positions".split()
# What only moves or adds numbers, or computes without a product, is as exact in q8 as in fp32.
WEIGHTED = (
    "token_embeddings_unnormalized q_per_token k_per_token v_per_token embedding_delta feed_forward_gate feed_forward_up "
    "output_after_feedforward logits").split()
ATTENTION = "qk_per_token_before_scaling qk_per_token qkv_attention stacked_qkv_attention k_cache v_cache".split()
TABLES = "zero_to_one_split_into_64_parts freqs freqs_for_each_token".split()
# Hugging Face rounds cos and sin; a port in float32 does not.
ROTATIONS = "freqs_cis".split()

WHOLE_NUMBERS = "Whole numbers, text, or 0 and -inf: nothing to round."
# Judged element by element: over a whole table its large numbers hide errors of the small ones.
# The numbers in the reasons were measured by measure_port_tolerances.py, on all micro checkpoints.
TABLES_REASON = (
    "The tables need float32 whatever the port computes in, and no error adds up before them. Of each number the "
    "error is taken relative to itself, of a cosine or sine to its angle: honest ports differ by at most 4.5e-7, "
    "with 64 pairs at position 8191 by 1.3e-6; rope_theta in bfloat16 (499712) moves a frequency by 4.6e-4 and a "
    "cosine by 1.1e-4."
)
FLOAT32 = {
    "golden": (1e-4, "Room for every order of summation over a whole forward: honest ports differ "
                     "by at most 1.1e-6, a softmax in bfloat16 by 2.9e-3."),
    "local": (1e-5, "Room for another order of summation, another exp or cos in one step: honest "
                    "ports differ by at most 4.4e-7, a softmax in bfloat16 by 2.1e-3."),
}
# Of llama.cpp: dumps of quantised files of micro-3.2 in every type, and of SmolLM2-135M in Q4_1, with flash attention and without.
QUANTISED = {
    "golden": (0.15, "For what is computed from products whose inputs have 8 bits; what comes before them, and what no product lies in between, is "
                     "held to fp32's limits. llama.cpp is at most 0.075 away on micro-3.2, and 0.07 in 30 layers of SmolLM2-135M."),
    "local": (0.06, "Products with weights: inputs in 8 bits change them by 0.002 to 0.014 in llama.cpp on micro-3.2, by up to 0.032 on "
                    "SmolLM2-135M, where a row has a number of 14,000. Weights in 8 bits, and so rows of the embedding table, are off by 0.005."),
    "attention": (2e-3, "Keys and values in float16, and sums in float16, as flash attention has them: llama.cpp reaches 1.0e-3."),
}
# (limit, floor, reason)
THREE_WAY = {
    ("bf16", "golden"): (
        3, 4e-3,
        "In multiples of the bf16 golden's own distance: honest ports reach 1.6, with the roundings "
        "of the notebook, of Hugging Face, of Meta, of PyTorch's own bfloat16, or only when dumped; "
        "norm_eps 1e-6 reaches 14. The floor, where the bf16 golden is exact, is one rounding to "
        "bfloat16: at most 2^-8."),
    ("bf16", "local"): (
        4, 6e-3,
        "In multiples of the distance of the reference step in bfloat16: honest ports reach 2.3, "
        "norm_eps 1e-6 14. Where the notebook has float32 and that distance is 0, they differ by at "
        "most 3.0e-3: the floor is twice that."),
    ("fp16", "golden"): (
        0.8, 5e-4,
        "float16 has three bits more than bfloat16, and there are no goldens in it: in multiples of "
        "the bf16 golden's distance honest ports reach 0.23, 0.35 at the logits, also with sums in "
        "float16; norm_eps 1e-6 reaches 14. The floor is one rounding to float16: at most 2^-11."),
    ("fp16", "local"): (
        1, 8e-4,
        "In multiples of the distance of the reference step in bfloat16, its inputs rounded to "
        "bfloat16 too: honest ports reach 0.23, with sums in float16 0.49 in the feed-forward layer; "
        "norm_eps 1e-6 reaches 14. Where that distance is 0, they differ by at most 3.8e-4: the "
        "floor is twice that."),
}


def row(precision, against, rule, ids, reason, **bounds):
    named = {"precision": precision, "against": against, "rule": rule, **bounds}
    return {**named, "steps": [id for id in all_ids() if id in ids], "reason": reason}


def all_ids():
    """Steps and finer points, then the results that only a pass with a cache has."""
    return [*finer.all_ids(), *decode.CACHE_IDS]


def others(*groups):
    """The ids that are in none of the groups."""
    named = {id for group in groups for id in group}
    return [id for id in all_ids() if id not in named]


def judged_as_float32(precision, against):
    """The rows judged by the truth alone: tables element by element, the rest by rel-L2."""
    tables = TABLES + (ROTATIONS if precision in ("fp32", "q8") else [])
    rows = [row(precision, against, "per_element", tables, TABLES_REASON, limit=1e-5)]
    if precision == "fp32":
        limit, reason = FLOAT32[against]
        rest = others(EXACT, tables)
        rows.append(row(precision, against, "rel_l2", rest, reason, limit=limit))
    return rows


def judged_as_quantised(against):
    """The rows for a port whose products with weights take inputs of 8 bits. All else is as in fp32."""
    limit, reason = QUANTISED[against]
    if against == "golden":
        return [row("q8", against, "rel_l2", others(EXACT, TABLES, ROTATIONS), reason, limit=limit)]
    exact, exact_reason = FLOAT32[against]
    narrow, narrow_reason = QUANTISED["attention"]
    rest = others(EXACT, TABLES, ROTATIONS, WEIGHTED, ATTENTION)
    return [
        row("q8", against, "rel_l2", WEIGHTED, reason, limit=limit),
        row("q8", against, "rel_l2", ATTENTION, narrow_reason, limit=narrow),
        row("q8", against, "rel_l2", rest, exact_reason, limit=exact),
    ]


def judged_three_way(precision, against):
    """The row judged in multiples of the bf16 reference's own distance."""
    limit, floor, reason = THREE_WAY[precision, against]
    ids = others(EXACT, TABLES)
    return [row(precision, against, "three_way", ids, reason, limit=limit, floor=floor)]


def table():
    """One row per rule. Every step and finer point occurs once per precision and comparison."""
    rows = []
    for precision in PRECISIONS:
        for against in AGAINST:
            rows.append(row(precision, against, "exact", EXACT, WHOLE_NUMBERS))
            rows += judged_as_float32(precision, against)
            if precision == "q8":
                rows += judged_as_quantised(against)
            elif precision != "fp32":
                rows += judged_three_way(precision, against)
    return rows
