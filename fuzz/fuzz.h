/* A fuzz target: takes any bytes, and nothing bad must come of it. */
#ifndef INK_FUZZ_H
#define INK_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
