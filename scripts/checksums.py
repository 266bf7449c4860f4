"""Write fixtures/SHA256SUMS, in the format of sha256sum: a test fails when any fixture is not what is written there."""

import hashlib
import os

import paths

FIXTURES = os.path.join(os.path.dirname(paths.SCRIPTS), "fixtures")
SUMS = "SHA256SUMS"


def files():
    """Every fixture, relative to the folder, in a fixed order."""
    for folder, _, names in os.walk(FIXTURES):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), FIXTURES).replace(os.sep, "/")
            if path != SUMS and not path.endswith(".md"):
                yield path


def main():
    with open(os.path.join(FIXTURES, SUMS), "w", encoding="utf-8", newline="\n") as sums:
        for path in sorted(files()):
            with open(os.path.join(FIXTURES, path), "rb") as file:
                sums.write(f"{hashlib.sha256(file.read()).hexdigest()}  {path}\n")


if __name__ == "__main__":
    main()
