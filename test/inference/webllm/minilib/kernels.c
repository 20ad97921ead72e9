// The shaders, how web-llm learns of them, and how they are started.
#include "abi.h"
#include "sizes.h"

#define READ(place, type, name) "@group(0) @binding(" #place ") var<storage, read> " name ": array<" type ">;\n"
#define WRITE(place, type, name) "@group(0) @binding(" #place ") var<storage, read_write> " name ": array<" type ">;\n"
// web-llm passes integers in one uniform buffer after the others, the number of workgroups last.
#define COUNT(place) "struct Given { n: i32, groups: u32 }\n@group(0) @binding(" #place ") var<uniform> given: Given;\n"
#define THREADS(count, name) "@compute @workgroup_size(" count ") fn " name

// Half of the state forgets within a few tokens, the other half remembers hundreds.
#define DECAY                                                                                                          \
  "fn decay(dimension: u32) -> f32 { return 1.0 - exp2(-1.0 - 7.0 * f32(dimension) / " TEXT(WIDTH) ".0); }\n"

static struct {
  const char *name, *types, *writes, *code;
  Function *function;
} kernels[] = {
    // Rows of the embedding matrix.
    {"embed_tokens", "\"handle\",\"handle\",\"handle\",\"int32\"", "[0,0,1]",
     READ(0, "i32", "tokens") READ(1, "f32", "matrix") WRITE(2, "f32", "rows") COUNT(3) THREADS(TEXT(WIDTH), "embed_tokens")
     "(@builtin(workgroup_id) row: vec3u, @builtin(local_invocation_id) column: vec3u) {\n"
     "  rows[row.x * " TEXT(WIDTH) "u + column.x] = matrix[u32(tokens[row.x]) * " TEXT(WIDTH) "u + column.x];\n}"},
    // New rows behind the first n of the history.
    {"remember", "\"handle\",\"handle\",\"int32\"", "[0,1]",
     READ(0, "f32", "rows") WRITE(1, "f32", "history") COUNT(2) THREADS(TEXT(WIDTH), "remember")
     "(@builtin(workgroup_id) row: vec3u, @builtin(local_invocation_id) column: vec3u) {\n"
     "  history[(u32(given.n) + row.x) * " TEXT(WIDTH) "u + column.x] = rows[row.x * " TEXT(WIDTH) "u + column.x];\n}"},
    // The state after n tokens: all of them, older ones fading at a speed of their dimension.
    {"recall", "\"handle\",\"handle\",\"int32\"", "[0,1]",
     READ(0, "f32", "history") WRITE(1, "f32", "state") COUNT(2) DECAY THREADS(TEXT(WIDTH), "recall")
     "(@builtin(local_invocation_id) column: vec3u) {\n"
     "  let fading = decay(column.x);\n  var sum = 0.0;\n"
     "  for (var i = 0; i < given.n; i++) { sum = fading * sum + history[u32(i) * " TEXT(WIDTH) "u + column.x]; }\n"
     "  state[column.x] = tanh(sum * sqrt(1.0 - fading * fading));\n}"},
    {"head", "\"handle\",\"handle\",\"handle\",\"handle\",\"int32\"", "[0,0,0,1]",
     READ(0, "f32", "state") READ(1, "f32", "matrix") READ(2, "f32", "bias") WRITE(3, "f32", "logits") COUNT(4)
     THREADS("64", "head") "(@builtin(global_invocation_id) token: vec3u) {\n"
     "  if (i32(token.x) >= given.n) { return; }\n  var sum = bias[token.x];\n"
     "  for (var i = 0u; i < " TEXT(WIDTH) "u; i++) { sum += state[i] * matrix[token.x * " TEXT(WIDTH) "u + i]; }\n"
     "  logits[token.x] = sum;\n}"},
    {"softmax", "\"handle\",\"handle\",\"handle\",\"int32\"", "[0,0,1]",
     READ(0, "f32", "logits") READ(1, "f32", "temperature") WRITE(2, "f32", "chances") COUNT(3) THREADS("1", "softmax")
     "() {\n  var most = logits[0];\n  for (var i = 1; i < given.n; i++) { most = max(most, logits[i]); }\n"
     "  var sum = 0.0;\n  for (var i = 0; i < given.n; i++) {\n"
     "    let chance = exp((logits[i] - most) / temperature[0]);\n    chances[i] = chance;\n    sum += chance;\n  }\n"
     "  for (var i = 0; i < given.n; i++) { chances[i] = chances[i] / sum; }\n}"},
    // Likeliest first; each thread counts what stands before its own.
    {"sort", "\"handle\",\"handle\",\"handle\",\"int32\"", "[0,1,1]",
     READ(0, "f32", "chances") WRITE(1, "f32", "sorted") WRITE(2, "i32", "places") COUNT(3) THREADS("64", "sort")
     "(@builtin(global_invocation_id) token: vec3u) {\n  let mine = i32(token.x);\n  if (mine >= given.n) { return; }\n"
     "  var rank = 0;\n  for (var i = 0; i < given.n; i++) {\n"
     "    if (chances[i] > chances[mine] || (chances[i] == chances[mine] && i < mine)) { rank++; }\n  }\n"
     "  sorted[rank] = chances[mine];\n  places[rank] = mine;\n}"},
    {"sample", "\"handle\",\"handle\",\"handle\",\"handle\",\"handle\",\"int32\"", "[0,0,0,0,1]",
     READ(0, "f32", "sorted") READ(1, "i32", "places") READ(2, "f32", "uniform01") READ(3, "f32", "top")
     WRITE(4, "i32", "token") COUNT(5) THREADS("1", "sample")
     "() {\n  var mass = 0.0;\n  var last = 0;\n"
     "  for (; last < given.n - 1; last++) { mass += sorted[last]; if (mass >= top[0]) { break; } }\n"
     "  let drawn = uniform01[0] * mass;\n  var sum = 0.0;\n  var i = 0;\n"
     "  for (; i < last; i++) { sum += sorted[i]; if (sum > drawn) { break; } }\n  token[0] = places[i];\n}"},
    // Tokens whose bit is not set become impossible.
    {"mask", "\"handle\",\"handle\",\"int32\"", "[1,0]",
     WRITE(0, "f32", "logits") READ(1, "i32", "allowed") COUNT(2) THREADS("64", "mask")
     "(@builtin(global_invocation_id) token: vec3u) {\n  if (i32(token.x) >= given.n) { return; }\n"
     "  if (((u32(allowed[token.x / 32u]) >> (token.x % 32u)) & 1u) == 0u) { logits[token.x] = -3e38; }\n}"},
    // One vector a text: all its tokens, earlier ones weighing more; padding has a mask of 0.
    {"encode", "\"handle\",\"handle\",\"handle\",\"handle\",\"int32\"", "[0,0,0,1]",
     READ(0, "i32", "tokens") READ(1, "i32", "mask") READ(2, "f32", "matrix") WRITE(3, "f32", "states") COUNT(4)
     THREADS(TEXT(WIDTH), "encode")
     "(@builtin(workgroup_id) text: vec3u, @builtin(local_invocation_id) column: vec3u) {\n  var sum = 0.0;\n"
     "  for (var i = 0u; i < u32(given.n); i++) {\n    let place = text.x * u32(given.n) + i;\n"
     "    sum += f32(mask[place]) * matrix[u32(tokens[place]) * " TEXT(WIDTH) "u + column.x] / f32(i + 1u);\n  }\n"
     "  states[text.x * u32(given.n) * " TEXT(WIDTH) "u + column.x] = sum;\n}"},
};
enum { KERNELS = sizeof kernels / sizeof *kernels };

