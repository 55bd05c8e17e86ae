#ifndef DAYBOOK_COPENSSL_SHIM_H
#define DAYBOOK_COPENSSL_SHIM_H

// OpenSSL 3 marks the low-level SHA-256 calls as deprecated in favour of EVP, whose set-up costs
// more than hashing a whole log entry. They stay part of the ABI of libcrypto 3.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
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

// The scalar of P-256 that a longer secret stands for: secret mod (n - 1) + 1. 0 if that fails.
static inline int daybook_p256_scalar(const unsigned char *secret, size_t length, unsigned char *scalar) {
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BN_CTX *context = BN_CTX_secure_new();
    BIGNUM *value = BN_secure_new(), *limit = NULL;
    int done = group != NULL && context != NULL && value != NULL &&
               (limit = BN_dup(EC_GROUP_get0_order(group))) != NULL && BN_sub_word(limit, 1) == 1 &&
               BN_bin2bn(secret, (int)length, value) != NULL && BN_mod(value, value, limit, context) == 1 &&
               BN_add_word(value, 1) == 1 && BN_bn2binpad(value, scalar, 32) == 32;
    BN_clear_free(value);
    BN_free(limit);
    BN_CTX_free(context);
    EC_GROUP_free(group);
    return done;
}

// A key of P-256 from its public half, 65 bytes uncompressed, and its scalar of 32 bytes, which may be null. The library
// checks that the point is on the curve.
static inline EVP_PKEY *daybook_p256_key(const unsigned char *point, const unsigned char *scalar) {
    EVP_PKEY *key = NULL;
    BIGNUM *value = scalar == NULL ? NULL : BN_secure_new();
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (build != NULL && context != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, 65) == 1 &&
        (scalar == NULL || (value != NULL && BN_bin2bn(scalar, 32, value) != NULL &&
                            OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, value) == 1)) &&
        (parameters = OSSL_PARAM_BLD_to_param(build)) != NULL && EVP_PKEY_fromdata_init(context) == 1) {
        if (EVP_PKEY_fromdata(context, &key, scalar == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR,
                              parameters) != 1)
            key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    BN_clear_free(value);
    return key;
}

// The public half of a scalar, 65 bytes uncompressed. 0 if it is none, such as zero.
static inline int daybook_p256_public(const unsigned char *scalar, unsigned char *point) {
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BIGNUM *value = BN_secure_new();
    EC_POINT *product = group == NULL ? NULL : EC_POINT_new(group);
    int done = value != NULL && product != NULL && BN_bin2bn(scalar, 32, value) != NULL && !BN_is_zero(value) &&
               BN_cmp(value, EC_GROUP_get0_order(group)) < 0 &&
               EC_POINT_mul(group, product, value, NULL, NULL, NULL) == 1 &&
               EC_POINT_point2oct(group, product, POINT_CONVERSION_UNCOMPRESSED, point, 65, NULL) == 65;
    EC_POINT_free(product);
    BN_clear_free(value);
    EC_GROUP_free(group);
    return done;
}

// The signature that DER tells, as r || s of 32 bytes each. 0 if it is none.
static inline int daybook_p256_raw_signature(const unsigned char *der, long length, unsigned char *raw) {
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, length);
    int done = signature != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, 32) == 32 &&
               BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + 32, 32) == 32;
    ECDSA_SIG_free(signature);
    return done;
}

#endif
