/*
 * The JavaScript heap: malloc with a limit. A refused allocation is remembered, because the program could catch
 * the exception that it leads to and carry on with half-done work; the event loop then ends the process.
 */
#include <malloc.h>
#include <stdlib.h>
#include "runner.h"

static bool exhausted;

/* What an allocation costs beyond its usable size: malloc's header. */
#define OVERHEAD 8

static bool within_limit(JSMallocState *state, size_t more)
{
    if (more <= state->malloc_limit && state->malloc_size <= state->malloc_limit - more)
        return true;
    if (!exhausted)
        state->malloc_limit += HEAP_RESERVE;
    exhausted = true;
    return false;
}

static void account(JSMallocState *state, const void *block)
{
    state->malloc_count++;
    state->malloc_size += malloc_usable_size((void *)block) + OVERHEAD;
}

static void *heap_malloc(JSMallocState *state, size_t size)
{
    void *block;

    if (!within_limit(state, size))
        return NULL;
    block = malloc(size);
    if (block)
        account(state, block);
    else
        exhausted = true;
    return block;
}

static void heap_free(JSMallocState *state, void *block)
{
    if (!block)
        return;
    state->malloc_count--;
    state->malloc_size -= malloc_usable_size(block) + OVERHEAD;
    free(block);
}

static void *heap_realloc(JSMallocState *state, void *block, size_t size)
{
    size_t before;
    void *moved;

    if (!block)
        return size == 0 ? NULL : heap_malloc(state, size);
    if (size == 0) {
        heap_free(state, block);
        return NULL;
    }
    before = malloc_usable_size(block);
    if (size > before && !within_limit(state, size - before))
        return NULL;
    moved = realloc(block, size);
    if (!moved) {
        exhausted = true;
        return NULL;
    }
    state->malloc_size += malloc_usable_size(moved);
    state->malloc_size -= before;
    return moved;
}

static size_t heap_usable_size(const void *block)
{
    return malloc_usable_size((void *)block);
}

bool heap_exhausted(void)
{
    return exhausted;
}

JSRuntime *heap_new_runtime(void)
{
    static const JSMallocFunctions functions = {
        .js_malloc = heap_malloc,
        .js_free = heap_free,
        .js_realloc = heap_realloc,
        .js_malloc_usable_size = heap_usable_size,
    };
    JSRuntime *runtime = JS_NewRuntime2(&functions, NULL);

    if (!runtime)
        fault_end(STATUS_FAULT, "out of memory at start");
    JS_SetMemoryLimit(runtime, HEAP_LIMIT);
    JS_SetGCThreshold(runtime, COLLECT_AT);
    JS_SetMaxStackSize(runtime, STACK_LIMIT);
    return runtime;
}
