// The toy: each token adds its row of one matrix to a fading memory of all before, a second matrix reads the next token from
// it. The memory keeps the rows themselves, so that tokens can be taken back as from a cache of keys and values.
#include "abi.h"
#include "sizes.h"

#define TENSOR_AT(i) ((Tensor *)args[i].pointer)
enum { EMBEDDING, HEAD, BIAS };

typedef struct {
  Object object;
  Tensor *history, *state;
  i64 capacity, length;
} Cache;

extern int getParameters(Any *args, int count, Any *result);

static int hasSizes(const Tensor *tensor, i64 rows, i64 columns) {
  return tensor->type == TYPE_FLOAT && tensor->bits == 32 && tensor->sizes[0] == rows &&
         (columns == 1 ? tensor->dimensions == 1 : tensor->dimensions == 2 && tensor->sizes[1] == columns);
}

static Tensor *parameter(Any *list, int which) { return ((Array *)list->pointer)->items[which].pointer; }

static int checkParameters(Any *list) {
  if (!hasSizes(parameter(list, EMBEDDING), VOCABULARY, WIDTH)) return fail("embedding.weight has other sizes.", 0);
  if (!hasSizes(parameter(list, HEAD), VOCABULARY, WIDTH)) return fail("head.weight has other sizes.", 0);
  return hasSizes(parameter(list, BIAS), VOCABULARY, 1) ? 0 : fail("head.bias has other sizes.", 0);
}

// (tokens, parameters) -> a row for each
static int embed(Any *args, int count, Any *result) {
  if (checkParameters(args + 1)) return -1;
  i64 sizes[2] = {TENSOR_AT(0)->sizes[0], WIDTH};
  Tensor *rows = createTensor(WEBGPU, TYPE_FLOAT, 32, 2, sizes);
  if (!rows) return -1;
  Tensor *buffers[] = {TENSOR_AT(0), parameter(args + 1, EMBEDDING), rows};
  returnObject(result, rows);
  return launch("embed_tokens", buffers, 3, (int)sizes[0], (int)sizes[0]);
}

// (rows, cache, parameters) -> [logits of the last, cache]
static int forward(Any *args, int count, Any *result) {
  Tensor *rows = TENSOR_AT(0);
  Cache *cache = args[1].pointer;
  int added = (int)rows->sizes[1];
  if (cache->length + added > cache->capacity) return fail("The cache is full.", 0);
  Tensor *remembered[] = {rows, cache->history};
  if (launch("remember", remembered, 2, (int)cache->length, added)) return -1;
  cache->length += added;
  Tensor *recalled[] = {cache->history, cache->state};
  if (launch("recall", recalled, 2, (int)cache->length, 1)) return -1;
  i64 sizes[3] = {1, 1, VOCABULARY};
  Tensor *logits = createTensor(WEBGPU, TYPE_FLOAT, 32, 3, sizes);
  if (!logits) return -1;
  Tensor *read[] = {cache->state, parameter(args + 2, HEAD), parameter(args + 2, BIAS), logits};
  if (launch("head", read, 4, VOCABULARY, (VOCABULARY + 63) / 64)) return -1;
  Any pair[2];
  returnObject(pair, logits);
  returnObject(pair + 1, cache);
  Array *both = createArray(2, pair);
  letGo((Object *)logits);
  returnObject(result, both);
  return 0;
}

// (tokens, mask, parameters) -> states: the library as an encoder of texts
static int encode(Any *args, int count, Any *result) {
  if (checkParameters(args + 2)) return -1;
  i64 sizes[3] = {TENSOR_AT(0)->sizes[0], TENSOR_AT(0)->sizes[1], WIDTH};
  Tensor *states = createTensor(WEBGPU, TYPE_FLOAT, 32, 3, sizes);
  if (!states) return -1;
  Tensor *buffers[] = {TENSOR_AT(0), TENSOR_AT(1), parameter(args + 2, EMBEDDING), states};
  returnObject(result, states);
  return launch("encode", buffers, 4, (int)sizes[1], (int)sizes[0]);
}

static int prefill(Any *args, int count, Any *result) {
  return TENSOR_AT(0)->type == TYPE_INT ? encode(args, count, result) : forward(args, count, result);
}

// (sequences, tokens in all, tokens at once, tokens a page, slides)
static int createCache(Any *args, int count, Any *result) {
  Cache *cache = createObject(CACHE, sizeof *cache);
  cache->capacity = ((Shape *)args[1].pointer)->sizes[0];
  i64 sizes[2] = {cache->capacity, WIDTH}, width[1] = {WIDTH};
  cache->history = createTensor(WEBGPU, TYPE_FLOAT, 32, 2, sizes);
  cache->state = createTensor(WEBGPU, TYPE_FLOAT, 32, 1, width);
  if (!cache->history || !cache->state) return -1;
  returnObject(result, cache);
  return 0;
}

