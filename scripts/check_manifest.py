#!/usr/bin/env python3
"""Check the manifests: their schema, their file hashes, and what a schema cannot say."""

import argparse
import itertools
import json
import os

import jsonschema

import decode
import execute
import manifest
import paths
import port_tolerances
import safetensors_file


def load(path):
    with open(path, encoding="utf-8") as stream:
        return json.load(stream)


def check_files(folder, given):
    """Every file in the folder is listed, with its hash and size."""
    if given["files"] != manifest.describe_files(folder):
        raise SystemExit("the files are not those that the manifest lists")


def check_tolerances(given):
    """Every step has exactly one tolerance per precision."""
    ids = sorted(step["id"] for step in [*given["steps"], *given["decode"]["steps"]])
    for precision in execute.PRECISIONS:
        rules = [rule for rule in given["tolerances"] if rule["precision"] == precision and "engine" not in rule]
        if sorted(id for rule in rules for id in rule["steps"]) != ids:
            raise SystemExit(f"{precision}: a step has no tolerance, or two")


def check_port_tolerances(given):
    """Every step and finer point has exactly one tolerance per precision and comparison."""
    rows = [*given["steps"], *given["finer"], *given["decode"]["steps"]]
    ids = sorted(row["id"] for row in rows)
    for pair in itertools.product(port_tolerances.PRECISIONS, port_tolerances.AGAINST):
        rows = [r for r in given["port_tolerances"] if (r["precision"], r["against"]) == pair]
        if sorted(id for row in rows for id in row["steps"]) != ids:
            raise SystemExit(f"{pair}: a step has no tolerance for ports, or two")


def check_goldens(folder, given):
    """The goldens have the types and shapes of the tables of steps and of finer points."""
    for precision in execute.PRECISIONS:
        for case, rows in (("article", given["steps"]), ("finer", given["finer"])):
            path = os.path.join(folder, f"{case}.{precision}.safetensors")
            golden = safetensors_file.read(path)
            for row in rows:
                if row["dtype"][precision] != "text":
                    tensor = golden[row["id"]]
                    found = (manifest.dtype_name(tensor), list(tensor.shape))
                    if found != (row["dtype"][precision], row["shape"]):
                        raise SystemExit(f"{path}: {row['id']} is {found}")


def check_cases(folder, given):
    """The files of every case hold the steps that it checks."""
    texts = {step["id"] for step in given["steps"] if step["dtype"]["fp32"] == "text"}
    for name, case in given["cases"].items():
        for precision in execute.PRECISIONS:
            golden = safetensors_file.read(os.path.join(folder, f"{name}.{precision}.safetensors"))
            missing = set(case["steps"]) - set(golden) - texts
            if missing:
                raise SystemExit(f"{name}.{precision}: {sorted(missing)} missing")


def check_decode(folder, given):
    """Every pass starts behind the one before, and its goldens are those of its tokens."""
    position = len(given["tokens"])
    for precision in execute.PRECISIONS:
        golden = safetensors_file.read(os.path.join(folder, f"{decode.CASE}.{precision}.safetensors"))
        end = position
        for row in given["decode"]["passes"]:
            name, count = row["name"], len(row["tokens"])
            positions = golden[f"{name}.{decode.POSITIONS}"].tolist()
            rows = {golden[f"{name}.layers.0.{id}"].shape[1] for id in decode.CACHES}
            if (row["position"], positions, rows) != (end, list(range(end, end + count)), {end + count}):
                raise SystemExit(f"{name}.{precision} is out of place")
            if golden[f"{name}.tokens"].tolist() != row["tokens"]:
                raise SystemExit(f"{name}.{precision}: other tokens")
            end += count


def check(folder, schema):
    given = load(os.path.join(folder, manifest.NAME))
    jsonschema.Draft202012Validator(schema).validate(given)
    check_files(folder, given)
    check_tolerances(given)
    check_port_tolerances(given)
    check_goldens(folder, given)
    check_cases(folder, given)
    check_decode(folder, given)
    print(f"{os.path.basename(folder)}: {len(given['files'])} files, {len(given['steps'])} steps, "
          f"{len(given['finer'])} finer points, {len(given['cases'])} cases, "
          f"{len(given['decode']['passes'])} passes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fixtures", nargs="+", default=paths.BOTH_MICROS)
    folders = parser.parse_args().fixtures
    schema = load(os.path.join(paths.FIXTURES, "manifest.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for folder in folders:
        check(folder, schema)


if __name__ == "__main__":
    main()
