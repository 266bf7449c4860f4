"""Where the scripts find files, stand-ins for packages that are not installed, and how a check ends."""

import hashlib
import os
import sys

SCRIPTS = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(os.path.dirname(SCRIPTS), "fixtures")
MICRO = os.path.join(FIXTURES, "micro")
MICRO_MHA = os.path.join(FIXTURES, "micro-mha")
MICRO_3_2 = os.path.join(FIXTURES, "micro-3.2")
MICROS = (MICRO, MICRO_MHA, MICRO_3_2)


def use_stand_ins():
    """Let `import tiktoken` and `import matplotlib` find our stand-ins.

    Their folder is last in the search path, so an installed package takes precedence.
    """
    os.environ.setdefault("MPLBACKEND", "Agg")
    folder = os.path.join(SCRIPTS, "stand_ins")
    if folder not in sys.path:
        sys.path.append(folder)


def sha256_of(path):
    """SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while part := stream.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def fail_if(found):
    """End a check with exit code 1 and one line for each finding, if there are any."""
    if found:
        raise SystemExit("\n".join(found))
