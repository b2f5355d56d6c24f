/* Gives files to a fuzz target where libFuzzer is not: the corpus as an ordinary test.
 *
 *   fuzz-X FILE|FOLDER...             every file once
 *   fuzz-X -mutate=N FILE|FOLDER...   every file N times more with bytes changed, cut and added,
 * the same changes every time */
#include "fuzz/fuzz.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SIZE = 1 << 24 };

static const uint8_t ODD[] = {0xFF, 0x00, 0x7F, 0x80, 0x01}; /* where sizes and signs turn over */

static void give(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1); /* so that a sanitizer sees the first byte behind */
    if (!exact)
        abort();
    if (size)
        memcpy(exact, bytes, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static void mutate(const uint8_t *bytes, size_t size, ink_random *random)
{
    size_t room = size + 64, length = size;
    uint8_t *changed = calloc(room, 1);
    if (!changed)
        abort();
    if (size)
        memcpy(changed, bytes, size);
    for (uint64_t n = 1 + ink__random_below(random, 6); n > 0; n--) {
        size_t at = length ? ink__random_below(random, length) : 0;
        switch (ink__random_below(random, 5)) {
        case 0:
            changed[at] = (uint8_t)ink__random_u64(random);
            break;
        case 1:
            changed[at] ^= (uint8_t)(1 << ink__random_below(random, 8));
            break;
        case 2:
            changed[at] = ODD[ink__random_below(random, sizeof ODD)];
            break;
        case 3:
            length = at;
            break;
        default:
            if (length < room) {
                memmove(changed + at + 1, changed + at, length - at);
                length++;
            }
        }
    }
    give(changed, length);
    free(changed);
}

static int replay(const char *path, unsigned long mutations)
{
    ink_error err = {.status = INK_OK};
    if (ink__folder_exists(path)) {
        char **names = NULL;
        size_t count = 0;
        int files = 0;
        if (ink__folder_list(path, &names, &count, &err) != INK_OK)
            return -1;
        for (size_t i = 0; i < count && files >= 0; i++) {
            char *inner = ink__path_join(path, names[i], &err);
            int more = inner ? replay(inner, mutations) : -1;
            files = more < 0 ? -1 : files + more;
            ink__free(inner);
        }
        ink__folder_free(names, count);
        return files;
    }
    size_t size = 0;
    uint8_t *bytes = ink__file_read(path, MOST_SIZE, &size, &err);
    if (!bytes) {
        fprintf(stderr, "%s\n", err.text);
        return -1;
    }
    give(bytes, size);
    ink_random random = ink__random(ink__key(1, size, 0));
    for (unsigned long i = 0; i < mutations; i++)
        mutate(bytes, size, &random);
    ink__free(bytes);
    return 1;
}

int main(int argc, char **argv)
{
    unsigned long mutations = 0;
    int files = 0;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "-mutate=", 8) == 0) {
            mutations = strtoul(argv[i] + 8, NULL, 10);
            continue;
        }
        int more = replay(argv[i], mutations);
        if (more < 0)
            return 1;
        files += more;
    }
    printf("%d files\n", files);
    return files == 0; /* an empty corpus tests nothing */
}
