"""An S3 server that always says that there is more: after the same place for a prefix or key `same`, after none for `none`.

Signatures are not checked.
"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from stand_in import tell, wait_for_end

PLACES = {
    "list-type": ("ListBucketResult", ["NextContinuationToken"]),
    "versions": ("ListVersionsResult", ["NextKeyMarker", "NextVersionIdMarker"]),
    "uploads": ("ListMultipartUploadsResult", ["NextKeyMarker", "NextUploadIdMarker"]),
    "uploadId": ("ListPartsResult", ["NextPartNumberMarker"]),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        address = urlsplit(self.path)
        query = parse_qs(address.query, keep_blank_values=True)
        root, names = next(PLACES[kind] for kind in PLACES if kind in query)
        is_same = (query.get("prefix") or [address.path])[0].endswith("same")
        places = "".join(f"<{name}>7</{name}>" for name in names) if is_same else ""
        body = f"<{root}><IsTruncated>true</IsTruncated>{places}</{root}>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
tell(port=server.server_port)
wait_for_end()
