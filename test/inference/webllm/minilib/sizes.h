// Sizes of the toy model; tiny-mlc.ts writes weights of the same.
#pragma once
#define VOCABULARY 512
#define WIDTH 32
#define CONTEXT 512
#define BATCH 4

#define QUOTE(x) #x
#define TEXT(x) QUOTE(x)
