"""How closely the dump of a port must agree: with the goldens, and locally, step by step.

`golden`: the dumped tensor against the fp32 golden; the errors of all earlier steps add up.
`local`: against the reference step run in float32 on the inputs that the port itself dumped.
"""

import finer

PRECISIONS = ("fp32", "bf16", "fp16")
AGAINST = ("golden", "local")

EXACT = "tokens prompt_split_as_tokens mask next_token".split()
# freqs_cis is not among these: Hugging Face rounds cos and sin.
TABLES = "zero_to_one_split_into_64_parts freqs freqs_for_each_token".split()

WHOLE_NUMBERS = "Whole numbers and text, or 0 and -inf: nothing to round."
# The numbers in the reasons were measured by measure_port_tolerances.py.
FLOAT32 = {
    "golden": (1e-4, "Room for every order of summation over a whole forward."),
    "local": (1e-5, "Room for another order of summation, another exp or cos in one step."),
}
TABLES_REASON = "Rotation tables must be computed in float32 also in a port of lower precision."
THREE_WAY = {
    ("bf16", "golden"): (3, 4e-3, "To be measured."),
    ("bf16", "local"): (3, 4e-3, "To be measured."),
    ("fp16", "golden"): (1, 1e-3, "To be measured."),
    ("fp16", "local"): (1, 1e-3, "To be measured."),
}


def row(precision, against, rule, ids, reason, **bounds):
    steps = [id for id in finer.all_ids() if id in set(ids)]
    named = {"precision": precision, "against": against, "rule": rule}
    return {**named, **bounds, "steps": steps, "reason": reason}


def others(*groups):
    """The ids that none of the groups names."""
    named = {id for group in groups for id in group}
    return [id for id in finer.all_ids() if id not in named]


def float32_row(precision, against, ids, reason=None):
    limit, room = FLOAT32[against]
    return row(precision, against, "rel_l2", ids, reason or room, limit=limit)


def three_way_row(precision, against):
    limit, floor, reason = THREE_WAY[precision, against]
    ids = others(EXACT, TABLES)
    return row(precision, against, "three_way", ids, reason, limit=limit, floor=floor)


def table():
    """One row per rule; every step and finer point once per precision and comparison."""
    rows = []
    for precision in PRECISIONS:
        for against in AGAINST:
            rows.append(row(precision, against, "exact", EXACT, WHOLE_NUMBERS))
            if precision == "fp32":
                rows.append(float32_row(precision, against, others(EXACT)))
            else:
                rows.append(float32_row(precision, against, TABLES, TABLES_REASON))
                rows.append(three_way_row(precision, against))
    return rows
