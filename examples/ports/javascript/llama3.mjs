// Llama 3 in JavaScript: the forward pass of the notebook "Llama 3 from scratch", every step dumped under its name.
//
//     node llama3.mjs CHECKPOINT_DIR DUMP.safetensors
//
// `llama3verify copy CHECKPOINT_DIR --format safetensors` writes the checkpoint, `llama3verify check DUMP.safetensors`
// judges the dump. LLAMA3_BREAK=gelu or LLAMA3_BREAK=gqa_modulo makes a classic mistake, to see what check says of it.
//
// T is the number of tokens. Whatever belongs to heads has them on its first axis. A complex number is a pair.
import fs from "node:fs";

const BREAK = process.env.LLAMA3_BREAK;

const size = (shape) => shape.reduce((product, length) => product * length, 1);

/** Numbers one after the other, and the shape that they have. */
class Tensor {
  constructor(shape, data) {
    this.shape = shape;
    this.data = data;
  }

  /** Every number computed from its indices: Tensor.of([2, 3], (i, j) => …). */
  static of(shape, element) {
    const index = shape.map(() => 0);
    return new Tensor(shape, new Float32Array(size(shape)).map(() => {
      const number = element(...index);
      for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
      return number;
    }));
  }

  /** The numbers at the first few indices: in a matrix, row(i) is a row and row(i, j) a single number. */
  row(...index) {
    const length = size(this.shape.slice(index.length));
    const begin = index.reduce((sum, i, axis) => sum * this.shape[axis] + i, 0) * length;
    return this.data.subarray(begin, begin + length);
  }

  at(...index) { return this.row(...index)[0]; }

  view(...shape) { return new Tensor(shape, this.data); }

  map(replace) { return new Tensor(this.shape, this.data.map(replace)); }

