// Llama 3's vocabulary, as tiktoken's constructor takes it.
import fs from 'node:fs';

export const pattern = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

export const begin_of_text = 128000;

/** The names and ids of the special tokens of Llama 3, or of 3.1. */
export function special_tokens(is_3_1 = false) {
  const names = is_3_1
    ? ['begin_of_text', 'end_of_text', ...reserved(0, 2), 'finetune_right_pad_id', ...reserved(2, 1), 'start_header_id', 'end_header_id', 'eom_id', 'eot_id', 'python_tag', ...reserved(3, 245)]
    : ['begin_of_text', 'end_of_text', ...reserved(0, 4), 'start_header_id', 'end_header_id', ...reserved(4, 1), 'eot_id', ...reserved(5, 246)];
  return Object.fromEntries(names.map((name, index) => [`<|${name}|>`, begin_of_text + index]));
}

function reserved(from, count) {
  return Array.from({ length: count }, (_, index) => `reserved_special_token_${from + index}`);
}

/** The ranks of a tokenizer.model, which may have gaps. */
export function ranks_of(file) {
  return fs.readFileSync(file, 'ascii').trim().split('\n').map(line => line.split(' ')).map(([token, rank]) => `! ${rank} ${token}`).join('\n');
}
