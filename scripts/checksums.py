"""Write fixtures/SHA256SUMS in the format of sha256sum. A test fails when a fixture differs from its line."""

import os

import paths

SUMS = "SHA256SUMS"


def files():
    """Every fixture, relative to the folder."""
    for folder, _, names in os.walk(paths.FIXTURES):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), paths.FIXTURES).replace(os.sep, "/")
            if path != SUMS and not path.endswith(".md"):
                yield path


def main():
    with open(os.path.join(paths.FIXTURES, SUMS), "w", encoding="utf-8", newline="\n") as sums:
        for path in sorted(files()):
            sums.write(f"{paths.sha256_of(os.path.join(paths.FIXTURES, path))}  {path}\n")


if __name__ == "__main__":
    main()
