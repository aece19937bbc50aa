/*
 * Bytecode files: one line of text (magic word, QuickJS version, length, checksum), then what JS_WriteObject made.
 * QuickJS trusts bytecode, so a file that is not whole or comes from another version is refused before it is read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "runner.h"

#define MAGIC "UNDERSTUDY-BYTECODE"
/* Longest first line, in bytes. */
#define HEADER_LIMIT 96

/*
 * FNV-1a of 32 bits, over words of four bytes, of which the last is filled up with zeros: finds damage, not malice. Byte by
 * byte it would be a fifth of the time that loading takes.
 */
static uint32_t checksum(const uint8_t *bytes, size_t length)
{
    uint32_t hash = 0x811c9dc5, word;
    size_t at = 0;

    for (; length - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, bytes + at, sizeof(word));
        hash = (hash ^ word) * 0x01000193;
    }
    word = 0;
    memcpy(&word, bytes + at, length - at);
    return (hash ^ word) * 0x01000193;
}

/* The whole file, followed by a NUL byte; ends the process where it cannot be read. */
static char *read_file(const char *path, size_t *length, int status)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    char *text;
    size_t used = 0;

    if (fd < 0 || fstat(fd, &info) < 0)
        fault_end(status, "%s cannot be read: %s.", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        fault_end(status, "%s cannot be read: it is not a regular file.", path);
    if ((uint64_t)info.st_size > FILE_LIMIT)
        fault_end(status, "%s is larger than the %zu bytes allowed.", path, FILE_LIMIT);
    text = malloc((size_t)info.st_size + 1);
    if (!text)
        fault_end(status, "out of memory while reading %s.", path);
    while (used < (size_t)info.st_size) {
        ssize_t got;
        RETRY(got, read(fd, text + used, (size_t)info.st_size - used));
        if (got < 0)
            fault_end(status, "%s cannot be read: %s.", path, strerror(errno));
        if (got == 0)
            break;
        used += (size_t)got;
    }
    close(fd);
    text[used] = 0;
    *length = used;
    return text;
}

/* Writes beside the target and renames, so that a build that is stopped leaves no half file. */
static void write_file(const char *path, const char *header, const uint8_t *bytes, size_t length)
{
    char partial[4096];
    FILE *file;

    if (snprintf(partial, sizeof(partial), "%s.partial", path) >= (int)sizeof(partial))
        fault_end(STATUS_OUTPUT, "The path %.60s... is too long.", path);
    file = fopen(partial, "wb");
    if (!file)
        fault_end(STATUS_OUTPUT, "%s cannot be written: %s.", partial, strerror(errno));
    bool written = fputs(header, file) >= 0 && fwrite(bytes, 1, length, file) == length;
    if (fclose(file) != 0 || !written || rename(partial, path) < 0)
        fault_end(STATUS_OUTPUT, "%s cannot be written: %s.", path, strerror(errno));
}

void bytecode_compile(JSContext *ctx, const char *source, const char *output)
{
    size_t length, size;
    char *text = read_file(source, &length, STATUS_SOURCE);
    /* The bare name, because the path would make the result depend on where it was built. */
    const char *slash = strrchr(source, '/');
    JSValue module;
    uint8_t *bytes;
    char header[HEADER_LIMIT];

    /* Names of functions stay, for backtraces. Line numbers go: they are a third of the file, which an old processor takes
     * time to load, and half a megabyte of the memory of the supervisor. */
    JS_SetStripInfo(JS_GetRuntime(ctx), JS_STRIP_SOURCE | JS_STRIP_DEBUG);
    module = JS_Eval(ctx, text, length, slash ? slash + 1 : source, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    free(text);
    if (JS_IsException(module))
        fault_exception(ctx, STATUS_SOURCE);
    bytes = JS_WriteObject(ctx, &size, module, JS_WRITE_OBJ_BYTECODE);
    if (!bytes)
        fault_exception(ctx, STATUS_SOURCE);
    snprintf(header, sizeof(header), MAGIC " %s %zu %08x\n", CONFIG_VERSION, size, checksum(bytes, size));
    write_file(output, header, bytes, size);
    js_free(ctx, bytes);
    JS_FreeValue(ctx, module);
}

JSValue bytecode_load(JSContext *ctx, const char *path)
{
    size_t length, size;
    char *text = read_file(path, &length, STATUS_BYTECODE);
    char *newline = memchr(text, '\n', length < HEADER_LIMIT ? length : HEADER_LIMIT);
    char version[32];
    unsigned int sum;
    const uint8_t *bytes;
    JSValue module;

    if (newline)
        *newline = 0;
    if (!newline || sscanf(text, MAGIC " %31s %zu %8x", version, &size, &sum) != 3)
        fault_end(STATUS_BYTECODE, "%s is not an Understudy bytecode file.", path);
    if (strcmp(version, CONFIG_VERSION) != 0)
        fault_end(STATUS_BYTECODE, "%s was made by QuickJS %s, but this runner is QuickJS %s: make it again.", path,
                  version, CONFIG_VERSION);
    bytes = (const uint8_t *)newline + 1;
    length -= (size_t)(newline + 1 - text);
    if (length != size || checksum(bytes, length) != sum)
        fault_end(STATUS_BYTECODE, "%s is damaged: copy or make it again.", path);
    module = JS_ReadObject(ctx, bytes, length, JS_READ_OBJ_BYTECODE);
    free(text);
    if (JS_IsException(module))
        fault_exception(ctx, STATUS_BYTECODE);
    return module;
}
