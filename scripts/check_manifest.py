#!/usr/bin/env python3
"""Check the manifest: its schema, its file hashes, and what a schema cannot say."""

import argparse
import json
import os

import jsonschema

import execute
import manifest
import paths
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
    ids = sorted(step["id"] for step in given["steps"])
    for precision in execute.PRECISIONS:
        rules = [rule for rule in given["tolerances"] if rule["precision"] == precision and "engine" not in rule]
        if sorted(id for rule in rules for id in rule["steps"]) != ids:
            raise SystemExit(f"{precision}: a step has no tolerance, or two")


def check_article(folder, given):
    """The goldens have the types and shapes of the table of steps."""
    for precision in execute.PRECISIONS:
        path = os.path.join(folder, f"article.{precision}.safetensors")
        golden = safetensors_file.read(path)
        for step in given["steps"]:
            if step["dtype"][precision] != "text":
                found = (manifest.dtype_name(golden[step["id"]]), list(golden[step["id"]].shape))
                if found != (step["dtype"][precision], step["shape"]):
                    raise SystemExit(f"{path}: {step['id']} is {found}")


def check_cases(folder, given):
    """The files of every case hold the steps that it checks."""
    texts = {step["id"] for step in given["steps"] if step["dtype"]["fp32"] == "text"}
    for name, case in given["cases"].items():
        for precision in execute.PRECISIONS:
            golden = safetensors_file.read(os.path.join(folder, f"{name}.{precision}.safetensors"))
            missing = set(case["steps"]) - set(golden) - texts
            if missing:
                raise SystemExit(f"{name}.{precision}: {sorted(missing)} missing")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fixtures", default=paths.MICRO)
    folder = parser.parse_args().fixtures
    schema = load(os.path.join(paths.FIXTURES, "manifest.schema.json"))
    given = load(os.path.join(folder, manifest.NAME))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(given)
    check_files(folder, given)
    check_tolerances(given)
    check_article(folder, given)
    check_cases(folder, given)
    print(f"{len(given['files'])} files, {len(given['steps'])} steps, {len(given['cases'])} cases")


if __name__ == "__main__":
    main()
