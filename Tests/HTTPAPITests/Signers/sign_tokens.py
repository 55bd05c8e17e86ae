"""Signs tokens with the Python package cryptography, right ones and forged ones, as JSON on standard output.

Nothing of it comes from the JWT library that Daybook verifies with.
"""

import base64
import hashlib
import hmac
import json
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

NOW = int(sys.argv[1])
JKU = sys.argv[2]
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def sign(algorithm, key, message):
    if algorithm == "EdDSA":
        return key.sign(message)
    digest = HASHES[algorithm[2:]]
    if algorithm.startswith("RS"):
        return key.sign(message, padding.PKCS1v15(), digest)
    if algorithm.startswith("PS"):
        return key.sign(message, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    size = (key.curve.key_size + 7) // 8
    r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(digest)))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def jwk(key, kid, **more):
    public = key.public_key()
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = public.public_numbers()
        body = {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}
    elif isinstance(key, ed25519.Ed25519PrivateKey):
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        body = {"kty": "OKP", "crv": "Ed25519", "x": b64(raw)}
    else:
        numbers, size = public.public_numbers(), (key.curve.key_size + 7) // 8
        crv = {256: "P-256", 384: "P-384", 521: "P-521"}[key.curve.key_size]
        body = {"kty": "EC", "crv": crv, "x": number(numbers.x, size), "y": number(numbers.y, size)}
    return body | {"kid": kid} | more


RSA = rsa.generate_private_key(65537, 2048)
P256, P384, P521 = (ec.generate_private_key(curve()) for curve in (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1))
ED = ed25519.Ed25519PrivateKey.generate()
EVIL = ec.generate_private_key(ec.SECP256R1())
EVIL_RSA = rsa.generate_private_key(65537, 2048)
SMALL = rsa.generate_private_key(65537, 1024)
BOUND = rsa.generate_private_key(65537, 2048)
KEYS = {"RS": (RSA, "rsa"), "PS": (RSA, "rsa"), "Ed": (ED, "ed")}
EC = {"ES256": (P256, "p256"), "ES384": (P384, "p384"), "ES512": (P521, "p521")}


def key_for(algorithm):
    return EC.get(algorithm) or KEYS[algorithm[:2]]


CLAIMS = {"iss": "https://id.example.org", "aud": "daybook", "sub": "ada", "iat": NOW - 10, "exp": NOW + 300}


def text(value):
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()


def token(algorithm, key, kid, header=None, claims=CLAIMS, signer=None):
    head = {"alg": algorithm, "typ": "JWT"} | ({"kid": kid} if kid is not None else {}) | (header or {})
    signed = b64(text(head)) + "." + b64(text(claims))
    return signed + "." + b64((signer or sign)(algorithm, key, signed.encode()))


def raw(header, claims, key=P256, algorithm="ES256"):
    """A token of exact texts, rightly signed."""
    signed = b64(header) + "." + b64(claims)
    return signed + "." + b64(sign(algorithm, key, signed.encode()))


def mac(secret, header):
    signed = b64(text(header)) + "." + b64(text(CLAIMS))
    return signed + "." + b64(hmac.new(secret, signed.encode(), hashlib.sha256).digest())


ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
accepted = {algorithm: token(algorithm, *key_for(algorithm)) for algorithm in ALGORITHMS}
accepted["declared for RS256"] = token("RS256", BOUND, "bound")
accepted["fractions of seconds"] = token("ES256", P256, "p256", claims=CLAIMS | {"exp": NOW + 0.5, "iat": NOW - 0.25})
accepted["audiences"] = token("ES256", P256, "p256", claims=CLAIMS | {"aud": ["x", "daybook"]})
accepted["at+jwt"] = token("ES256", P256, "p256", {"typ": "at+jwt"})
accepted["jku is ignored"] = token("ES256", P256, "p256", {"jku": JKU, "x5u": JKU})
accepted["jwk is ignored"] = token("ES256", P256, "p256", {"jwk": jwk(EVIL, "p256")})

