// Llama 3 in C: one position after the other with a cache of keys and values, every step dumped under its name.
//
//     gcc -O2 -o llama3 llama3.c -lm
//     ./llama3 CHECKPOINT_DIR DUMP_DIR
//
// `llama3verify copy CHECKPOINT_DIR --format llama2c` writes the checkpoint, `llama3verify check DUMP_DIR` judges the
// dump. LLAMA3_BREAK=rope_theta_1e4 or LLAMA3_BREAK=no_scale makes a classic mistake, to see what check says of it.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { MAX_TOKENS = 2048 };
static struct { int dim, ffn_dim, n_layers, n_heads, n_kv_heads, vocab_size, max_seq_len; } config;
static float norm_eps = 1e-5f, rope_theta = 500000; // not in model.bin, but the same in every Llama 3
static float *tok_embeddings, *attention_norm, *wq, *wk, *wv, *wo, *ffn_norm, *w1, *w2, *w3, *norm, *output;
static float *key_cache, *value_cache; // [n_layers, MAX_TOKENS, kv_dim]
static int head_dim, kv_dim;
static int layer = -1, position;       // where the computation stands; -1: in no layer
static const char *dump_folder, *broken = ""; // broken: LLAMA3_BREAK
static FILE *manifest;

static FILE *open_file(const char *folder, const char *name, const char *mode) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, mode);
    if (!file) { perror(path); exit(1); }
    return file;
}

// What a step computes at the current position: "step@position" in manifest.json, with the shape [rows, columns], or
// [columns] where rows is 0, and a file of float32.
static void dump(const char *step, int rows, int columns, const float *numbers) {
    char name[100] = "";
    if (layer >= 0) snprintf(name, sizeof name, "layers.%d.", layer);
    snprintf(name + strlen(name), sizeof name - strlen(name), "%s@%d", step, position);
    fprintf(manifest, "%s\n\"%s\": {\"shape\": [", ftell(manifest) > 1 ? "," : "", name);
    if (rows > 0) fprintf(manifest, "%d, ", rows);
    fprintf(manifest, "%d]}", columns);
    FILE *file = open_file(dump_folder, strcat(name, ".f32"), "wb");
    fwrite(numbers, sizeof *numbers, (size_t)columns * (rows ? rows : 1), file);
    fclose(file);
}

static float dot(const float *a, const float *b, int count) {
    float sum = 0;
    for (int i = 0; i < count; i++) sum += a[i] * b[i];
    return sum;
}

// A step that is weight · x, with the weight [rows, columns] of the current layer; heads says how to dump its rows.
static void project(const char *step, float *result, const float *weight, const float *x, int rows, int columns, int heads) {
    if (layer > 0) weight += (size_t)layer * rows * columns;
    for (int row = 0; row < rows; row++) result[row] = dot(weight + (size_t)row * columns, x, columns);
    dump(step, heads, heads ? rows / heads : rows, result);
}

// Brings x [dim] to root-mean-square 1, then multiplies it by the norm's weight.
static void rms_norm(float *result, const float *weight, const float *x, const char *before_weight, const char *step) {
    float root = sqrtf(dot(x, x, config.dim) / config.dim + norm_eps);
    for (int i = 0; i < config.dim; i++) result[i] = x[i] / root;
    dump(before_weight, 0, config.dim, result);
    for (int i = 0; i < config.dim; i++) result[i] *= weight[i];
    dump(step, 0, config.dim, result);
}

// Turns the pairs of neighbours in every head, each by its angle: a product of complex numbers.
static void rotate(float *x, int count, const float *freqs_cis) {
    for (int i = 0; i < count; i += 2) {
        float a = x[i], b = x[i + 1], cosine = freqs_cis[i % head_dim], sine = freqs_cis[i % head_dim + 1];
        x[i] = a * cosine - b * sine;
        x[i + 1] = a * sine + b * cosine;
    }
}

