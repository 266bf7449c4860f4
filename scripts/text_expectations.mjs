// Write what other implementations answer to fixtures/texts.jsonl: tests/Llama3.Checking.Tests/Texts/answers.jsonl.
//
//   npm install tiktoken @huggingface/tokenizers @huggingface/jinja     (in a folder outside this repository; 1.0.22, 0.2.0 and 0.5.11 were used)
//   llama3verify copy HF --format hf
//   python3 text_expectations.py … > python.jsonl
//   node text_expectations.mjs TOKENIZER.MODEL HF/tokenizer.json TEMPLATES python.jsonl > answers.jsonl
//
// TOKENIZER.MODEL is Meta's whole vocabulary. TEMPLATES is a folder with llama3.jinja, llama3.1.jinja and llama3.2.jinja: the chat_template of the
// tokenizer_config.json of Meta-Llama-3-8B-Instruct, Llama-3.1-8B-Instruct and Llama-3.2-1B-Instruct.
//
// Each line is an answer, with "by": all that give it. What an implementation does not claim it does not answer.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { begin_of_text, pattern, ranks_of, special_tokens } from './llama3_ranks.mjs';

const require = createRequire(process.cwd() + '/');
const { Tiktoken } = require('tiktoken');
const { Tokenizer } = require('@huggingface/tokenizers');
const { Template } = require('@huggingface/jinja');
const [model, json, templates, python] = process.argv.slice(2);
if (!python) {
  console.error('usage: node text_expectations.mjs TOKENIZER.MODEL TOKENIZER.JSON TEMPLATES PYTHON.JSONL');
  process.exit(1);
}

const lines = fs.readFileSync(path.join(import.meta.dirname, '..', 'fixtures', 'texts.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line));
const bpe = { 'llama3': new Tiktoken(ranks_of(model), special_tokens(false), pattern), 'llama3.1': new Tiktoken(ranks_of(model), special_tokens(true), pattern) };

/** What a template gives, by Hugging Face's Jinja. */
function rendered(line) {
  const template = new Template(fs.readFileSync(path.join(templates, `${line.template}.jinja`), 'utf8'));
  const messages = line.messages.map(({ stop_reason, ...message }) => message);
  return template.render({ messages, bos_token: '<|begin_of_text|>', add_generation_prompt: true, date_string: line.date, ...(line.tools ? { tools: line.tools } : {}) });
}

/** Llama 3's own template knows no tools. */
const has_tools = line => line.template === 'llama3' && line.messages.some(message => message.tool_calls || message.role === 'tool');

/** The text up to what stops, told without a library: there is none for it. */
function stopped(line, decode) {
  const end = line.ids.findIndex(id => line.stop_ids.includes(id));
  const text = decode(end < 0 ? line.ids : line.ids.slice(0, end));
  const places = line.stop.map(stop => text.indexOf(stop)).filter(at => at >= 0);
  return places.length ? text.slice(0, Math.min(...places)) : text;
}

const tiktoken = {
  encode: line => ({ ids: [...bpe[line.model ?? 'llama3'].encode(line.text, line.special === 'tokens' ? 'all' : [], [])] }),
  prompt: line => ({ ids: [begin_of_text, ...bpe.llama3.encode(line.text)] }),
  conversation: line => has_tools(line) ? null : { ids: [...bpe['llama3.1'].encode(rendered(line), 'all')] },
  stream: line => {
    const decoder = new TextDecoder();
    const shown = line.special === 'hidden' ? line.ids.filter(id => id < begin_of_text) : line.ids;
    return { pieces: [...shown.map(id => decoder.decode(bpe.llama3.decode_single_token_bytes(id), { stream: true })), decoder.decode()] };
  },
  stops: line => ({ text: stopped(line, ids => new TextDecoder().decode(bpe.llama3.decode(Uint32Array.from(ids)))) }),
};

const tokenizer = new Tokenizer(JSON.parse(fs.readFileSync(json, 'utf8')), { clean_up_tokenization_spaces: false });
const tokenizers = {
  encode: line => line.special === 'text' || line.model ? null : { ids: tokenizer.encode(line.text, { add_special_tokens: false }).ids },
  prompt: line => ({ ids: tokenizer.encode(line.text).ids }),
  conversation: line => has_tools(line) ? null : { ids: tokenizer.encode(rendered(line), { add_special_tokens: false }).ids },
  stream: line => ({ text: tokenizer.decode(line.ids, { skip_special_tokens: line.special === 'hidden' }) }),
  stops: line => ({ text: stopped(line, ids => ids.length ? tokenizer.decode(ids) : '') }),
};

const found = new Map();

function add(id, by, answer) {
  const joined = answer.pieces ? { text: answer.pieces.join('') } : answer;
  const key = JSON.stringify({ id, ...joined });
  if (!found.has(key)) found.set(key, { by: [], id, ...joined });
  found.get(key).by.push(by);
}

for (const line of lines) {
  for (const [by, port] of Object.entries({ tiktoken, 'tokenizers.js': tokenizers })) {
    const answer = port[line.kind]?.(line);
    if (answer) add(line.id, by, answer);
  }
}
for (const { by, id, ...answer } of fs.readFileSync(python, 'utf8').trim().split('\n').map(line => JSON.parse(line))) add(id, by, answer);
for (const answer of found.values()) process.stdout.write(JSON.stringify(answer) + '\n');
