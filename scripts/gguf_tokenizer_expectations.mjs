// Write the ids that Hugging Face's library gives texts with vocabularies whose merges are a list:
// tests/Llama3.Formats.Tests/Tokenizers/Gguf/merges.jsonl.
//
//   npm install tokenizers          (in a folder outside this repository; 0.23.2 was used)
//   node gguf_tokenizer_expectations.mjs SMOLLM2.GGUF FOLDER_OF_TEXTS > merges.jsonl
//
// The texts are those of expectations.jsonl without lone surrogates, and every fourth of scripts.jsonl, from FOLDER_OF_TEXTS,
// tests/Llama3.Formats.Tests/Tokenizers. Each line holds a text and its ids three times: with the vocabulary of the GGUF, a SmolLM2;
// and with the "pairs" vocabulary, cut as SmolLM's and as GPT-2's. Every test can build that vocabulary: all bytes, then all pairs of
// bytes. They are merged in a shuffled order, so that ids are no ranks.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const { Tokenizer } = createRequire(process.cwd() + '/')('tokenizers');
const [gguf, folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node gguf_tokenizer_expectations.mjs SMOLLM2.GGUF FOLDER_OF_TEXTS');
  process.exit(1);
}

/** The metadata of a GGUF whose keys begin with "tokenizer.". */
function metadata(file) {
  const bytes = fs.readFileSync(file);
  let at = 24;
  const whole = () => Number(bytes.readBigUInt64LE((at += 8) - 8));
  const text = () => { const length = whole(); return bytes.toString('utf8', at, at += length); };
  const sizes = [1, 1, 2, 2, 4, 4, 4, 1, , , 8, 8, 8];
  const number = type => {
    at += sizes[type];
    return type === 4 ? bytes.readUInt32LE(at - 4) : type === 5 ? bytes.readInt32LE(at - 4) : type === 7 ? bytes[at - 1] === 1 : null;
  };
  const value = type => type === 8 ? text() : type === 9 ? list() : number(type);
  const list = () => { const type = bytes.readUInt32LE((at += 4) - 4); return Array.from({ length: whole() }, () => value(type)); };
  const entries = Array.from({ length: Number(bytes.readBigUInt64LE(16)) }, () => [text(), value(bytes.readUInt32LE((at += 4) - 4))]);
  return Object.fromEntries(entries.filter(([key]) => key.startsWith('tokenizer.')));
}

/** bytes_to_unicode of GPT-2. */
function letters() {
  const visible = byte => (byte > 32 && byte < 127) || (byte > 160 && byte < 173) || byte > 173;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(visible(byte) ? byte : next++));
}

function pairs() {
  const bytes = letters();
  const tokens = [...bytes, ...bytes.flatMap(left => bytes.map(right => left + right))];
  const merges = Array.from({ length: 65536 }, (_, rank) => tokens[256 + (rank * 40503) % 65536]).map(([left, right]) => [left, right]);
  return { tokens, merges };
}

function tokenizer(tokens, merges, digits) {
  const gpt2 = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return Tokenizer.fromString(JSON.stringify({
    version: '1.0', added_tokens: [], normalizer: null, post_processor: null, decoder: null,
    pre_tokenizer: digits ? { type: 'Sequence', pretokenizers: [{ type: 'Digits', individual_digits: true }, gpt2] } : gpt2,
    model: { type: 'BPE', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
  }));
}

const lines = name => fs.readFileSync(path.join(folder, name), 'utf8').trim().split('\n').map(line => JSON.parse(line).text);
const texts = [...lines('expectations.jsonl').filter(text => text !== undefined), ...lines('scripts.jsonl').filter((_, index) => index % 4 === 0)];
const real = metadata(gguf);
const merges = real['tokenizer.ggml.merges'].map(merge => merge.split(' '));
const small = pairs();
const all = {
  smollm2: tokenizer(real['tokenizer.ggml.tokens'], merges, true),
  smollm: tokenizer(small.tokens, small.merges, true),
  gpt2: tokenizer(small.tokens, small.merges, false),
};
for (const text of texts) {
  const ids = await Promise.all(Object.entries(all).map(async ([name, peer]) => [name, (await peer.encode(text, null, { addSpecialTokens: false })).getIds()]));
  console.log(JSON.stringify({ text, ...Object.fromEntries(ids) }));
}
