"""Readable JSON: short values on one line, long lists filled like a paragraph."""

import json


def write(path, value, width=100):
    with open(path, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(pretty(value, width) + "\n")


def pretty(value, width=100, indent=""):
    """Format JSON data; a value that fits into `width` columns stays on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or len(indent) + len(flat) <= width:
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = [f"{json.dumps(k)}: {pretty(v, width, deeper)}" for k, v in value.items()]
        return "{\n" + deeper + (",\n" + deeper).join(lines) + "\n" + indent + "}"
    entries = [pretty(v, width, deeper) for v in value]
    nested = any(isinstance(v, (dict, list)) for v in value)
    lines = entries if nested else filled(entries, width - len(deeper))
    return "[\n" + deeper + (",\n" + deeper).join(lines) + "\n" + indent + "]"


def filled(entries, width):
    """Entries joined into lines of at most `width` columns."""
    lines = [entries[0]]
    for entry in entries[1:]:
        if len(lines[-1]) + len(entry) + 3 <= width:
            lines[-1] += f", {entry}"
        else:
            lines.append(entry)
    return lines