static void softmax(float *result, const float *scores, int count) {
    float largest = scores[0], sum = 0;
    for (int i = 1; i < count; i++) largest = fmaxf(largest, scores[i]);
    for (int i = 0; i < count; i++) sum += result[i] = expf(scores[i] - largest);
    for (int i = 0; i < count; i++) result[i] /= sum;
}

// delta [dim]: what attention adds to the embedding, from x [dim] and what is cached of the positions before.
static void attention(float *delta, const float *x, const float *freqs_cis) {
    int dim = config.dim, n_heads = config.n_heads, n_kv_heads = config.n_kv_heads, seen = position + 1;
    float (*keys)[kv_dim] = (void *)(key_cache + (size_t)layer * MAX_TOKENS * kv_dim), *k = keys[position];
    float (*values)[kv_dim] = (void *)(value_cache + (size_t)layer * MAX_TOKENS * kv_dim), *v = values[position];
    float q[dim], scores[n_heads][seen], pattern[n_heads][seen], mixed[dim];

    project("q_per_token", q, wq, x, dim, dim, n_heads);
    project("k_per_token", k, wk, x, kv_dim, dim, n_kv_heads);
    project("v_per_token", v, wv, x, kv_dim, dim, n_kv_heads);
    rotate(q, dim, freqs_cis);
    rotate(k, kv_dim, freqs_cis);
    dump("q_per_token_rotated", n_heads, head_dim, q);
    dump("k_per_token_rotated", n_kv_heads, head_dim, k);

    // Later positions are not cached yet, so there is nothing to mask.
    float scale = strcmp(broken, "no_scale") == 0 ? 1 : 1 / sqrtf(head_dim);
    for (int head = 0; head < n_heads; head++) {
        int shared = head / (n_heads / n_kv_heads) * head_dim; // where the head's keys and values begin
        for (int s = 0; s < seen; s++) scores[head][s] = scale * dot(q + head * head_dim, keys[s] + shared, head_dim);
        softmax(pattern[head], scores[head], seen);
        for (int i = 0; i < head_dim; i++) {
            mixed[head * head_dim + i] = 0;
            for (int s = 0; s < seen; s++) mixed[head * head_dim + i] += pattern[head][s] * values[s][shared + i];
        }
    }
    dump("qk_per_token_after_masking", n_heads, seen, scores[0]);
    dump("qk_per_token_after_masking_after_softmax", n_heads, seen, pattern[0]);
    dump("qkv_attention", n_heads, head_dim, mixed);
    dump("stacked_qkv_attention", 0, dim, mixed);
    project("embedding_delta", delta, wo, mixed, dim, dim, 0);
}

// delta [dim]: w1 opens a gate for what w3 lifts, and w2 brings the product back to dim.
static void feed_forward(float *delta, const float *x) {
    int dim = config.dim, ffn_dim = config.ffn_dim;
    float gate[ffn_dim], up[ffn_dim];
    project("feed_forward_gate", gate, w1, x, ffn_dim, dim, 0);
    for (int i = 0; i < ffn_dim; i++) gate[i] /= 1 + expf(-gate[i]);
    dump("feed_forward_gate_activated", 0, ffn_dim, gate);
    project("feed_forward_up", up, w3, x, ffn_dim, dim, 0);
    for (int i = 0; i < ffn_dim; i++) gate[i] *= up[i];
    dump("feed_forward_product", 0, ffn_dim, gate);
    project("output_after_feedforward", delta, w2, gate, dim, ffn_dim, 0);
}

