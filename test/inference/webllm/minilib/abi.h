// What web-llm 0.2.86 expects of a model library: the part of TVM's foreign function interface that its JavaScript calls.
// Layouts are those of wasm32 (pointers of four bytes); the offsets are fixed by web-llm's reader of this memory.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef int i32;
typedef unsigned u32;
typedef long long i64;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(#name)))
#define IMPORT(name) __attribute__((import_module("env"), import_name(#name)))

// Kinds of values and objects. CACHE is this library's own.
enum {
  NONE = 0,
  INT = 1,
  BOOL = 2,
  FLOAT = 3,
  POINTER = 4,
  DEVICE = 6,
  RAW_STRING = 8,
  BYTE_ARRAY = 9,
  FIRST_OBJECT = 64,
  STRING = 65,
  BYTES = 66,
  FUNCTION = 68,
  SHAPE = 69,
  TENSOR = 70,
  ARRAY = 71,
  MODULE = 73,
  CACHE = 128,
};

enum { CPU = 1, WEBGPU = 15 };
enum { TYPE_INT = 0, TYPE_UINT = 1, TYPE_FLOAT = 2 };

// A value of any kind, as arguments and results are passed.
typedef struct {
  i32 kind;
  u32 padding;
  union {
    i64 integer;
    double number;
    void *pointer;
    struct {
      i32 type, id;
    } device;
  };
} Any;

// A function returns 0, or -1 after `fail`.
typedef int (*Body)(Any *args, int count, Any *result);

typedef struct {
  u32 references, weak;
  i32 kind;
  u32 padding[3];
} Object;

typedef struct {
  const char *data;
  u32 size;
} ByteArray;

typedef struct {
  Object object;
  ByteArray text;
} String;

// Either `body` or a JavaScript function, by its number there.
typedef struct {
  Object object;
  Body body;
  void *script;
} Function;

typedef struct {
  Object object;
  i64 *sizes;
  u32 count;
} Shape;

typedef struct {
  Object object;
  u32 count;
  Any *items;
} Array;

// What tensors and their views share: an address in this memory, or the number of a GPU buffer.
typedef struct {
  u32 references;
  i32 device;
  u32 place;
} Storage;

typedef struct {
  Object object;
  u32 place;
  i32 device, deviceId, dimensions;
  u8 type, bits;
  u16 lanes;
  i64 *sizes;
  i64 *strides;
  u32 padding;
  u64 offset;
  Storage *storage;
} Tensor;

// A name and what it names; tables end with an empty name.
typedef struct {
  const char *name;
  Body body;
} Entry;

// memory.c
void *allocate(u32 size);
void release(void *block);
u32 lengthOf(const char *text);
int same(const char *a, const char *b);
int sameName(const char *a, const ByteArray *b);
char *append(char *end, const char *text);

// objects.c
int fail(const char *what, const char *detail);
void *createObject(i32 kind, u32 size);
int retain(Object *object);
int letGo(Object *object);
int own(Any *view, Any *owned);
void returnObject(Any *result, void *object);
void returnInteger(Any *result, i64 value);
void passPointer(Any *argument, u32 value);
i64 integerOf(const Any *value);
const char *textOf(const Any *value);
String *createString(const char *data, u32 size, i32 kind);
Array *createArray(int count, Any *items);
Function *createFunction(Body body);
int call(Function *function, Any *args, int count, Any *result);
Function *globalFunction(const char *name);
int unknown(Any *args, int count, Any *result);
int nothing(Any *args, int count, Any *result);
extern const Entry objectFunctions[];

// tensors.c
Tensor *createTensor(i32 device, u8 type, u8 bits, int dimensions, const i64 *sizes);
u32 elementsOf(const Tensor *tensor);
void destroyTensor(Tensor *tensor);
extern const Entry tensorFunctions[];

// kernels.c
int launch(const char *name, Tensor **buffers, int bufferCount, int integer, int groups);
int isBuilt(const char *name);
extern const Entry kernelFunctions[];

// model.c
void destroyCache(Object *cache);
extern const Entry modelFunctions[], cacheFunctions[];
