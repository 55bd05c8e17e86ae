"""Opens sockets, has the server stop by SIGTERM, and ends with 0 if each was told 1001."""
import asyncio
import os
import signal
import sys

import websockets

port, process, count = (int(argument) for argument in sys.argv[1:])


async def main():
    paths = ["/echo", "/stubborn", "/bus"]
    sockets = [await websockets.connect(f"ws://127.0.0.1:{port}{paths[n % 3]}") for n in range(count)]
    os.kill(process, signal.SIGTERM)
    for ws in sockets:
        try:
            await asyncio.wait_for(ws.recv(), 10)
            assert False
        except websockets.ConnectionClosed as closed:
            assert closed.code == 1001, closed
            assert closed.reason, closed


asyncio.run(main())
