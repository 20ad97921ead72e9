// Tensors in this memory or in GPU buffers, and the parameters of the model.
#include "abi.h"

static Function *deviceFunction(const char *name) {
  static struct {
    const char *name;
    Function *function;
  } known[8];
  int i = 0;
  for (; known[i].name; i++)
    if (same(known[i].name, name)) return known[i].function;
  Function *api = globalFunction("wasm.WebGPUDeviceAPI");
  Any argument = {.kind = RAW_STRING}, result = {0};
  argument.pointer = (void *)name;
  if (!api || call(api, &argument, 1, &result)) return 0;
  known[i].name = name;
  return known[i].function = result.pointer;
}

u32 elementsOf(const Tensor *tensor) {
  u32 count = 1;
  for (int i = 0; i < tensor->dimensions; i++) count *= tensor->sizes[i];
  return count;
}

static u32 bytesOf(const Tensor *tensor) { return elementsOf(tensor) * (tensor->bits / 8) * tensor->lanes; }
static u8 *addressOf(const Tensor *tensor) { return (u8 *)(tensor->place + (u32)tensor->offset); }

static Tensor *createHeader(i32 device, u8 type, u8 bits, int dimensions, const i64 *sizes) {
  Tensor *tensor = createObject(TENSOR, sizeof *tensor);
  tensor->device = device;
  tensor->dimensions = dimensions;
  tensor->type = type;
  tensor->bits = bits;
  tensor->lanes = 1;
  tensor->sizes = allocate(dimensions * 8 + 8);
  __builtin_memcpy(tensor->sizes, sizes, dimensions * 8);
  return tensor;
}

Tensor *createTensor(i32 device, u8 type, u8 bits, int dimensions, const i64 *sizes) {
  Tensor *tensor = createHeader(device, type, bits, dimensions, sizes);
  Storage *storage = allocate(sizeof *storage);
  *storage = (Storage){1, device, 0};
  tensor->storage = storage;
  if (device == WEBGPU) {
    Any size, place = {0};
    returnInteger(&size, bytesOf(tensor));
    if (call(deviceFunction("deviceAllocDataSpace"), &size, 1, &place)) return 0;
    storage->place = (u32)integerOf(&place);
  } else {
    storage->place = (u32)allocate(bytesOf(tensor) + 8);
  }
  tensor->place = storage->place;
  return tensor;
}

void destroyTensor(Tensor *tensor) {
  release(tensor->sizes);
  Storage *storage = tensor->storage;
  if (!storage || --storage->references > 0) return;
  if (storage->device == WEBGPU) {
    Any place, result = {0};
    passPointer(&place, storage->place);
    call(deviceFunction("deviceFreeDataSpace"), &place, 1, &result);
  } else {
    release((void *)storage->place);
  }
  release(storage);
}

// (shape, type name such as "float32", device)
static int makeTensor(Any *args, int count, Any *result) {
  Shape *shape = args[0].pointer;
  const char *name = textOf(args + 1);
  u8 type = name[0] == 'u' ? TYPE_UINT : name[0] == 'i' ? TYPE_INT : TYPE_FLOAT;
  u32 bits = 0;
  for (; *name; name++)
    if (*name >= '0' && *name <= '9') bits = bits * 10 + (*name - '0');
  Tensor *tensor = createTensor(args[2].device.type, type, bits, shape->count, shape->sizes);
  if (!tensor) return -1;
  returnObject(result, tensor);
  return 0;
}

// (tensor, shape, type, bytes to skip)
static int makeView(Any *args, int count, Any *result) {
  Tensor *whole = args[0].pointer;
  Shape *shape = args[1].pointer;
  Tensor *view = createHeader(whole->device, whole->type, whole->bits, shape->count, shape->sizes);
  view->storage = whole->storage;
  view->storage->references++;
  view->place = whole->place;
  view->offset = whole->offset + (u64)integerOf(args + 3);
  returnObject(result, view);
  return 0;
}

