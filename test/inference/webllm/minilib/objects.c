// Counted objects, the registry of functions, and errors.
#include "abi.h"

IMPORT(TVMFFIWasmSafeCall) int callScript(void *script, void *args, int count, void *result);
IMPORT(TVMFFIWasmFunctionDeleter) void forgetScript(void *script);

static char lastError[256];

int fail(const char *what, const char *detail) {
  u32 i = 0;
  for (; *what && i < 200; i++) lastError[i] = *what++;
  for (; detail && *detail && i < 255; i++) lastError[i] = *detail++;
  lastError[i] = 0;
  return -1;
}

EXPORT(TVMFFIWasmGetLastError) const char *getLastError(void) { return lastError; }
EXPORT(TVMFFIErrorSetRaisedFromCStr) void setError(const char *kind, const char *message) { fail(message, 0); }

void *createObject(i32 kind, u32 size) {
  Object *object = allocate(size);
  __builtin_memset(object, 0, size);
  object->references = 1;
  object->kind = kind;
  return object;
}

int retain(Object *object) {
  if (object) object->references++;
  return 0;
}
EXPORT(TVMFFIObjectIncRef) int retainForScript(Object *object) { return retain(object); }

int letGo(Object *object) {
  if (!object || --object->references > 0) return 0;
  if (object->kind == STRING || object->kind == BYTES) release((void *)((String *)object)->text.data);
  if (object->kind == FUNCTION && ((Function *)object)->script) forgetScript(((Function *)object)->script);
  if (object->kind == SHAPE) release(((Shape *)object)->sizes);
  if (object->kind == TENSOR) destroyTensor((Tensor *)object);
  if (object->kind == CACHE) destroyCache(object);
  if (object->kind == ARRAY) {
    Array *array = (Array *)object;
    for (u32 i = 0; i < array->count; i++)
      if (array->items[i].kind >= FIRST_OBJECT) letGo(array->items[i].pointer);
    release(array->items);
  }
  release(object);
  return 0;
}
EXPORT(TVMFFIObjectDecRef) int letGoForScript(Object *object) { return letGo(object); }

void returnObject(Any *result, void *object) {
  *result = (Any){.kind = ((Object *)object)->kind};
  result->pointer = object;
}

void returnInteger(Any *result, i64 value) { *result = (Any){.kind = INT, .integer = value}; }

void passPointer(Any *argument, u32 value) {
  *argument = (Any){.kind = POINTER};
  argument->pointer = (void *)value;
}

i64 integerOf(const Any *value) {
  if (value->kind == FLOAT) return (i64)value->number;
  return value->kind == POINTER ? (i64)(u32)value->pointer : value->integer;
}

const char *textOf(const Any *value) {
  if (value->kind == RAW_STRING) return value->pointer;
  return value->kind == STRING ? ((String *)value->pointer)->text.data : "";
}

String *createString(const char *data, u32 size, i32 kind) {
  String *string = createObject(kind, sizeof *string);
  char *copy = allocate(size + 1);
  __builtin_memcpy(copy, data, size);
  copy[size] = 0;
  string->text = (ByteArray){copy, size};
  return string;
}

// A borrowed value becomes one that must be let go: text is copied, objects are counted.
int own(Any *view, Any *owned) {
  Any value = *view;
  if (value.kind == RAW_STRING) {
    const char *text = value.pointer;
    returnObject(&value, createString(text, lengthOf(text), STRING));
  } else if (value.kind == BYTE_ARRAY) {
    ByteArray *bytes = value.pointer;
    returnObject(&value, createString(bytes->data, bytes->size, BYTES));
  } else if (value.kind >= FIRST_OBJECT) {
    retain(value.pointer);
  }
  *owned = value;
  return 0;
}
EXPORT(TVMFFIAnyViewToOwnedAny) int ownForScript(Any *view, Any *owned) { return own(view, owned); }

EXPORT(TVMFFIGetTypeInfo) void *getTypeInfo(i32 kind) {
  static struct {
    i32 kind, depth;
    ByteArray name;
    u32 rest[8];
  } info;
  info.kind = kind;
  info.name = (ByteArray){"toy.Object", 10};
  return &info;
}

EXPORT(TVMFFITypeKeyToIndex) int getKind(ByteArray *name, i32 *kind) {
  *kind = sameName("ffi.Array", name) ? ARRAY : sameName("ffi.Module", name) ? MODULE : 200;
  return 0;
}

EXPORT(TVMFFIDataTypeToString) int describeType(void *type, Any *text) {
  return fail("This library names no data types.", 0);
}