  /** What replace makes of each row along the last axis. */
  mapRows(replace) {
    const rows = this.view(size(this.shape.slice(0, -1)), this.shape.at(-1));
    const results = Array.from({ length: rows.shape[0] }, (_, r) => replace(rows.row(r)));
    return Tensor.of(rows.shape, (r, i) => results[r][i]).view(...this.shape);
  }
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** x · wᵀ: [T, in] and [out, in] → [T, out]; with [heads, out, in] → [heads, T, out]. */
const project = (x, w) => w.shape.length === 2
  ? Tensor.of([x.shape[0], w.shape[0]], (t, o) => dot(x.row(t), w.row(o)))
  : Tensor.of([w.shape[0], x.shape[0], w.shape[1]], (h, t, o) => dot(x.row(t), w.row(h, o)));

const add = (x, y) => x.map((a, i) => a + y.data[i]);
const scaleRows = (x, weight) => x.mapRows((row) => row.map((a, i) => a * weight.data[i]));

/** Every row brought to root-mean-square 1. */
const normalize = (x, eps) => x.mapRows((row) => {
  const root = Math.sqrt(dot(row, row) / row.length + eps);
  return row.map((a) => a / root);
});

const softmax = (scores) => scores.mapRows((row) => {
  const largest = Math.max(...row);
  const powers = row.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
});

const silu = (x) => x / (1 + Math.exp(-x));
const gelu = (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const activation = BREAK === "gelu" ? gelu : silu;

/** How far each pair turns at each position: [T, head_dim/2] complex numbers of length 1. */
function rotations(count, pairs, rope_theta, dump) {
  const parts = dump("zero_to_one_split_into_64_parts", Tensor.of([pairs], (i) => i / pairs));
  const freqs = dump("freqs", parts.map((part) => 1 / rope_theta ** part));
  const angles = dump("freqs_for_each_token", Tensor.of([count, pairs], (t, i) => t * freqs.at(i)));
  return dump("freqs_cis", Tensor.of([count, pairs, 2], (t, i, part) => [Math.cos, Math.sin][part](angles.at(t, i))));
}

/** Turns every pair (x, y) of [heads, T, head_dim/2, 2] by its token's angle: a product of complex numbers. */
const rotate = (pairs, freqs_cis) => Tensor.of(pairs.shape, (h, t, i, part) => {
  const [[x, y], [cos, sin]] = [pairs.row(h, t, i), freqs_cis.row(t, i)];
  return part === 0 ? x * cos - y * sin : x * sin + y * cos;
});

/** [T, dim] → [T, dim]: grouped-query attention over the normalised embeddings. */
function attention(x, weight, { dim, n_heads, n_kv_heads }, freqs_cis, mask, dump) {
  const [count, head_dim, group] = [x.shape[0], dim / n_heads, n_heads / n_kv_heads];
  const kvHead = (head) => (BREAK === "gqa_modulo" ? head % n_kv_heads : Math.floor(head / group));

  const wq = dump("q_layer0", weight("attention.wq").view(n_heads, head_dim, dim));
  const q = dump("q_per_token", project(x, dump("q_layer0_head0", wq)));
  const qPairs = dump("q_per_token_split_into_pairs", q.view(n_heads, count, head_dim / 2, 2));
  const qTurned = rotate(dump("q_per_token_as_complex_numbers", qPairs), freqs_cis);
  dump("q_per_token_as_complex_numbers_rotated", qTurned);
  dump("q_per_token_split_into_pairs_rotated", qTurned);
  const qRotated = dump("q_per_token_rotated", qTurned.view(n_heads, count, head_dim));

  const wk = dump("k_layer0", weight("attention.wk").view(n_kv_heads, head_dim, dim));
  const k = dump("k_per_token", project(x, dump("k_layer0_head0", wk)));
  const kPairs = dump("k_per_token_split_into_pairs", k.view(n_kv_heads, count, head_dim / 2, 2));
  const kTurned = rotate(dump("k_per_token_as_complex_numbers", kPairs), freqs_cis);
  dump("k_per_token_split_into_pairs_rotated", kTurned);
  const kRotated = dump("k_per_token_rotated", kTurned.view(n_kv_heads, count, head_dim));

  const wv = dump("v_layer0", weight("attention.wv").view(n_kv_heads, head_dim, dim));
  const v = dump("v_per_token", project(x, dump("v_layer0_head0", wv)));

  const products = Tensor.of([n_heads, count, count], (h, t, s) => dot(qRotated.row(h, t), kRotated.row(kvHead(h), s)));
  const scores = dump("qk_per_token_before_scaling", products).map((product) => product / Math.sqrt(head_dim));
  dump("qk_per_token", scores);
  const masked = Tensor.of(scores.shape, (h, t, s) => scores.at(h, t, s) + mask.at(t, s));
  const pattern = dump("qk_per_token_after_masking_after_softmax", softmax(dump("qk_per_token_after_masking", masked)));
  const mixed = dump("qkv_attention", Tensor.of([n_heads, count, head_dim], (h, t, i) =>
    pattern.row(h, t).reduce((sum, share, s) => sum + share * v.at(kvHead(h), s, i), 0)));
  const stacked = Tensor.of([count, dim], (t, i) => mixed.at(Math.floor(i / head_dim), t, i % head_dim));
  return dump("embedding_delta", project(dump("stacked_qkv_attention", stacked), dump("w_layer0", weight("attention.wo"))));
}

/** [T, dim] → [T, dim]: w1 opens a gate for what w3 lifts, w2 brings the product back to dim. */
function feedForward(x, weight, dump) {
  const gate = dump("feed_forward_gate", project(x, weight("feed_forward.w1")));
  const activated = dump("feed_forward_gate_activated", gate.map(activation));
  const up = dump("feed_forward_up", project(x, weight("feed_forward.w3")));
  const product = dump("feed_forward_product", activated.map((number, i) => number * up.data[i]));
  return dump("output_after_feedforward", project(product, weight("feed_forward.w2")));
}

/** [T] token ids → the id of the most likely next token. */
function forward(tokens, weights, { norm_eps, ...params }, dump) {
  const count = tokens.length;
  const freqs_cis = rotations(count, params.dim / params.n_heads / 2, params.rope_theta, dump);
  const mask = dump("mask", Tensor.of([count, count], (t, s) => (s > t ? -Infinity : 0)));

  dump("tokens", new Tensor([count], Int32Array.from(tokens)));
  let x = Tensor.of([count, params.dim], (t, i) => weights["tok_embeddings.weight"].at(tokens[t], i));
  dump("token_embeddings_unnormalized", x);
  for (let n = 0; n < params.n_layers; n++) {
    const weight = (name) => weights[`layers.${n}.${name}.weight`];
    const dumpHere = (name, tensor) => dump(`layers.${n}.${name}`, tensor);
    const attentionNorm = dumpHere("attention_norm_before_weight", normalize(x, norm_eps));
    const normalized = dumpHere("token_embeddings", scaleRows(attentionNorm, weight("attention_norm")));
    x = dumpHere("embedding_after_edit", add(x, attention(normalized, weight, params, freqs_cis, mask, dumpHere)));
    const ffnNorm = dumpHere("ffn_norm_before_weight", normalize(x, norm_eps));
    const edited = dumpHere("embedding_after_edit_normalized", scaleRows(ffnNorm, weight("ffn_norm")));
    x = dumpHere("layer_0_embedding", add(x, feedForward(edited, weight, dumpHere)));
  }
  x = dump("norm_before_weight", normalize(dump("final_embedding", x), norm_eps));
  x = dump("final_embedding_normalized", scaleRows(x, weights["norm.weight"]));
  const output = weights["output.weight"];
  const logits = dump("logits", Tensor.of([output.shape[0]], (id) => dot(x.row(count - 1), output.row(id)))).data;
  const next = logits.indexOf(logits.reduce((a, b) => Math.max(a, b)));
  dump("next_token", new Tensor([], Int32Array.of(next)));
  return next;
}

/** A file's tensors by name. bfloat16 is the upper half of a float32. */
function readSafetensors(file) {
  const bytes = fs.readFileSync(file);
  const begin = 8 + Number(bytes.readBigUInt64LE());
  const { __metadata__, ...header } = JSON.parse(bytes.toString("utf8", 8, begin));
  return Object.fromEntries(Object.entries(header).map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
    if (dtype !== "BF16") throw new Error(`${name} is ${dtype}, expected BF16`);
    const halves = new Uint16Array(Uint8Array.from(bytes.subarray(begin + from, begin + to)).buffer);
    return [name, new Tensor(shape, new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer))];
  }));
}

/** Writes tensors, a Map by name, as float32 or int32. */
function writeSafetensors(file, tensors) {
  let end = 0;
  const header = Object.fromEntries(Array.from(tensors, ([name, { shape, data }]) =>
    [name, { dtype: data instanceof Int32Array ? "I32" : "F32", shape, data_offsets: [end, (end += data.byteLength)] }]));
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.from(BigUint64Array.of(BigInt(json.length)).buffer);
  const numbers = Array.from(tensors.values(), ({ data }) => Buffer.from(data.buffer));
  fs.writeFileSync(file, Buffer.concat([length, json, ...numbers]));
}

const [checkpoint, dumpFile] = process.argv.slice(2);
if (!dumpFile) throw new Error("usage: node llama3.mjs CHECKPOINT_DIR DUMP.safetensors");
const readJson = (name) => JSON.parse(fs.readFileSync(`${checkpoint}/${name}`, "utf8"));
const dumped = new Map();
const dump = (name, tensor) => dumped.set(name, tensor) && tensor;
const weights = readSafetensors(`${checkpoint}/model.safetensors`);
console.log(forward(readJson("prompt.json").tokens, weights, readJson("params.json"), dump));
writeSafetensors(dumpFile, dumped);