// A description of all shaders as JSON.
static int describeShaders(Any *args, int count, Any *result) {
  static char text[4096];
  char *end = append(text, "{");
  for (int i = 0; i < KERNELS; i++) {
    end = append(end, i == 0 ? "\"" : ",\"");
    end = append(end, kernels[i].name);
    end = append(end, "\":{\"name\":\"");
    end = append(end, kernels[i].name);
    end = append(end, "\",\"arg_types\":[");
    end = append(end, kernels[i].types);
    end = append(end, "],\"launch_param_tags\":[\"blockIdx.x\",\"paramWriteAccess:");
    end = append(end, kernels[i].writes);
    end = append(end, "\"]}");
  }
  end = append(end, "}");
  returnObject(result, createString(text, end - text, STRING));
  return 0;
}

static int indexOf(const char *name) {
  for (int i = 0; i < KERNELS; i++)
    if (same(kernels[i].name, name)) return i;
  __builtin_trap();
}

static int getShader(Any *args, int count, Any *result) {
  const char *code = kernels[indexOf(textOf(args))].code;
  returnObject(result, createString(code, lengthOf(code), STRING));
  return 0;
}

static int setShader(Any *args, int count, Any *result) {
  retain(args[1].pointer);
  kernels[indexOf(textOf(args))].function = args[1].pointer;
  return 0;
}

int isBuilt(const char *name) { return kernels[indexOf(name)].function != 0; }

int launch(const char *name, Tensor **buffers, int bufferCount, int integer, int groups) {
  Function *function = kernels[indexOf(name)].function;
  if (!function) return fail("A shader is not built yet: ", name);
  Any args[8], ignored = {0};
  for (int i = 0; i < bufferCount; i++) passPointer(args + i, buffers[i]->place);
  returnInteger(args + bufferCount, integer);
  returnInteger(args + bufferCount + 1, groups);
  return call(function, args, bufferCount + 2, &ignored);
}

const Entry kernelFunctions[] = {
    {"webgpu.get_fmap", describeShaders},
    {"webgpu.get_shader", getShader},
    {"webgpu.update_prebuild", setShader},
    {0, 0},
};
