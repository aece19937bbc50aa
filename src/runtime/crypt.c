/*
 * crypt(3) for the project's own builds: Debian's musl comes without it, and the developer's machine need not have
 * libcrypt. Its one method, SHA-512, is musl's, compiled from musl's source. Buildroot's musl has all of crypt(3).
 */
#include <unistd.h>
#include "runner.h"

/* "$6$rounds=9999999$", 16 characters of salt, "$", 86 of hash, and the end. */
#define CRYPT_BYTES 128

char *__crypt_sha512(const char *key, const char *setting, char *output);

char *crypt(const char *key, const char *setting)
{
    static char output[CRYPT_BYTES];

    return __crypt_sha512(key, setting, output);
}
