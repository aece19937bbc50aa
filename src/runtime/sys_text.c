/*
 * Bytes as text for the module `sys`: what JavaScript can only do character by character.
 */
#include <stdlib.h>
#include "runner.h"

/* Bytes of one text. */
#define TEXT_LIMIT (64 << 10)

static JSValue sys_latin1(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    uint8_t *bytes;
    size_t length, high = 0, at = 0;
    char *utf8;
    JSValue text;

    if (!arg_range(ctx, argv[0], argv[1], argv[2], "latin1: buffer, offset and length", &bytes, &length))
        return JS_EXCEPTION;
    if (length > TEXT_LIMIT)
        return JS_ThrowRangeError(ctx, "latin1: length must be at most %d", TEXT_LIMIT);
    for (size_t i = 0; i < length; i++)
        high += bytes[i] >> 7;
    if (high == 0)
        return JS_NewStringLen(ctx, (const char *)bytes, length);
    utf8 = malloc(length + high);
    if (!utf8)
        return JS_ThrowOutOfMemory(ctx);
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] & 0x80) {
            utf8[at++] = (char)(0xc0 | bytes[i] >> 6);
            utf8[at++] = (char)(0x80 | (bytes[i] & 0x3f));
        } else
            utf8[at++] = (char)bytes[i];
    }
    text = JS_NewStringLen(ctx, utf8, at);
    free(utf8);
    return text;
}

const JSCFunctionListEntry sys_text_functions[] = {
    JS_CFUNC_DEF("latin1", 3, sys_latin1),
};
const int sys_text_count = COUNT_OF(sys_text_functions);
