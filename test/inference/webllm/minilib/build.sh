#!/bin/sh
# Builds minilib.wasm and writes down which sources it is of. Needs clang and lld for wasm32 (Debian: clang-16, lld-16).
set -e
cd "$(dirname "$0")"
sources="abi.h sizes.h memory.c objects.c tensors.c kernels.c model.c"
"${CC:-clang-16}" --target=wasm32 -Os -nostdlib -ffreestanding -fno-builtin -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers \
  -Wno-int-to-pointer-cast -Wno-pointer-to-int-cast -Wl,--no-entry -Wl,--export-memory -Wl,--strip-all \
  -Wl,-z,stack-size=65536 -o minilib.wasm memory.c objects.c tensors.c kernels.c model.c
sha256sum build.sh $sources minilib.wasm > minilib.sha256