// Takes a token through all layers, at the current position. x [dim] is what comes out.
static void forward(float *x, int token) {
    float normalized[config.dim], delta[config.dim], freqs_cis[head_dim];
    for (int i = 0; i < head_dim; i += 2) {
        float angle = position / powf(rope_theta, (float)i / head_dim);
        freqs_cis[i] = cosf(angle);
        freqs_cis[i + 1] = sinf(angle);
    }
    dump("freqs_cis", head_dim / 2, 2, freqs_cis);
    dump("tokens", 0, 1, &(float){token});
    memcpy(x, tok_embeddings + (size_t)token * config.dim, sizeof normalized);
    dump("token_embeddings_unnormalized", 0, config.dim, x);
    for (layer = 0; layer < config.n_layers; layer++) {
        rms_norm(normalized, attention_norm + layer * config.dim, x, "attention_norm_before_weight", "token_embeddings");
        attention(delta, normalized, freqs_cis);
        for (int i = 0; i < config.dim; i++) x[i] += delta[i];
        dump("embedding_after_edit", 0, config.dim, x);
        rms_norm(normalized, ffn_norm + layer * config.dim, x, "ffn_norm_before_weight", "embedding_after_edit_normalized");
        feed_forward(delta, normalized);
        for (int i = 0; i < config.dim; i++) x[i] += delta[i];
        dump("layer_0_embedding", 0, config.dim, x);
    }
    layer = -1;
    rms_norm(x, norm, x, "norm_before_weight", "final_embedding_normalized");
}

// model.bin: the seven integers of config, then float32 weights, each for all layers before the next.
static void map_model(FILE *file) {
    struct stat about;
    fstat(fileno(file), &about);
    char *start = mmap(NULL, about.st_size, PROT_READ, MAP_PRIVATE, fileno(file), 0);
    if (start == MAP_FAILED) { perror("model.bin"); exit(1); }
    memcpy(&config, start, sizeof config);
    config.vocab_size = abs(config.vocab_size); // negative where output is not tok_embeddings
    kv_dim = config.n_kv_heads * (head_dim = config.dim / config.n_heads);
    float *next = (float *)(start + sizeof config), *rotations; // freqs_cos and freqs_sin, which are computed here
    size_t layers = config.n_layers, dim = config.dim, ffn = config.ffn_dim * dim, table = config.vocab_size * dim;
    struct { float **weight; size_t size; } weights[] = {
        {&tok_embeddings, table}, {&attention_norm, layers * dim}, {&wq, layers * dim * dim}, {&wk, layers * kv_dim * dim},
        {&wv, layers * kv_dim * dim}, {&wo, layers * dim * dim}, {&ffn_norm, layers * dim}, {&w1, layers * ffn},
        {&w2, layers * ffn}, {&w3, layers * ffn}, {&norm, dim}, {&rotations, config.max_seq_len * head_dim}, {&output, table},
    };
    for (int i = 0; i < 13; next += weights[i++].size) *weights[i].weight = next;
}

int main(int count, char **arguments) {
    if (count != 3) { fputs("usage: ./llama3 CHECKPOINT_DIR DUMP_DIR\n", stderr); exit(1); }
    if (getenv("LLAMA3_BREAK")) broken = getenv("LLAMA3_BREAK");
    if (strcmp(broken, "rope_theta_1e4") == 0) rope_theta = 10000;

    int tokens[MAX_TOKENS], T = 0, next = 0;
    FILE *prompt = open_file(arguments[1], "prompt.json", "r");
    for (int letter = 0; letter != '[' && letter != EOF; letter = fgetc(prompt)); // up to the list of tokens
    while (T < MAX_TOKENS && fscanf(prompt, "%d%*[, ]", &tokens[T]) == 1) T++;
    map_model(open_file(arguments[1], "model.bin", "rb"));
    float x[config.dim], *logits = malloc(config.vocab_size * sizeof *logits);
    key_cache = calloc((size_t)config.n_layers * MAX_TOKENS * kv_dim, sizeof *key_cache);
    value_cache = calloc((size_t)config.n_layers * MAX_TOKENS * kv_dim, sizeof *value_cache);
    mkdir(dump_folder = arguments[2], 0777);
    manifest = open_file(dump_folder, "manifest.json", "w");
    fputs("{", manifest);
    for (int t = 0; t < T; t++) forward(x, tokens[position = t]);
    project("logits", logits, output, x, config.vocab_size, config.dim, 0);
    for (int id = 1; id < config.vocab_size; id++) if (logits[id] > logits[next]) next = id;
    dump("next_token", 0, 1, &(float){next});
    fputs("\n}\n", manifest);
    printf("%d\n", next);
}