static int copyTensor(Any *args, int count, Any *result) {
  Tensor *from = args[0].pointer, *to = args[1].pointer;
  u32 size = bytesOf(from);
  if (from->device != WEBGPU && to->device != WEBGPU) {
    __builtin_memcpy(addressOf(to), addressOf(from), size);
    return 0;
  }
  Any passed[5], ignored = {0};
  if (from->device != WEBGPU) {
    passPointer(passed, (u32)addressOf(from));
    passPointer(passed + 1, to->place);
    returnInteger(passed + 2, to->offset);
    returnInteger(passed + 3, size);
    return call(deviceFunction("deviceCopyToGPU"), passed, 4, &ignored);
  }
  passPointer(passed, from->place);
  returnInteger(passed + 1, from->offset);
  if (to->device != WEBGPU) {
    passPointer(passed + 2, (u32)addressOf(to));
    returnInteger(passed + 3, size);
    return call(deviceFunction("deviceCopyFromGPU"), passed, 4, &ignored);
  }
  passPointer(passed + 2, to->place);
  returnInteger(passed + 3, to->offset);
  returnInteger(passed + 4, size);
  return call(deviceFunction("deviceCopyWithinGPU"), passed, 5, &ignored);
}

static int fillFromBytes(Any *args, int count, Any *result) {
  Tensor *tensor = args[0].pointer;
  ByteArray *bytes = args[1].kind == BYTE_ARRAY ? args[1].pointer : &((String *)args[1].pointer)->text;
  if (bytes->size != bytesOf(tensor)) return fail("A tensor is given another number of bytes than it has.", 0);
  __builtin_memcpy(addressOf(tensor), bytes->data, bytes->size);
  return 0;
}

static int readBytes(Any *args, int count, Any *result) {
  Tensor *tensor = args[0].pointer;
  returnObject(result, createString((const char *)addressOf(tensor), bytesOf(tensor), BYTES));
  return 0;
}

static struct {
  String *name;
  Tensor *tensor;
} parameters[16];
static u32 parameterCount;

static int addParameter(Any *args, int count, Any *result) {
  if (parameterCount == 16) return fail("Too many parameters.", 0);
  const char *name = textOf(args);
  retain(args[1].pointer);
  parameters[parameterCount].name = createString(name, lengthOf(name), STRING);
  parameters[parameterCount++].tensor = args[1].pointer;
  return 0;
}

static int clearParameters(Any *args, int count, Any *result) {
  while (parameterCount > 0) {
    letGo((Object *)parameters[--parameterCount].tensor);
    letGo((Object *)parameters[parameterCount].name);
  }
  return 0;
}

static Array *chosen;

// (names) A module whose `get_params` gives them in this order.
static int chooseParameters(Any *args, int count, Any *result) {
  Array *names = args[0].pointer;
  Any found[16] = {{0}};
  for (u32 i = 0; i < names->count; i++) {
    const char *name = textOf(names->items + i);
    for (u32 j = 0; j < parameterCount; j++)
      if (same(parameters[j].name->text.data, name)) returnObject(found + i, parameters[j].tensor);
    if (found[i].kind != TENSOR) return fail("The weights have no parameter ", name);
  }
  chosen = createArray(names->count, found);
  returnObject(result, createObject(MODULE, sizeof(Object)));
  return 0;
}

int getParameters(Any *args, int count, Any *result) {
  retain((Object *)chosen);
  returnObject(result, chosen);
  return 0;
}

const Entry tensorFunctions[] = {
    {"runtime.TVMTensorAllocWithScope", makeTensor},
    {"runtime.TVMTensorCreateView", makeView},
    {"runtime.TVMTensorCopyFromTo", copyTensor},
    {"tvmjs.runtime.TensorCopyFromBytes", fillFromBytes},
    {"tvmjs.runtime.TensorCopyToBytes", readBytes},
    {"tvmjs.array.decode_storage", fillFromBytes},
    {"vm.builtin.tensor_cache.get", unknown},
    {"vm.builtin.tensor_cache.remove", unknown},
    {"vm.builtin.tensor_cache.update", addParameter},
    {"vm.builtin.tensor_cache.clear", clearParameters},
    {"vm.builtin.param_module_from_cache", unknown},
    {"vm.builtin.param_module_from_cache_by_name", chooseParameters},
    {"vm.builtin.sample_top_p_from_logits", unknown},
    {"vm.builtin.sample_top_p_from_prob", unknown},
    {"vm.builtin.apply_repetition_penalty", unknown},
    {"vm.builtin.apply_presence_and_frequency_penalty", unknown},
    {"vm.builtin.apply_softmax_with_temperature", unknown},
    {"tvmjs.runtime.ConcatEmbeddings", unknown},
    {0, 0},
};