refused = {}
for algorithm in ALGORITHMS:
    key, kid = key_for(algorithm)
    for other in ALGORITHMS:
        if other != algorithm:
            # The right key's signature under another name, and another name's right signature with this key.
            refused[f"{algorithm} named {other}"] = token(
                other, key, kid, signer=lambda _, key, message, algorithm=algorithm: sign(algorithm, key, message)
            )
for algorithm in ["RS384", "RS512", "PS256"]:
    refused[f"{algorithm} by a key for RS256"] = token(algorithm, BOUND, "bound")
for kid in ["encrypting", "wrapping", "mixed"]:
    refused[f"key {kid}"] = token("RS256", RSA, kid)
refused["key leaked"] = token("ES256", EVIL, "leaked")
refused["key with exponent 1"] = (lambda signed: signed + "." + b64(
    # With an exponent of 1, the padded digest is its own signature.
    (b"\x00\x01" + b"\xff" * 202 + b"\x00" + bytes.fromhex("3031300d060960864801650304020105000420")
     + hashlib.sha256(signed.encode()).digest())
))(b64(text({"alg": "RS256", "kid": "one"})) + "." + b64(text(CLAIMS)))
refused["key of 1024 bits"] = token("RS256", SMALL, "small")
refused["first of a double id"] = token("ES256", P256, "double")
refused["second of a double id"] = token("ES256", EVIL, "double")
refused["no kid and several keys"] = token("RS256", RSA, None)

public = RSA.public_key()
pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
secrets = {
    "PEM": pem,
    "PEM without end of line": pem.rstrip(b"\n"),
    "PKCS#1": public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1),
    "DER": public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
    "JWK": text(jwk(RSA, "rsa")),
    "modulus": jwk(RSA, "rsa")["n"].encode(),
    "nothing": b"",
}
for name, secret in secrets.items():
    for algorithm in ["HS256", "hs256", "RS256", "none"]:
        for kid in ["rsa", "secret", None]:
            header = {"alg": algorithm} | ({"kid": kid} if kid else {})
            refused[f"HMAC under {name}, {algorithm}, {kid}"] = mac(secret, header)
refused["HMAC under the set's secret"] = mac(b"secret", {"alg": "HS256", "kid": "secret"})
for algorithm in ["none", "None", "NONE", "", "ES256"]:
    refused[f"unsigned {algorithm}"] = b64(text({"alg": algorithm, "kid": "p256"})) + "." + b64(text(CLAIMS)) + "."

for name, header in {
    "jwk": {"jwk": jwk(EVIL, "p256")},
    "jku": {"jku": JKU},
    "x5u": {"x5u": JKU},
    "x5c": {"x5c": [b64(b"certificate")]},
    "jwk and another kid": {"jwk": jwk(EVIL, "evil"), "kid": "evil"},
}.items():
    refused[f"key of the token itself: {name}"] = token("ES256", EVIL, "p256", header)
for name, header in {
    "crit": {"crit": ["exp"], "exp": NOW + 300},
    "crit empty": {"crit": []},
    "crit b64": {"crit": ["b64"], "b64": False},
    "typ": {"typ": "logout+jwt"},
    "typ null": {"typ": None},
    "kid number": {"kid": 7},
    "kid null": {"kid": None},
    "kid with a null": {"kid": "p256\0"},
    "kid with a null and more": {"kid": "p256\0evil"},
    "kid path": {"kid": "../p256"},
    "kid that looks the same": {"kid": "cafe\u0301"},
    "alg with a null": {"alg": "ES256\0"},
    "alg list": {"alg": ["ES256"]},
}.items():
    refused[f"header {name}"] = token("ES256", P256, "p256", header)
accepted["kid as it is written"] = token("ES256", P256, "caf\u00e9")

