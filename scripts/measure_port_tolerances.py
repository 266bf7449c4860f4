#!/usr/bin/env python3
"""Measure how far the dumps of honest ports are from the goldens, and locally from each step.

Ports are simulated as whole forwards that dump everything. `d` is the rel-L2 to the truth, for tables
the largest relative error of a number. `ratio` is `d` over that of the bf16 reference. `used` is the share of the tolerance that
a port uses. Locally the port fails above 1; against goldens in a narrow type, above 5, or if the mean of the squares is above 1: where one
number of a tensor is larger than all others, the reference's own distance may be too small by chance (FewNumbers in C#). An honest port that
fails is an error. Mild mistakes show how much room is left above the tolerance.
"""

import argparse
import math
import os
from dataclasses import dataclass

import torch

import check_goldens
import finer
import paths
import plain_llama
import port_tolerances
import ports
from arithmetic import ROUNDINGS, Arithmetic


TOLERANCES = port_tolerances.table()


@dataclass(frozen=True)
class Distance:
    """How far one dumped tensor, and the bf16 reference, are from the truth."""

    own: float
    reference: float
    allowed: float
    port: str

    @property
    def used(self):
        return self.own / self.allowed


class Checkpoint:
    """A micro checkpoint with the goldens that ports are compared with."""

    def __init__(self, folder):
        self.params, self.weights = plain_llama.load(folder)
        self.truth = check_goldens.read_whole(folder, self.params, self.weights, "fp32")
        self.reference = check_goldens.read_whole(folder, self.params, self.weights, "bf16")

    def against_golden(self, dump):
        """(name, truth, bf16 reference) of every dumped tensor."""
        for name in dump:
            yield name, self.truth[name], self.reference[name]

    def against_local(self, dump):
        """(name, truth, bf16 reference), both computed from the dump's own values."""
        narrow = {
            name: ROUNDINGS["bf16"](value) if self.is_narrow(name) else value
            for name, value in dump.items()
        }
        for steps_of in (plain_llama.step_by_step, plain_llama.from_parts):
            truth = steps_of(dump, self.params, self.weights, Arithmetic("fp32"))
            reference = steps_of(narrow, self.params, self.weights, Arithmetic("bf16"))
            for (name, one), (_, other) in zip(truth, reference):
                yield name, one, other

    def is_narrow(self, name):
        return self.reference[name].dtype == torch.bfloat16


def tolerance_of(precision, against, id):
    """The row of the table for a step or finer point."""
    return next(
        row for row in TOLERANCES
        if (row["precision"], row["against"]) == (precision, against) and id in row["steps"]
    )


def distances(checkpoint, port, against):
    """(id, Distance) of every tensor that a port dumps."""
    dump = port.dump(checkpoint.truth["tokens"], checkpoint.params, checkpoint.weights)
    held = getattr(checkpoint, f"against_{against}")
    for name, truth, reference in held(dump):
        id = name.split(".")[-1]
        tolerance = tolerance_of(port.precision, against, id)
        if tolerance["rule"] == "exact":
            own = 0.0 if torch.equal(truth, dump[name]) else math.inf
            yield id, Distance(own, 0.0, 1.0, port.name)
        else:
            measure = check_goldens.rel_l2
            if tolerance["rule"] == "per_element":
                measure = element_error_at(checkpoint.truth["freqs_for_each_token"])
            own, other = measure(truth, dump[name]), measure(truth, reference)
            yield id, Distance(own, other, allowed(tolerance, other), port.name)


def element_error_at(angles):
    """The measure of the rule per_element, where a table of cosines and sines is that of these angles."""
    return lambda truth, own: element_error(truth, own, angles)


def element_error(truth, own, angles):
    """The largest error of a number relative to it, or of a cosine or sine to its angle if that is above 1."""
    if truth.is_complex():
        scale = angles.double().clamp(min=1).unsqueeze(-1)
        truth, own = torch.view_as_real(truth), torch.view_as_real(own)
    else:
        scale = torch.where(truth == 0, 1.0, truth.double().abs())
    return ((own.double() - truth.double()).abs() / scale).max().item()


def allowed(tolerance, reference):
    if tolerance["rule"] in ("rel_l2", "per_element"):
        return tolerance["limit"]
    return max(tolerance["floor"], tolerance["limit"] * reference)


