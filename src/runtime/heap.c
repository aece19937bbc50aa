/*
 * The JavaScript heap: the pool for small blocks, malloc for others, and a limit. A refused allocation is remembered, because the program could catch
 * the exception that it leads to and carry on with half-done work; the event loop then ends the process.
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include "runner.h"

static bool exhausted;

/* Bytes that were taken, less those given back, since cycles were collected or the program first waited. */
static ptrdiff_t growth;

/* What an allocation costs beyond its usable size where the C library made it: malloc's header. */
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

static size_t heap_usable_size(const void *block)
{
    return pool_owns(block) ? pool_size(block) : malloc_usable_size((void *)block);
}

/* Notes that the block is there (`sign` 1), or is to go (-1). */
static void account(JSMallocState *state, const void *block, int sign)
{
    ptrdiff_t cost = sign * (ptrdiff_t)(pool_owns(block) ? pool_size(block) : malloc_usable_size((void *)block) + OVERHEAD);

    state->malloc_count += sign;
    state->malloc_size += cost;
    growth += cost;
}

static void *heap_malloc(JSMallocState *state, size_t size)
{
    void *block;

    if (!within_limit(state, size))
        return NULL;
    block = size <= POOL_LIMIT ? pool_take(size) : malloc(size);
    if (!block) {
        exhausted = true;
        return NULL;
    }
    account(state, block, 1);
    return block;
}

static void heap_free(JSMallocState *state, void *block)
{
    if (!block)
        return;
    account(state, block, -1);
    if (pool_owns(block))
        pool_give(block);
    else
        free(block);
}

/* From the pool to malloc or back, or to another size of the pool. */
static void *move(JSMallocState *state, void *block, size_t before, size_t size)
{
    void *moved = heap_malloc(state, size);

    if (!moved)
        return NULL;
    memcpy(moved, block, before < size ? before : size);
    heap_free(state, block);
    return moved;
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
    before = heap_usable_size(block);
    if (pool_owns(block) && size <= before && before - size < POOL_STEP)
        return block;
    if (pool_owns(block) || size <= POOL_LIMIT)
        return move(state, block, before, size);
    if (size > before && !within_limit(state, size - before))
        return NULL;
    moved = realloc(block, size);
    if (!moved) {
        exhausted = true;
        return NULL;
    }
    state->malloc_size += malloc_usable_size(moved) - before;
    growth += (ptrdiff_t)(malloc_usable_size(moved) - before);
    return moved;
}

bool heap_exhausted(void)
{
    return exhausted;
}

void heap_collect(JSRuntime *runtime)
{
    static bool started;

    if (started && growth < (ptrdiff_t)COLLECT_STEP)
        return;
    /* What the program begins with is hardly garbage, and it is in a hurry. */
    if (started)
        JS_RunGC(runtime);
    started = true;
    growth = 0;
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
