"""Opens the WebSocket of an inbox and reads nothing of it until a line comes on standard input; then everything. Writes
the titles that came, and how the connection ended.

usage: slow.py PORT TOKEN AFTER
"""
import base64
import os
import socket
import struct
import sys
import json

port, token, after = int(sys.argv[1]), sys.argv[2], sys.argv[3]
client = socket.socket()
client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
client.connect(("127.0.0.1", port))
client.settimeout(30)
client.sendall(
    f"GET /notifications/socket?after={after} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
    f"Authorization: Bearer {token}\r\n\r\n".encode()
)
head = b""
while not head.endswith(b"\r\n\r\n"):
    head += client.recv(1)
assert b" 101 " in head, head
print("open", flush=True)
sys.stdin.readline()


def take(size):
    taken = b""
    while len(taken) < size:
        more = client.recv(size - len(taken))
        assert more, "it broke off"
        taken += more
    return taken


while True:
    first, size = take(2)
    if size == 126:
        size = struct.unpack(">H", take(2))[0]
    elif size == 127:
        size = struct.unpack(">Q", take(8))[0]
    payload = take(size)
    if first & 0x0F == 8:
        print(f"closed {struct.unpack('>H', payload[:2])[0]} {payload[2:].decode()}", flush=True)
        break
    if first & 0x0F == 1:
        for item in json.loads(payload)["items"]:
            print(item["title"], flush=True)
