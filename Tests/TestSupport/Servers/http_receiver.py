"""A receiver of webhooks and pushes, which tells what it gets and what it makes of it.

usage: http_receiver.py tls|plain [webhook secret]

The path says what is answered: /status/N, with `Retry-After` after /status/N/SECONDS; /redirect, /slow, /long;
/push/ANYTHING decrypts and checks a push; /push-small/ takes no more than 1,500 bytes; /push-key/KEY takes the pushes of
one key alone.
"""

import base64
import hashlib
import hmac
import json
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from stand_in import certificate, tell, wait_for_end

try:  # An implementation of somebody else's, where it is installed.
    import http_ece
except ImportError:
    http_ece = None

isSecure = sys.argv[1] == "tls"
secret = base64.b64decode(sys.argv[2].removeprefix("whsec_")) if len(sys.argv) > 2 else b""
browser = ec.generate_private_key(ec.SECP256R1())
shared = b"sixteen bytes!!!"


def text(bytes):
    return base64.urlsafe_b64encode(bytes).rstrip(b"=").decode()


def bytes_of(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key):
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def is_signed(headers, body):
    """Standard Webhooks, with Python's own HMAC."""
    name, moment = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(moment)) > 300:
        return False
    code = hmac.new(secret, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(code).decode()
    return any(hmac.compare_digest(wanted, given) for given in headers["webhook-signature"].split(" "))


def opened(body):
    """RFC 8188 and RFC 8291, read from their text."""
    if http_ece:
        return http_ece.decrypt(body, private_key=browser, auth_secret=shared, version="aes128gcm"), "http_ece"
    salt, size, length = body[:16], struct.unpack("!I", body[16:20])[0], body[20]
    sender, record = body[21 : 21 + length], body[21 + length :]
    if len(record) > size:
        raise ValueError("more than one record")
    agreed = browser.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    info = b"WebPush: info\0" + point(browser.public_key()) + sender
    material = HKDF(hashes.SHA256(), 32, shared, info).derive(agreed)
    key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
    nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)
    padded = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
    if padded[-1:] != b"\2":
        raise ValueError("not the last record")
    return padded[:-1], "cryptography"


def vapid(value):
    """RFC 8292: the claims, if the signature is right."""
    scheme, parameters = value.split(" ", 1)
    parts = dict(part.strip().split("=", 1) for part in parameters.split(","))
    header, claims, signature = parts["t"].split(".")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(parts["k"]))
    raw = bytes_of(signature)
    if len(raw) != 64 or scheme != "vapid" or json.loads(bytes_of(header))["alg"] != "ES256":
        raise ValueError("no token of VAPID")
    dss = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(dss, f"{header}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(bytes_of(claims)), parts["k"]


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.do_POST()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        seen = {"method": self.command, "path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}}
        seen["body"] = "" if self.path.startswith("/push") else body.decode("utf-8", "replace")
        seen["length"] = len(body)
        seen["peer"] = str(self.client_address[1])
        parts = self.path.split("/")[1:]
        status = 201
        if secret and "webhook-id" in self.headers:
            seen["signed"] = is_signed(self.headers, body)
        if parts[0].startswith("push"):
            try:
                claims, key = vapid(self.headers["Authorization"])
                seen["claims"], seen["key"] = claims, key
                opening, by = opened(body)
                seen["opened"], seen["by"] = opening.decode(), by
                if parts[0] == "push-small" and len(body) > 1500:
                    status = 413
                if parts[0] == "push-key" and parts[1] != key:
                    status = 403
            except Exception as error:
                seen["error"] = repr(error)
                status = 400
        tell(**seen)
        if parts[0] == "status":
            later = {"Retry_After": parts[2]} if len(parts) > 2 else {}
            return self.answer(int(parts[1]), b"no", **later)
        if parts[0] == "redirect":
            return self.answer(302, Location="/ok")
        if parts[0] == "long":
            return self.answer(200, b"x" * 1_000_000)
        if parts[0] == "slow":
            time.sleep(30)
        self.answer(status)


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
authority = ""
if isSecure:
    context, authority = certificate()
    server.socket = context.wrap_socket(server.socket, server_side=True)
tell(
    port=server.server_address[1],
    authority=authority,
    subscription={"p256dh": text(point(browser.public_key())), "auth": text(shared)},
)
threading.Thread(target=server.serve_forever, daemon=True).start()
wait_for_end()
