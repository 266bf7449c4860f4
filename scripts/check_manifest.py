#!/usr/bin/env python3
"""Check the manifests: their schema, the hashes of their files, and what a schema cannot express."""

import argparse
import itertools
import json
import os

import jsonschema

import decode
import execute
import goldens
import manifest
import micro_model
import paths
import port_tolerances
import safetensors_file


def load(path):
    try:
        with open(path, encoding="utf-8") as stream:
            return json.load(stream)
    except (OSError, ValueError) as error:
        raise SystemExit(f"{path}: cannot be read: {error}") from error


def check_schema(path, given, schema):
    """The manifest has the form that the schema describes."""
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(given))
    if error:
        raise SystemExit(f"{path}: {error.json_path}: {error.message}")


def check_files(folder, given):
    """Every file in the folder is listed, with its hash and size."""
    listed, found = given["files"], manifest.describe_files(folder)
    wrong = sorted(name for name in {*listed, *found} if listed.get(name) != found.get(name))
    if wrong:
        raise SystemExit(f"{folder}: not as the manifest lists them: {', '.join(wrong)}")


def check_tolerances(path, given):
    """Every step has exactly one tolerance per precision."""
    ids = sorted(step["id"] for step in [*given["steps"], *given["decode"]["steps"]])
    for precision in execute.PRECISIONS:
        rules = [rule for rule in given["tolerances"] if rule["precision"] == precision and "engine" not in rule]
        check_once(f"{path}: {precision} tolerances", ids, rules)


def check_once(what, ids, rules):
    """Every id occurs in exactly one rule."""
    named = [id for rule in rules for id in rule["steps"]]
    wrong = sorted({id for id in {*ids, *named} if named.count(id) != ids.count(id)})
    if wrong:
        raise SystemExit(f"{what}: missing, unknown or there twice: {', '.join(wrong)}")


def check_port_tolerances(path, given):
    """Every step and finer point has exactly one tolerance per precision and comparison."""
    rows = [*given["steps"], *given["finer"], *given["decode"]["steps"]]
    ids = sorted(row["id"] for row in rows)
    for pair in itertools.product(port_tolerances.PRECISIONS, port_tolerances.AGAINST):
        rows = [r for r in given["port_tolerances"] if (r["precision"], r["against"]) == pair]
        check_once(f"{path}: {' '.join(pair)} tolerances for ports", ids, rows)


def check_goldens(folder, given):
    """The goldens have the types and shapes of the tables of steps and of finer points."""
    fewer = micro_model.has_fewer_goldens(given["checkpoint"]["params"])
    for precision in execute.PRECISIONS:
        for case, rows in (("article", given["steps"]), ("finer", given["finer"])):
            path = os.path.join(folder, f"{case}.{precision}.safetensors")
            golden = safetensors_file.read(path)
            for row in rows:
                tensor = None if row["dtype"][precision] == "text" else article_tensor(golden, row["id"], path, fewer)
                if tensor is not None:
                    found = (manifest.dtype_name(tensor), list(tensor.shape))
                    expected = (row["dtype"][precision], row["shape"])
                    if found != expected:
                        raise SystemExit(f"{path}: {row['id']} is {found}, the manifest says {expected}")


def article_tensor(golden, id, path, fewer):
    """The article's own result. Where there are fewer goldens it is that of layer 0 and head 0, and there is none of a weight: None."""
    step, of_layer = goldens.BY_ID[id], f"layers.0.{id}"
    if fewer and id not in golden:
        if step.shows_weight:
            return None
        if of_layer in golden:
            return goldens.first_head(step, golden[of_layer])
    return tensor_in(golden, id, path)


def tensor_in(golden, name, path):
    """A tensor that the file must hold."""
    if name not in golden:
        raise SystemExit(f"{path}: {name} is missing")
    return golden[name]


def check_cases(folder, given):
    """The files of every case hold the steps that it checks."""
    texts = {step["id"] for step in given["steps"] if step["dtype"]["fp32"] == "text"}
    for name, case in given["cases"].items():
        for precision in execute.PRECISIONS:
            path = os.path.join(folder, f"{name}.{precision}.safetensors")
            golden = safetensors_file.read(path)
            for id in case["steps"]:
                if id not in texts:
                    tensor_in(golden, id, path)


def check_decode(folder, given):
    """Every pass starts after the pass before, and its goldens are those of its tokens."""
    position = len(given["tokens"])
    for precision in execute.PRECISIONS:
        path = os.path.join(folder, f"{decode.CASE}.{precision}.safetensors")
        golden = safetensors_file.read(path)
        end = position
        for row in given["decode"]["passes"]:
            name, count = row["name"], len(row["tokens"])
            positions = tensor_in(golden, f"{name}.{decode.POSITIONS}", path).tolist()
            rows = {tensor_in(golden, f"{name}.layers.0.{id}", path).shape[1] for id in decode.CACHES}
            if (row["position"], positions, rows) != (end, list(range(end, end + count)), {end + count}):
                raise SystemExit(f"{path}: {name} does not start at position {end} with {count} new tokens")
            if tensor_in(golden, f"{name}.tokens", path).tolist() != row["tokens"]:
                raise SystemExit(f"{path}: {name} has other tokens than the manifest")
            end += count


def check(folder, schema):
    path = os.path.join(folder, manifest.NAME)
    given = load(path)
    check_schema(path, given, schema)
    if "decode" not in given:
        raise SystemExit(f"{path}: no passes after the prompt (decode)")
    check_files(folder, given)
    check_tolerances(path, given)
    check_port_tolerances(path, given)
    check_goldens(folder, given)
    check_cases(folder, given)
    check_decode(folder, given)
    print(f"{os.path.basename(folder)}: {len(given['files'])} files, {len(given['steps'])} steps, "
          f"{len(given['finer'])} finer points, {len(given['cases'])} cases, "
          f"{len(given['decode']['passes'])} passes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fixtures", nargs="+", default=paths.MICROS)
    folders = parser.parse_args().fixtures
    schema = load(os.path.join(paths.FIXTURES, "manifest.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for folder in folders:
        check(folder, schema)


if __name__ == "__main__":
    main()