Function *createFunction(Body body) {
  Function *function = createObject(FUNCTION, sizeof *function);
  function->body = body;
  return function;
}

EXPORT(TVMFFIWasmFunctionCreate) int wrapScript(void *script, Function **function) {
  *function = createFunction(0);
  (*function)->script = script;
  return 0;
}

int call(Function *function, Any *args, int count, Any *result) {
  return function->body ? function->body(args, count, result) : callScript(function->script, args, count, result);
}
EXPORT(TVMFFIFunctionCall) int callForScript(Function *function, Any *args, int count, Any *result) {
  return call(function, args, count, result);
}

int unknown(Any *args, int count, Any *result) { return fail("This library cannot do that.", 0); }
int nothing(Any *args, int count, Any *result) { return 0; }

// Functions that JavaScript registered.
static struct {
  String *name;
  Function *function;
} registered[128];
static u32 registeredCount;

EXPORT(TVMFFIFunctionSetGlobal) int setGlobal(ByteArray *name, Function *function, int replaces) {
  retain((Object *)function);
  for (u32 i = 0; i < registeredCount; i++)
    if (sameName(registered[i].name->text.data, name)) {
      registered[i].function = function;
      return 0;
    }
  if (registeredCount == 128) return fail("Too many functions.", 0);
  registered[registeredCount].name = createString(name->data, name->size, STRING);
  registered[registeredCount++].function = function;
  return 0;
}

static const Entry *const tables[] = {objectFunctions, tensorFunctions, cacheFunctions};

EXPORT(TVMFFIFunctionGetGlobal) int getGlobal(ByteArray *name, Function **function) {
  *function = 0;
  for (u32 i = 0; i < registeredCount; i++)
    if (sameName(registered[i].name->text.data, name)) {
      retain((Object *)registered[i].function);
      *function = registered[i].function;
      return 0;
    }
  for (u32 table = 0; table < sizeof tables / sizeof *tables; table++)
    for (const Entry *entry = tables[table]; entry->name; entry++)
      if (sameName(entry->name, name)) {
        *function = createFunction(entry->body);
        return 0;
      }
  return 0;
}

Function *globalFunction(const char *name) {
  ByteArray key = {name, lengthOf(name)};
  Function *function;
  getGlobal(&key, &function);
  return function;
}

static int makeShape(Any *args, int count, Any *result) {
  Shape *shape = createObject(SHAPE, sizeof *shape);
  shape->count = count;
  shape->sizes = allocate(count * 8 + 8);
  for (int i = 0; i < count; i++) shape->sizes[i] = integerOf(args + i);
  returnObject(result, shape);
  return 0;
}

Array *createArray(int count, Any *items) {
  Array *array = createObject(ARRAY, sizeof *array);
  array->count = count;
  array->items = allocate(count * sizeof(Any) + 16);
  for (int i = 0; i < count; i++) own(items + i, array->items + i);
  return array;
}

static int makeArray(Any *args, int count, Any *result) {
  returnObject(result, createArray(count, args));
  return 0;
}

static int getItem(Any *args, int count, Any *result) {
  Array *array = args[0].pointer;
  u32 index = integerOf(args + 1);
  return index < array->count ? own(array->items + index, result) : fail("No such item.", 0);
}

static int getSize(Any *args, int count, Any *result) {
  returnInteger(result, ((Array *)args[0].pointer)->count);
  return 0;
}

static int getModule(Any *args, int count, Any *result) {
  returnObject(result, createObject(MODULE, sizeof(Object)));
  return 0;
}

// All modules are one: the model.
static int getModuleFunction(Any *args, int count, Any *result) {
  const Entry *const parts[] = {modelFunctions, kernelFunctions};
  const char *name = textOf(args + 1);
  if (same(name, "vm_load_executable")) {
    returnObject(result, createFunction(getModule));
    return 0;
  }
  for (int part = 0; part < 2; part++)
    for (const Entry *entry = parts[part]; entry->name; entry++)
      if (same(entry->name, name)) {
        returnObject(result, createFunction(entry->body));
        return 0;
      }
  return 0;
}

const Entry objectFunctions[] = {
    {"ffi.FunctionListGlobalNamesFunctor", unknown},
    {"ffi.ModuleGetFunction", getModuleFunction},
    {"ffi.ModuleImportModule", unknown},
    {"ffi.SystemLib", getModule},
    {"ffi.Shape", makeShape},
    {"ffi.Array", makeArray},
    {"ffi.ArrayGetItem", getItem},
    {"ffi.ArraySize", getSize},
    {"tvmjs.runtime.ArrayConcat", unknown},
    {0, 0},
};
