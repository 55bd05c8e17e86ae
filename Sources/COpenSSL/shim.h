#ifndef DAYBOOK_COPENSSL_SHIM_H
#define DAYBOOK_COPENSSL_SHIM_H

// OpenSSL 3 marks the low-level SHA-256 calls as deprecated in favour of EVP, whose set-up costs
// more than hashing a whole log entry. They stay part of the ABI of libcrypto 3.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <string.h>

// SHA-256 of first || second, either of which may be empty.
static inline void daybook_sha256(const void *first, size_t first_length, const void *second,
                                  size_t second_length, unsigned char *digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    if (first_length != 0) SHA256_Update(&context, first, first_length);
    if (second_length != 0) SHA256_Update(&context, second, second_length);
    SHA256_Final(digest, &context);
}

// SHA-256 of prefix || body.
static inline void daybook_sha256_prefixed(unsigned char prefix, const void *body, size_t length,
                                           unsigned char *digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, &prefix, 1);
    if (length != 0) SHA256_Update(&context, body, length);
    SHA256_Final(digest, &context);
}

// SHA-256 of prefix || left || right, both 32 bytes; digest may be either of them.
static inline void daybook_sha256_pair(unsigned char prefix, const void *left, const void *right,
                                       unsigned char *digest) {
    unsigned char input[1 + 2 * SHA256_DIGEST_LENGTH];
    SHA256_CTX context;
    input[0] = prefix;
    memcpy(input + 1, left, SHA256_DIGEST_LENGTH);
    memcpy(input + 1 + SHA256_DIGEST_LENGTH, right, SHA256_DIGEST_LENGTH);
    SHA256_Init(&context);
    SHA256_Update(&context, input, sizeof input);
    SHA256_Final(digest, &context);
}

#endif
