/*
 * Bytes and texts for the module `sys`: what JavaScript can only do character by character.
 */
#include <stdlib.h>
#include "runner.h"

/* Bytes of one text. */
#define TEXT_LIMIT (64 << 10)
/* Bytes of one number in hexadecimal. */
#define HEX_LIMIT 1024

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

/* A string of any characters, as UTF-8; free with JS_FreeCString. */
static const char *arg_text(JSContext *ctx, JSValueConst value, const char *what, size_t *length)
{
    if (JS_IsString(value))
        return JS_ToCStringLen(ctx, length, value);
    JS_ThrowTypeError(ctx, "%s must be a string", what);
    return NULL;
}

/* The character at `*at`, which is moved behind it; '?' for one that Latin-1 does not have. */
static uint8_t next_character(const char *utf8, size_t length, size_t *at)
{
    uint8_t first = (uint8_t)utf8[(*at)++], second;

    if (first < 0x80)
        return first;
    second = *at < length ? (uint8_t)utf8[*at] : 0;
    while (*at < length && ((uint8_t)utf8[*at] & 0xc0) == 0x80)
        (*at)++;
    return first <= 0xc3 ? (uint8_t)(first << 6 | (second & 0x3f)) : '?';
}

static JSValue sys_put_latin1(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    uint8_t *bytes;
    size_t size, length, at = 0, used = 0;
    int64_t offset;
    const char *text;

    if (!arg_buffer(ctx, argv[1], "putLatin1: buffer", &bytes, &size) ||
        !arg_integer(ctx, argv[2], 0, (int64_t)size, "putLatin1: offset", &offset))
        return JS_EXCEPTION;
    text = arg_text(ctx, argv[0], "putLatin1: text", &length);
    if (!text)
        return JS_EXCEPTION;
    bytes += offset;
    size -= (size_t)offset;
    while (at < length && used < size)
        bytes[used++] = next_character(text, length, &at);
    JS_FreeCString(ctx, text);
    if (at < length)
        return JS_ThrowRangeError(ctx, "putLatin1: buffer has no room for the text");
    return JS_NewInt64(ctx, offset + (int64_t)used);
}

static JSValue sys_hex(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    static const char digits[] = "0123456789abcdef";
    char text[2 * HEX_LIMIT];
    uint8_t *bytes;
    size_t length;

    if (!arg_range(ctx, argv[0], argv[1], argv[2], "hex: buffer, offset and length", &bytes, &length))
        return JS_EXCEPTION;
    if (length > HEX_LIMIT)
        return JS_ThrowRangeError(ctx, "hex: length must be at most %d", HEX_LIMIT);
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return JS_NewStringLen(ctx, text, 2 * length);
}

static JSValue sys_same_text(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
    size_t length, other_length;
    const char *text = arg_text(ctx, argv[0], "sameText: a", &length), *other;
    /* Volatile, so that no compiler ends the loop at the first difference. */
    volatile uint8_t difference = 0;

    if (!text)
        return JS_EXCEPTION;
    other = arg_text(ctx, argv[1], "sameText: b", &other_length);
    if (!other) {
        JS_FreeCString(ctx, text);
        return JS_EXCEPTION;
    }
    if (length == other_length)
        for (size_t i = 0; i < length; i++)
            difference |= (uint8_t)(text[i] ^ other[i]);
    JS_FreeCString(ctx, text);
    JS_FreeCString(ctx, other);
    return JS_NewBool(ctx, length == other_length && difference == 0);
}

const JSCFunctionListEntry sys_text_functions[] = {
    JS_CFUNC_DEF("latin1", 3, sys_latin1),
    JS_CFUNC_DEF("putLatin1", 3, sys_put_latin1),
    JS_CFUNC_DEF("hex", 3, sys_hex),
    JS_CFUNC_DEF("sameText", 2, sys_same_text),
};
const int sys_text_count = COUNT_OF(sys_text_functions);
