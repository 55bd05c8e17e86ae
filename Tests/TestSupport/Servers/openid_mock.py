"""An OpenID provider of others: oidc-provider-mock, on Authlib. Whoever comes says who they are.

Runs with the Python of `.build/oidc-provider-mock`, which tools/test makes. PKCE is Authlib's as well; the mock does not switch it
on, so that is done here. One client is registered, with a secret.

usage: openid_mock.py REDIRECT_URI
"""

import json
import logging
import os
import sys
import threading
import urllib.request
import warnings

warnings.simplefilter("ignore")
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import oidc_provider_mock._app as mock  # noqa: E402
import werkzeug.serving  # noqa: E402
from authlib.oauth2.rfc7636 import CodeChallenge  # noqa: E402

import stand_in  # noqa: E402

logging.getLogger("werkzeug").setLevel(logging.ERROR)


class Challenge(CodeChallenge):
    known = {}

    def get_authorization_code_challenge(self, code):
        return self.known[code.code].get("code_challenge")

    def get_authorization_code_challenge_method(self, code):
        return self.known[code.code].get("code_challenge_method")


class Grant(mock.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def save_authorization_code(self, code, request):
        Challenge.known[code] = dict(request.payload.data)
        super().save_authorization_code(code, request)


class Server(mock.flask_oauth2.AuthorizationServer):
    def register_grant(self, grant, extensions=None):
        if grant is Grant:
            extensions = [*extensions, Challenge(required=True)]
        super().register_grant(grant, extensions)


mock.AuthorizationCodeGrant = Grant
mock.flask_oauth2.AuthorizationServer = Server

server = werkzeug.serving.make_server(
    "127.0.0.1", 0, mock.app(require_client_registration=True, require_nonce=True), threaded=True
)
issuer = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()
registration = urllib.request.Request(
    issuer + "/oauth2/clients",
    json.dumps({"redirect_uris": [sys.argv[1]]}).encode(),
    {"Content-Type": "application/json"},
)
client = json.load(urllib.request.urlopen(registration))
stand_in.tell(port=server.server_port, client=client["client_id"], secret=client["client_secret"])
stand_in.wait_for_end()
