"""Talks to `socket-echo` by the package websockets. Ends with 0 if all is as it should be."""
import asyncio
import base64
import os
import socket
import struct
import sys
import zlib

import websockets

port, part = int(sys.argv[1]), sys.argv[2]
base = f"ws://127.0.0.1:{port}"


async def echo():
    for compression in (None, "deflate"):
        async with websockets.connect(f"{base}/echo", compression=compression) as ws:
            for message in ("hi", "é𝄞" * 3000, "x" * 65536, b"\x00\xff" * 20000, "", b"", os.urandom(60000)):
                await ws.send(message)
                assert await asyncio.wait_for(ws.recv(), 10) == message
            await asyncio.wait_for(await ws.ping(), 5)
            await ws.send(["frag", "ment", "ed ✓"])
            assert await ws.recv() == "fragmented ✓"
        assert ws.close_code == 1000, ws.close_code


async def deflate():
    async with websockets.connect(f"{base}/echo", compression="deflate") as ws:
        names = [extension.name for extension in ws.extensions]
        assert names == ["permessage-deflate"], names
        text = "the same again and again, " * 2000
        for _ in range(20):
            await ws.send(text)
            assert await asyncio.wait_for(ws.recv(), 10) == text
        await ws.send([text[:100], text[100:5000], text[5000:]])
        assert await ws.recv() == text


def raw(compressed):
    """A socket that has agreed upon compression, and a masked frame with RSV1 of what is given."""
    client = socket.create_connection(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    client.sendall(
        f"GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n".encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(1)
    assert b"101" in head and b"permessage-deflate" in head, head
    length = len(compressed)
    size = bytes([0x80 | length]) if length < 126 else b"\xfe" + struct.pack(">H", length)
    client.sendall(b"\xc1" + size + b"\0\0\0\0" + compressed)
    answer = b""
    client.settimeout(5)
    while True:
        more = client.recv(65536)
        if not more:
            return answer
        answer += more
        if answer[0] & 0x0F == 8 and len(answer) >= 4:
            return answer


def close_code(answer):
    assert answer[0] == 0x88, answer[:20]
    return struct.unpack(">H", answer[2:4])[0]


async def bomb():
    def pack(data):
        engine = zlib.compressobj(9, zlib.DEFLATED, -15)
        return (engine.compress(data) + engine.flush(zlib.Z_SYNC_FLUSH))[:-4]

    huge = pack(b"0" * 40_000_000)
    assert len(huge) < 65536, len(huge)
    assert close_code(raw(huge)) == 1009
    assert close_code(raw(pack(b"0" * 65537))) == 1009
    assert close_code(raw(b"\xff" * 100)) == 1007
    assert close_code(raw(pack(b"\xc3\x28"))) == 1007


async def limits():
    async with websockets.connect(f"{base}/echo", compression=None) as ws:
        await ws.send("x" * 65537)
        try:
            await asyncio.wait_for(ws.recv(), 10)
            assert False
        except websockets.ConnectionClosed as closed:
            assert closed.code == 1009, closed
    for target, status in (("/guarded", 401), ("/nowhere", 404), ("/echo?refuse=404", 404)):
        try:
            await websockets.connect(base + target)
            assert False
        except websockets.InvalidStatusCode as refused:
            assert refused.status_code == status, refused


async def browser():
    token = "daybook.bearer." + base64.urlsafe_b64encode(b"token-ada").decode().rstrip("=")
    async with websockets.connect(
        f"{base}/guarded", subprotocols=["echo.v1", token], origin=f"http://127.0.0.1:{port}"
    ) as ws:
        assert ws.subprotocol == "echo.v1"
        await ws.send("who")
        assert await ws.recv() == "ada"
    try:
        await websockets.connect(f"{base}/echo", origin="https://evil.example")
        assert False
    except websockets.InvalidStatusCode as refused:
        assert refused.status_code == 403, refused


async def fanout():
    sockets = [
        await websockets.connect(f"{base}/bus", compression="deflate" if number % 2 else None) for number in range(20)
    ]
    # All are on the bus once each has heard itself.
    for number, ws in enumerate(sockets):
        await ws.send(f"{number}")
        while await asyncio.wait_for(ws.recv(), 5) != f"{number}":
            pass
    text = "to everybody " * 100
    for number in range(50):
        await sockets[number % 20].send(f"{number}:{text}")
    orders = []
    for ws in sockets:
        seen = []
        while len(seen) < 50:
            message = await asyncio.wait_for(ws.recv(), 5)
            if ":" in message:
                assert message.endswith(text)
                seen.append(int(message.split(":")[0]))
        orders.append(seen)
        assert sorted(seen) == list(range(50))
    for ws in sockets:
        await ws.close()


asyncio.run(asyncio.wait_for({
    "echo": echo, "deflate": deflate, "bomb": bomb, "limits": limits, "browser": browser, "fanout": fanout,
}[part](), 60))
