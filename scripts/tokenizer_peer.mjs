// Encode a text with tiktoken (WASM) for each line of input, and answer "seconds tokens sha256", for benchmarks/. The
// seconds are CPU time, so other work on the machine does not count.
//
//   npm install tiktoken            (in a folder outside this repository; 1.0.22 was used)
//   node tokenizer_peer.mjs TOKENIZER.MODEL TEXT
//
// The hash is that of the ids as 32-bit integers.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import readline from 'node:readline';

const { Tiktoken } = createRequire(process.cwd() + '/')('tiktoken');
const [model, file] = process.argv.slice(2);
if (!model || !file) {
  console.error('usage: node tokenizer_peer.mjs TOKENIZER.MODEL TEXT');
  process.exit(1);
}

const pattern = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const ranks = fs.readFileSync(model, 'ascii').trim().split('\n').map(line => line.split(' ')).map(([token, rank]) => `! ${rank} ${token}`).join('\n');
const tokenizer = new Tiktoken(ranks, {}, pattern);
const text = fs.readFileSync(file, 'utf8');

for await (const _ of readline.createInterface({ input: process.stdin })) {
  const start = process.cpuUsage();
  const ids = tokenizer.encode(text, [], []);
  const { user, system } = process.cpuUsage(start);
  const hash = crypto.createHash('sha256').update(Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength)).digest('hex');
  process.stdout.write(`${(user + system) / 1e6} ${ids.length} ${hash}\n`);
}
