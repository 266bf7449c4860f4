#!/usr/bin/env python3
"""Write what Meta's code and Jinja answer to the conversations and samplings of fixtures/texts.jsonl.

Needs a copy of meta-llama/llama-models, whose ChatFormat and sample_top_p are executed, the whole
vocabulary, and the templates that text_expectations.mjs describes.
"""

import __future__
import argparse
import ast
import dataclasses
import json
import os
import sys
import types

import jinja2
import torch

import llama_tokenizer
import paths


def lines():
    with open(os.path.join(paths.FIXTURES, "texts.jsonl"), encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def sources(folder, name, wanted):
    """The top-level statements of a file that `wanted` accepts, as a module."""
    with open(os.path.join(folder, "models", "llama3", name), encoding="utf-8") as stream:
        tree = ast.parse(stream.read())
    tree.body = [node for node in tree.body if wanted(node)]
    # Annotations name types of images and the like, which are not needed here.
    return compile(tree, name, "exec", flags=__future__.annotations.compiler_flag)


class MetaTokenizer:
    """What ChatFormat needs of Meta's Tokenizer, over the same vocabulary and names."""

    def __init__(self, vocabulary):
        self.encoding = llama_tokenizer.encoding_of(llama_tokenizer.load_ranks(vocabulary))
        self.special_tokens = {
            "<|begin_of_text|>": 128000, "<|start_header_id|>": 128006, "<|end_header_id|>": 128007, "<|eom_id|>": 128008, "<|eot_id|>": 128009,
            "<|python_tag|>": 128010, "<|image|>": 128011,
        }

    def encode(self, text, bos, eos):
        assert not eos
        return [128000] * bos + self.encoding_of_text(text)

    def encoding_of_text(self, text):
        """disallowed_special=(): names of special tokens are text."""
        known, self.encoding._special = self.encoding._special, {}
        try:
            return self.encoding.encode(text)
        finally:
            self.encoding._special = known


def meta_chat(folder, tokenizer):
    """ids of messages, by ChatFormat."""
    named = lambda *texts: types.SimpleNamespace(**{text: text for text in texts})  # noqa: E731
    names = {
        "dataclass": dataclasses.dataclass, "json": json, "Role": [], "RawTextItem": (), "RawMediaItem": (),
        "BuiltinTool": named("code_interpreter", "brave_search", "wolfram_alpha", "photogen"),
        "StopReason": named("end_of_message", "end_of_turn"),
        "ToolPromptFormat": named("json", "function_tag", "python_list"),
    }
    exec(sources(folder, "tool_utils.py", lambda node: isinstance(node, ast.ClassDef)), names)  # noqa: S102
    exec(sources(folder, "chat_format.py", lambda node: isinstance(node, (ast.ClassDef, ast.FunctionDef))), names)  # noqa: S102
    return names["ChatFormat"](tokenizer)


def raw(message):
    calls = [types.SimpleNamespace(tool_name=call["function"]["name"], arguments=call["function"]["arguments"]) for call in message.get("tool_calls", [])]
    return types.SimpleNamespace(
        role=message["role"], content=message["content"], tool_calls=calls, context=None, stop_reason=message.get("stop_reason", "end_of_turn")
    )


def template_of(folder, name):
    """A template as transformers compiles it."""
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = lambda value, indent=None: json.dumps(value, ensure_ascii=False, indent=indent)
    with open(os.path.join(folder, f"{name}.jinja"), encoding="utf-8") as stream:
        return environment.from_string(stream.read())


def rendered_ids(line, templates, tokenizer):
    """The ids of what the template gives; names of special tokens in it are tokens, as in transformers."""
    given = {"tools": line["tools"]} if "tools" in line else {}
    messages = [{key: value for key, value in message.items() if key != "stop_reason"} for message in line["messages"]]
    text = template_of(templates, line["template"]).render(
        messages=messages, bos_token="<|begin_of_text|>", add_generation_prompt=True, date_string=line.get("date", ""), **given
    )
    special = {**tokenizer.special_tokens, "<|end_of_text|>": 128001}
    ids, rest = [], text
    while rest:
        at, name = min(((rest.find(name), name) for name in special if name in rest), default=(len(rest), ""))
        ids += tokenizer.encoding_of_text(rest[:at]) + ([special[name]] if name else [])
        rest = rest[at + len(name):]
    return ids


def meta_sampling(folder):
    """sample_top_p, which gives the probabilities it would draw from instead of a token."""
    names = {"torch": types.SimpleNamespace(sort=torch.sort, cumsum=torch.cumsum, multinomial=lambda probs, num_samples: probs, gather=lambda index, dim, probs: (probs, index))}
    exec(sources(folder, "generation.py", lambda node: isinstance(node, ast.FunctionDef) and node.name == "sample_top_p"), names)  # noqa: S102

    def probabilities(line):
        if line["temperature"] == 0:
            return {int(torch.tensor(line["logits"]).argmax()): 1.0}
        kept, index = names["sample_top_p"](torch.softmax(torch.tensor(line["logits"]) / line["temperature"], dim=-1), line.get("top_p", 1.0))
        return {int(token): round(float(share), 7) for share, token in zip(kept, index) if share > 0}

    return probabilities


def has_tools(messages):
    """Llama 3's own template knows none."""
    return any(message["role"] == "tool" or "tool_calls" in message for message in messages)


def answers(arguments):
    tokenizer = MetaTokenizer(arguments.vocabulary)
    chat, sampling = meta_chat(arguments.llama_models, tokenizer), meta_sampling(arguments.llama_models)
    for line in lines():
        if line["kind"] == "conversation":
            if line["template"] == "llama3":
                tokens = chat.encode_dialog_prompt([raw(message) for message in line["messages"]]).tokens
                yield {"by": "llama-models", "id": line["id"], "ids": tokens}
            if line["template"] != "llama3" or not has_tools(line["messages"]):
                yield {"by": "jinja2", "id": line["id"], "ids": rendered_ids(line, arguments.templates, tokenizer)}
        if line["kind"] == "sampling" and not {"top_k", "min_p"} & set(line):
            yield {"by": "llama-models", "id": line["id"], "probabilities": sampling(line)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--llama-models", required=True, help="a copy of meta-llama/llama-models")
    parser.add_argument("--vocabulary", required=True, help="the whole Llama 3 tokenizer.model")
    parser.add_argument("--templates", required=True, help="the folder of templates")
    for answer in answers(parser.parse_args()):
        sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
