"""An S3 server: moto's, behind a gate that checks signatures with botocore and fails when it is told to.

Runs with the Python of `.build/moto`, which tools/test makes. POST /_gate with JSON: {"fail": [{"method", "contains",
"status", "after", "times"}]} sets what fails; GET /_gate tells what was asked: [method, path and query, status].
"""
import hashlib
import json
import os
import sys
import threading

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))
PYTHON = os.environ.get("DAYBOOK_MOTO_PYTHON", os.path.join(ROOT, ".build/moto/bin/python"))
if os.path.abspath(sys.executable) != os.path.abspath(PYTHON):
    os.execv(PYTHON, [PYTHON, "-B"] + sys.argv)

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

KEYS = {"AKIDTEST": ("a secret/of+tests", None), "AKIDLENT": ("a lent secret", "a/session+token==")}
UNSIGNED = ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "UNSIGNED-PAYLOAD")


def refusal(status, code, message):
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message>'
        "<RequestId>0A49CE4060975EAC</RequestId></Error>"
    )
    return status, body.encode()


class Gate:
    def __init__(self, inner):
        self.inner, self.rules, self.seen, self.lock = inner, [], [], threading.Lock()

    def __call__(self, environ, start):
        path = environ["PATH_INFO"]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if path == "/_gate":
            with self.lock:
                if environ["REQUEST_METHOD"] == "POST":
                    self.rules = json.loads(environ["wsgi.input"].read(length))["fail"]
                    self.seen = []
                answer = json.dumps({"seen": self.seen}).encode()
            start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
            return [answer]
        body = environ["wsgi.input"].read(length)
        target = environ.get("REQUEST_URI") or environ["RAW_URI"]
        problem = self.failure(environ["REQUEST_METHOD"], target) or self.judge(environ, target, body)
        if problem:
            status, answer = problem
            self.note(environ["REQUEST_METHOD"], target, status)
            start(f"{status} No", [("Content-Type", "application/xml"), ("Content-Length", str(len(answer)))])
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer]

        def noted(status, headers, information=None):
            self.note(environ["REQUEST_METHOD"], target, int(status.split()[0]))
            return start(status, headers, information)

        import io

        environ["wsgi.input"] = io.BytesIO(body)
        return self.inner(environ, noted)

    def note(self, method, target, status):
        with self.lock:
            self.seen.append([method, target, status])

    def failure(self, method, target):
        with self.lock:
            for rule in self.rules:
                if method != rule["method"] or rule["contains"] not in target:
                    continue
                if rule.get("after", 0) > 0:
                    rule["after"] -= 1
                elif rule["times"] > 0:
                    rule["times"] -= 1
                    return refusal(rule["status"], rule.get("code", "SlowDown"), "Told to fail")
        return None

    def judge(self, environ, target, body):
        words = environ.get("HTTP_AUTHORIZATION", "").replace(",", " ").split()
        parts = dict(word.split("=", 1) for word in words[1:] if "=" in word)
        if not words or words[0] != "AWS4-HMAC-SHA256":
            return refusal(403, "AccessDenied", "Anonymous")
        key, _, region, service, _ = parts["Credential"].split("/")
        if key not in KEYS:
            return refusal(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
        secret, token = KEYS[key]
        names = parts["SignedHeaders"].split(";")
        for name in ("host", "x-amz-date", "x-amz-content-sha256") + (("x-amz-security-token",) if token else ()):
            if name not in names:
                return refusal(403, "AccessDenied", f"{name} is not signed")
        headers = {}
        for name in names:
            field = "HTTP_" + name.upper().replace("-", "_")
            if name in ("content-type", "content-length"):
                field = field[5:]
            headers[name] = environ.get(field, "")
        if token and headers["x-amz-security-token"] != token:
            return refusal(403, "InvalidToken", "The provided token is malformed or otherwise invalid.")
        digest = headers["x-amz-content-sha256"]
        if digest not in UNSIGNED and digest != hashlib.sha256(body).hexdigest():
            return refusal(400, "XAmzContentSHA256Mismatch", "The body is not the one that was signed.")
        auth = S3SigV4Auth(Credentials(key, secret), service, region)
        request = AWSRequest(environ["REQUEST_METHOD"], f"http://{headers['host']}{target}", headers, body)
        request.context["timestamp"] = headers["x-amz-date"]
        # Only what was signed; botocore would sign more.
        auth.headers_to_sign = lambda _: chosen(headers)
        text = auth.canonical_request(request)
        if auth.signature(auth.string_to_sign(request, text), request) != parts["Signature"]:
            return refusal(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")
        return None


def chosen(headers):
    from http.client import HTTPMessage

    message = HTTPMessage()
    for name, value in headers.items():
        message[name] = value
    return message


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


class Ended(threading.Thread):
    def run(self):
        sys.stdin.read()
        os._exit(0)


os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
server = make_server(
    "127.0.0.1", 0, Gate(DomainDispatcherApplication(create_backend_app)), threaded=True, request_handler=Quiet
)
Ended(daemon=True).start()
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