def report_far_tables():
    """Print the errors of the tables of honest ports in float32 at far positions, for heads of both sizes."""
    positions = torch.tensor([1, 1000, 8191])
    print(f"\n{'tables at position 8191: head_dim, port':42s} {'freqs':>8s} {'angles':>8s} {'cis':>8s}")
    for head_dim in (10, 128):
        params = {"dim": head_dim, "n_heads": 1, "rope_theta": 5e5}
        right = tables(ports.base_port("fp32").arithmetic, params, positions)
        angles = right["freqs_for_each_token"]
        for port in ports.float32_ports():
            own = tables(port.arithmetic, params, positions)
            names = ("freqs", "freqs_for_each_token", "freqs_cis")
            errors = [element_error(right[name], own[name], angles) for name in names]
            print(f"{head_dim:4d} {port.name:37s}" + "".join(f" {e:8.1e}" for e in errors))


def tables(arithmetic, params, positions):
    """{id: value} of the tables of rotations."""
    values = {}
    for name, formula in plain_llama.rope_formulas(arithmetic, params, positions).items():
        values[name] = formula(values)
    return values


def worst_of(checkpoints, precision, against):
    """{id: [Distance]} of all tensors of all honest ports."""
    found = {}
    for port in ports.honest_ports(precision):
        for checkpoint in checkpoints:
            for id, distance in distances(checkpoint, port, against):
                found.setdefault(id, []).append(distance)
    return found


def cell(found):
    """The worst distance, the worst ratio where the reference is not exact, and the worst share used."""
    own = max(d.own for d in found)
    ratio = max((d.own / d.reference for d in found if d.reference > 1e-4), default=0.0)
    used = max(found, key=lambda d: d.used)
    return f" {own:8.1e} {ratio:6.2f} {used.used:5.2f}  {used.port:36s}"


def report_honest(checkpoints, precision):
    """Print the worst distances of honest ports; return one line for each id at which a port fails."""
    columns = {a: worst_of(checkpoints, precision, a) for a in port_tolerances.AGAINST}
    head = f" {'d':>8s} {'ratio':>6s} {'used':>5s}  {'worst port':36s}"
    print(f"\n{precision + ' ports':42s} {'golden':59s} local")
    print(f"{'':42s}{head}{head}".rstrip())
    for id in finer.all_ids():
        if id not in port_tolerances.EXACT:
            cells = "".join(cell(c[id]) if id in c else " " * 60 for c in columns.values())
            print(f"{id:42s}{cells}".rstrip())
    for against, column in columns.items():
        used, id = max((d.used, id) for id, found in column.items() for d in found)
        print(f"{precision} {against}: at most {used:.2f} of the tolerance used, at {id}")
    return [
        f"{precision} {against}: honest port '{port}' fails, {worst:.2f} of the tolerance used"
        for against, column in columns.items() for port, worst in failing(column, by_chance=against == "golden" and precision != "fp32")
    ]


MOST_BY_CHANCE = 5


def failing(column, by_chance):
    """(port, worst share used) of the ports that fail; `column` is {id: [Distance]}."""
    shares = {}
    for found in column.values():
        for distance in found:
            shares.setdefault(distance.port, []).append(distance.used)
    for port, used in shares.items():
        mean = sum(share * share for share in used) / len(used)
        if max(used) > (MOST_BY_CHANCE if by_chance else 1) or mean > 1:
            yield port, max(used)


def report_mistakes(checkpoints, precision):
    """Print how far mild mistakes are beyond the tolerance at the results where they show first."""
    head = "".join(f" {against + ' d':>9s} {'used':>8s}" for against in port_tolerances.AGAINST)
    print(f"\n{'mistakes in a port in ' + precision:84s}{head}")
    for port, id in ports.mistaken_ports(precision):
        cells = ""
        for against in port_tolerances.AGAINST:
            shown = least_shown(checkpoints, port, id, against)
            cells += f" {shown.own:9.1e} {shown.used:8.2f}"
        print(f"{port.name:42s}{id:42s}{cells}")


def least_shown(checkpoints, port, id, against):
    """The worst distance of one id, on the checkpoint that shows the mistake least."""
    worst = [
        max((d for i, d in distances(checkpoint, port, against) if i == id), key=lambda d: d.used)
        for checkpoint in checkpoints
    ]
    return min(worst, key=lambda d: d.used)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fixtures", nargs="+", default=paths.MICROS)
    folders = parser.parse_args().fixtures
    torch.set_num_threads(1)
    checkpoints = [Checkpoint(folder) for folder in folders]
    print("checkpoints:", ", ".join(os.path.basename(folder) for folder in folders))
    found = []
    for precision in port_tolerances.PRECISIONS:
        found += report_honest(checkpoints, precision)
        report_mistakes(checkpoints, precision)
    report_far_tables()
    paths.fail_if(found)


if __name__ == "__main__":
    main()
