"""An OpenID provider that does wrong in every way that it is told to.

It lets `ada` in without a question. POST /_mood takes JSON with what is to be wrong from now on:

  claims, header, configuration   members that are put in place of the right ones; null takes one away
  sign        other: by a key that nobody knows under the known id; hmac: by the client's secret; none: not at all
  token       slow, huge, garbage, redirect, error, invalid_client, mac, no_id_token: what comes for a code
  answer      members that the way back has in place of the right ones
  discovery   garbage, error: what comes for the configuration
  reuse       codes are good again and again
  rotate      another key from now on

GET /_seen gives what was sent to the token endpoint.

usage: openid_provider.py CLIENT SECRET    (an empty secret is that of a public client)
"""

import base64
import hashlib
import hmac
import http.server
import json
import secrets
import sys
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

import stand_in

client, secret = sys.argv[1:3]
mood, codes, seen = {}, {}, []


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def changed(right, changes):
    return {name: value for name, value in (right | (changes or {})).items() if value is not None}


class Key:
    def __init__(self, name):
        self.name, self.key = name, ec.generate_private_key(ec.SECP256R1())

    def public(self):
        numbers = self.key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.name,
                "x": encoded(numbers.x.to_bytes(32, "big")), "y": encoded(numbers.y.to_bytes(32, "big"))}

    def sign(self, data):
        r, s = utils.decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


key, other = Key("k0"), Key("k0")


def id_token(request, access):
    now = int(time.time())
    digest = hashlib.sha256(access.encode()).digest()
    claims = changed({"iss": issuer, "aud": client, "sub": "ada", "iat": now, "exp": now + 300,
                      "nonce": request.get("nonce"), "at_hash": encoded(digest[:16])}, mood.get("claims"))
    for name in ("iat", "exp"):  # told as seconds from now
        if name in (mood.get("claims") or {}) and name in claims:
            claims[name] = now + claims[name]
    how = mood.get("sign")
    algorithm = {"none": "none", "hmac": "HS256"}.get(how, "ES256")
    header = changed({"alg": algorithm, "kid": key.name, "typ": "JWT"}, mood.get("header"))
    text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    match how:
        case "none":
            signature = b""
        case "hmac":
            signature = hmac.digest(secret.encode(), text.encode(), "sha256")
        case "other":
            signature = other.sign(text.encode())
        case _:
            signature = key.sign(text.encode())
    return text + "." + encoded(signature)


class Provider(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def give(self, status, body, **fields):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        match path:
            case "/.well-known/openid-configuration":
                if mood.get("discovery") == "garbage":
                    return self.give(200, b"<html>Welcome</html>")
                if mood.get("discovery") == "error":
                    return self.give(500, {})
                self.give(200, changed({
                    "issuer": issuer, "authorization_endpoint": issuer + "/authorize?tenant=a b".replace(" ", "%20"),
                    "token_endpoint": issuer + "/token", "jwks_uri": issuer + "/keys",
                    "end_session_endpoint": issuer + "/end",
                }, mood.get("configuration")))
            case "/keys":
                self.give(200, {"keys": [key.public()]})
            case "/authorize":
                asked = dict(urllib.parse.parse_qsl(query))
                code = secrets.token_urlsafe(16)
                codes[code] = asked
                answer = changed({"code": code, "state": asked["state"], "session_state": "x"}, mood.get("answer"))
                self.give(302, b"", Location=asked["redirect_uri"] + "?" + urllib.parse.urlencode(answer))
            case "/_seen":
                self.give(200, seen)
            case _:
                self.give(404, {})

    def do_POST(self):
        global key
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/_mood":
            mood.clear()
            mood.update(json.loads(body))
            if mood.pop("rotate", False):
                key = Key("k%d" % time.time_ns())
            return self.give(200, {})
        form = dict(urllib.parse.parse_qsl(body))
        seen.append({"form": form, "authorization": self.headers.get("Authorization", "")})
        match mood.get("token"):
            case "slow":
                self.send_response(200)
                self.end_headers()
                try:
                    while True:
                        self.wfile.write(b" ")
                        time.sleep(0.05)
                except OSError:
                    return None
            case "huge":
                return self.give(200, b" " * 2_000_000)
            case "garbage":
                return self.give(200, b"<script>alert(1)</script>")
            case "redirect":
                return self.give(302, b"", Location=issuer + "/keys")
            case "error":
                return self.give(500, b"Traceback: <b>it broke</b>")
            case "invalid_client":
                return self.give(401, {"error": "invalid_client", "error_description": "<b>who?</b>"})
        request = codes.get(form.get("code"))
        if not mood.get("reuse"):
            codes.pop(form.get("code"), None)
        if request is None or form.get("redirect_uri") != request["redirect_uri"]:
            return self.give(400, {"error": "invalid_grant"})
        challenge = encoded(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if request.get("code_challenge_method") != "S256" or challenge != request.get("code_challenge"):
            return self.give(400, {"error": "invalid_grant"})
        access = secrets.token_urlsafe(16)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": id_token(request, access)}
        if mood.get("token") == "mac":
            answer["token_type"] = "mac"
        if mood.get("token") == "no_id_token":
            del answer["id_token"]
        return self.give(200, answer)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
server.daemon_threads = True
issuer = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()
stand_in.tell(port=server.server_port)
stand_in.wait_for_end()