HEAD, BODY = text({"alg": "ES256", "kid": "p256"}), text(CLAIMS)
accepted["exact texts"] = raw(HEAD, BODY)
for name, (head, body) in {
    "alg twice": (b'{"alg":"ES256","alg":"ES256","kid":"p256"}', BODY),
    "alg twice, escaped": (b'{"alg":"none","\\u0061lg":"ES256","kid":"p256"}', BODY),
    "kid twice": (b'{"alg":"ES256","kid":"rsa","kid":"p256"}', BODY),
    "sub twice": (HEAD, BODY[:-1] + b',"sub":"eve"}'),
    "exp twice": (HEAD, BODY[:-1] + b',"exp":1}'),
    "inner twice": (HEAD, BODY[:-1] + b',"x":{"a":1,"a":2}}'),
    "data after the header": (HEAD + b"{}", BODY),
    "data after the claims": (HEAD, BODY + b"{}"),
    "null after the claims": (HEAD, BODY + b"\0"),
    "byte order mark": (HEAD, b"\xef\xbb\xbf" + BODY),
    "not UTF-8": (HEAD, BODY[:-1] + b',"x":"\xff"}'),
    "half a surrogate": (HEAD, BODY[:-1] + b',"x":"\\ud800"}'),
    "NaN": (HEAD, BODY[:-1] + b',"nbf":NaN}'),
    "comment": (HEAD, BODY[:-1] + b"/**/}"),
    "array of claims": (HEAD, b"[" + BODY + b"]"),
    "deep": (HEAD, BODY[:-1] + b',"x":' + b"[" * 500 + b"]" * 500 + b"}"),
}.items():
    refused[f"text {name}"] = raw(head, body)

good = accepted["exact texts"]
first, second, third = good.split(".")
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def stray(part):
    """The same bytes, written with stray bits in the last digit."""
    assert len(part) % 4
    return part[:-1] + DIGITS[DIGITS.index(part[-1]) | 1]


refused["stray bits in the signature"] = f"{first}.{second}.{stray(third)}"
for name, body in {"claims": 1, "claims padded": 2}.items():
    spaced = BODY
    while len(spaced) % 3 != body:
        spaced += b" "
    signed = first + "." + (stray(b64(spaced)) if body == 1 else b64(spaced) + "=")
    refused[f"non-canonical {name}"] = signed + "." + b64(sign("ES256", P256, signed.encode()))
refused["padded signature"] = good + "=="
refused["standard alphabet"] = next(
    f"{a}.{b}.{c.replace('-', '+').replace('_', '/')}"
    for a, b, c in (token("ES256", P256, "p256").split(".") for _ in range(100))
    if "-" in c or "_" in c
)
refused["a fourth part"] = good + "." + third
refused["an empty fourth part"] = good + "."
refused["an empty first part"] = "." + good
refused["longer signature"] = f"{first}.{second}.{b64(base64.urlsafe_b64decode(third + '==') + b'0')}"
refused["signature in DER"] = f"{first}.{second}." + b64(P256.sign(f"{first}.{second}".encode(), ec.ECDSA(hashes.SHA256())))
refused["signature of zeros"] = f"{first}.{second}.{b64(bytes(64))}"

keys = [
    jwk(RSA, "rsa"), jwk(P256, "p256", use="sig"), jwk(P384, "p384", key_ops=["verify"]), jwk(P521, "p521"), jwk(ED, "ed"),
    jwk(BOUND, "bound", alg="RS256", use="sig", key_ops=["verify"]), jwk(P256, "caf\u00e9"),
    jwk(RSA, "encrypting", use="enc"), jwk(RSA, "wrapping", key_ops=["wrapKey"]),
    jwk(RSA, "mixed", use="sig", key_ops=["encrypt"]), jwk(SMALL, "small"),
    jwk(EVIL, "leaked") | {"d": number(EVIL.private_numbers().private_value, 32)},
    {"kty": "RSA", "kid": "one", "n": number(public.public_numbers().n), "e": "AQ"},
    jwk(P256, "double"), jwk(EVIL, "double"), {"kty": "oct", "kid": "secret", "k": b64(b"secret"), "alg": "HS256"},
]
print(json.dumps({"keys": {"keys": keys}, "accepted": accepted, "refused": refused}))
