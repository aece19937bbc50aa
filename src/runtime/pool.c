/*
 * Small blocks of the JavaScript heap, without a header and rounded to 8 bytes: a program is 30,000 blocks of some 50
 * bytes, and the C library's malloc takes a quarter more for them, and twice the time. A page serves blocks of one size;
 * pages come from one range of addresses, so that an address tells whether its block is one of these.
 */
#include <sys/mman.h>
#include "runner.h"

#define PAGE ((size_t)4096)
/* Made usable at a time, in bytes. */
#define GROWTH ((size_t)32 << 10)
#define RANGE (HEAP_LIMIT + HEAP_RESERVE)

/* A free block holds the next one of its page. */
typedef struct Block {
    struct Block *next;
} Block;

/* At the start of a page. One with room is in the list of its size; one without any block in that of empty pages. */
typedef struct Page {
    struct Page *next, *previous;
    Block *free;
    uint16_t size;  /* of its blocks, in bytes */
    uint16_t used;  /* blocks that are in use */
    uint16_t fresh; /* offset of the first block that never was */
} Page;

#define FIRST ((sizeof(Page) + POOL_STEP - 1) / POOL_STEP * POOL_STEP)

static Page *with_room[POOL_LIMIT / POOL_STEP + 1], *empty;
static uint8_t *range, *range_used, *range_usable;

static Page *page_of(const void *block)
{
    return (Page *)((uintptr_t)block & ~(PAGE - 1));
}

static bool has_room(const Page *page)
{
    return page->free || page->fresh + page->size <= PAGE;
}

static void link_page(Page **list, Page *page)
{
    page->previous = NULL;
    page->next = *list;
    if (*list)
        (*list)->previous = page;
    *list = page;
}

static void unlink_page(Page **list, Page *page)
{
    if (page->previous)
        page->previous->next = page->next;
    else
        *list = page->next;
    if (page->next)
        page->next->previous = page->previous;
}

/* A page that never was; NULL where there is none left. */
static Page *extend(void)
{
    if (!range) {
        void *start = mmap(NULL, RANGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (start == MAP_FAILED)
            return NULL;
        range = range_used = range_usable = start;
    }
    if (range_used == range_usable) {
        if (range_usable + GROWTH > range + RANGE || mprotect(range_usable, GROWTH, PROT_READ | PROT_WRITE) < 0)
            return NULL;
        range_usable += GROWTH;
    }
    range_used += PAGE;
    return (Page *)(range_used - PAGE);
}

static Page *take_page(size_t size)
{
    Page *page = empty;

    if (page)
        unlink_page(&empty, page);
    else
        page = extend();
    if (!page)
        return NULL;
    page->free = NULL;
    page->size = (uint16_t)size;
    page->used = 0;
    page->fresh = FIRST;
    link_page(&with_room[size / POOL_STEP], page);
    return page;
}

void *pool_take(size_t wanted)
{
    size_t size = wanted == 0 ? POOL_STEP : (wanted + POOL_STEP - 1) / POOL_STEP * POOL_STEP;
    Page *page = with_room[size / POOL_STEP];
    void *block;

    if (!page)
        page = take_page(size);
    if (!page)
        return NULL;
    if (page->free) {
        block = page->free;
        page->free = page->free->next;
    } else {
        block = (uint8_t *)page + page->fresh;
        page->fresh += page->size;
    }
    page->used++;
    if (!has_room(page))
        unlink_page(&with_room[size / POOL_STEP], page);
    return block;
}

void pool_give(void *block)
{
    Page *page = page_of(block);
    Page **list = &with_room[page->size / POOL_STEP];
    Block *freed = block;

    if (!has_room(page))
        link_page(list, page);
    freed->next = page->free;
    page->free = freed;
    if (--page->used > 0)
        return;
    unlink_page(list, page);
    link_page(&empty, page);
}

bool pool_owns(const void *block)
{
    return (const uint8_t *)block >= range && (const uint8_t *)block < range_used;
}

size_t pool_size(const void *block)
{
    return page_of(block)->size;
}
