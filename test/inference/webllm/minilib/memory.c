// Memory and text without a C library.
#include "abi.h"

void *memcpy(void *to, const void *from, unsigned long size) {
  for (unsigned long i = 0; i < size; i++) ((u8 *)to)[i] = ((const u8 *)from)[i];
  return to;
}

void *memset(void *to, int value, unsigned long size) {
  for (unsigned long i = 0; i < size; i++) ((u8 *)to)[i] = (u8)value;
  return to;
}

// Blocks are powers of two with their exponent in the eight bytes before them; released ones wait in a list for their size.
extern u8 __heap_base;
static u32 heapEnd;
static void *waiting[32];

void *allocate(u32 size) {
  u32 exponent = 4;
  while ((1u << exponent) < size + 8) exponent++;
  if (waiting[exponent]) {
    void *block = waiting[exponent];
    waiting[exponent] = *(void **)block;
    return block;
  }
  if (heapEnd == 0) heapEnd = ((u32)&__heap_base + 15) & ~15u;
  u32 *block = (u32 *)heapEnd;
  heapEnd += 1u << exponent;
  u32 have = __builtin_wasm_memory_size(0) * 65536u;
  if (heapEnd > have && __builtin_wasm_memory_grow(0, (heapEnd - have + 65535) / 65536 + 16) == (unsigned long)-1)
    __builtin_trap();
  block[0] = exponent;
  return block + 2;
}

void release(void *block) {
  if (!block) return;
  u32 exponent = ((u32 *)block)[-2];
  *(void **)block = waiting[exponent];
  waiting[exponent] = block;
}

EXPORT(TVMWasmAllocSpace) void *allocateForScript(int size) { return allocate(size); }
EXPORT(TVMWasmFreeSpace) void releaseForScript(void *block) { release(block); }
EXPORT(_initialize) void initialize(void) {}

u32 lengthOf(const char *text) {
  u32 length = 0;
  while (text[length]) length++;
  return length;
}

int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

int sameName(const char *a, const ByteArray *b) {
  u32 i = 0;
  while (i < b->size && a[i] && a[i] == b->data[i]) i++;
  return i == b->size && a[i] == 0;
}

char *append(char *end, const char *text) {
  while (*text) *end++ = *text++;
  *end = 0;
  return end;
}
