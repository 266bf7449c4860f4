"""The Llama 3 tokenizer: a tiktoken encoding over a `tokenizer.model`, whole or an excerpt."""

import paths

paths.use_stand_ins()

import tiktoken  # noqa: E402  (after use_stand_ins, which may provide it)
from tiktoken.load import load_tiktoken_bpe  # noqa: E402

PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

# The whole vocabulary has 128000 ordinary tokens. Special ids start after them, also when an excerpt
# of the vocabulary has fewer tokens.
FIRST_SPECIAL_ID = 128000
BEGIN_OF_TEXT = 128000
END_OF_TEXT = 128001
SPECIAL_TOKENS = [
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|reserved_special_token_0|>",
    "<|reserved_special_token_1|>",
    "<|reserved_special_token_2|>",
    "<|reserved_special_token_3|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|reserved_special_token_4|>",
    "<|eot_id|>",
] + [f"<|reserved_special_token_{i}|>" for i in range(5, 251)]


def load_ranks(path):
    """The table {bytes: rank} of a `tokenizer.model`."""
    return load_tiktoken_bpe(path)


def encoding_of(ranks):
    """A tiktoken encoding over a rank table, with Llama 3's special ids."""
    special = {text: FIRST_SPECIAL_ID + i for i, text in enumerate(SPECIAL_TOKENS)}
    return tiktoken.Encoding(
        name="tokenizer.model", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens=special
    )