void destroyCache(Object *object) {
  letGo((Object *)((Cache *)object)->history);
  letGo((Object *)((Cache *)object)->state);
}

static int clearCache(Any *args, int count, Any *result) {
  ((Cache *)args[0].pointer)->length = 0;
  return 0;
}

// (cache, sequence, tokens to take back)
static int takeBack(Any *args, int count, Any *result) {
  Cache *cache = args[0].pointer;
  i64 taken = integerOf(args + 2);
  if (taken < 0 || taken > cache->length) return fail("The cache does not hold so many tokens.", 0);
  cache->length -= taken;
  return 0;
}

// (logits, temperature) -> probabilities
static int softmax(Any *args, int count, Any *result) {
  Tensor *chances = createTensor(WEBGPU, TYPE_FLOAT, 32, TENSOR_AT(0)->dimensions, TENSOR_AT(0)->sizes);
  if (!chances) return -1;
  Tensor *buffers[] = {TENSOR_AT(0), TENSOR_AT(1), chances};
  returnObject(result, chances);
  return launch("softmax", buffers, 3, VOCABULARY, 1);
}

// (probabilities) -> [sorted, their tokens]
static int sort(Any *args, int count, Any *result) {
  Tensor *sorted = createTensor(WEBGPU, TYPE_FLOAT, 32, 2, TENSOR_AT(0)->sizes);
  Tensor *places = createTensor(WEBGPU, TYPE_INT, 32, 2, TENSOR_AT(0)->sizes);
  if (!sorted || !places) return -1;
  Tensor *buffers[] = {TENSOR_AT(0), sorted, places};
  Any pair[2];
  returnObject(pair, sorted);
  returnObject(pair + 1, places);
  Array *both = createArray(2, pair);
  letGo((Object *)sorted);
  letGo((Object *)places);
  returnObject(result, both);
  return launch("sort", buffers, 3, VOCABULARY, (VOCABULARY + 63) / 64);
}

// (sorted, their tokens, a random number, rows, mass to draw from) -> token
static int sample(Any *args, int count, Any *result) {
  i64 one[1] = {1};
  Tensor *token = createTensor(WEBGPU, TYPE_INT, 32, 1, one);
  if (!token) return -1;
  Tensor *buffers[] = {TENSOR_AT(0), TENSOR_AT(1), TENSOR_AT(2), TENSOR_AT(4), token};
  returnObject(result, token);
  return launch("sample", buffers, 5, VOCABULARY, 1);
}

// (logits, rows, allowed tokens)
static int mask(Any *args, int count, Any *result) {
  Tensor *buffers[] = {TENSOR_AT(0), TENSOR_AT(2)};
  return launch("mask", buffers, 2, VOCABULARY, (VOCABULARY + 63) / 64);
}

static const char description[] =
    "{\"model_type\":\"toy\",\"quantization\":\"q0f32\",\"context_window_size\":" TEXT(CONTEXT)
    ",\"sliding_window_size\":-1,\"attention_sink_size\":-1,\"prefill_chunk_size\":" TEXT(CONTEXT)
    ",\"tensor_parallel_shards\":1,\"kv_state_kind\":\"kv_cache\",\"max_batch_size\":" TEXT(BATCH)
    ",\"params\":[{\"name\":\"embedding.weight\",\"shape\":[" TEXT(VOCABULARY) "," TEXT(WIDTH)
    "],\"dtype\":\"float32\"},{\"name\":\"head.weight\",\"shape\":[" TEXT(VOCABULARY) "," TEXT(WIDTH)
    "],\"dtype\":\"float32\"},{\"name\":\"head.bias\",\"shape\":[" TEXT(VOCABULARY) "],\"dtype\":\"float32\"}]}";

static int describe(Any *args, int count, Any *result) {
  returnObject(result, createString(description, sizeof description - 1, STRING));
  return 0;
}

const Entry modelFunctions[] = {
    {"vm_initialization", nothing},
    {"_metadata", describe},
    {"get_params", getParameters},
    {"embed", embed},
    {"prefill", prefill},
    {"decode", forward},
    {"create_tir_paged_kv_cache", createCache},
    {"softmax_with_temperature", softmax},
    {"argsort_probs", sort},
    {"sample_with_top_p", sample},
    {"apply_bitmask_inplace", mask},
    {"apply_logit_bias_inplace", unknown},
    {"apply_penalty_inplace", unknown},
    {0, 0},
};

const Entry cacheFunctions[] = {
    {"vm.builtin.kv_state_clear", clearCache},
    {"vm.builtin.kv_state_popn", takeBack},
    {"vm.builtin.kv_state_add_sequence", nothing},
    {"vm.builtin.kv_state_remove_sequence", nothing},
    {"vm.builtin.kv_state_begin_forward", nothing},
    {"vm.builtin.kv_state_end_forward", nothing},
    {"vm.builtin.attention_kv_cache_enable_sliding_window_for_seq", nothing},
    {0, 0},
};
