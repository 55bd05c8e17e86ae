"""Opens the WebSocket of the console by the package websockets, as a browser with a cookie does: what comes is a line on standard
output, and so is the end; lines of standard input are sent.

usage: live.py ADDRESS COOKIE ORIGIN [TOKEN]       an empty cookie or origin is left out; a token goes beside the cookie
"""
import asyncio
import os
import sys

import websockets

address, cookie, origin = sys.argv[1:4]
headers = {"Cookie": cookie} if cookie else {}
if len(sys.argv) > 4:
    headers["Authorization"] = f"Bearer {sys.argv[4]}"


def say(line):
    print(line, flush=True)


async def speak(ws):
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        await ws.send(line.rstrip("\n"))


async def main():
    try:
        async with websockets.connect(address, extra_headers=headers, origin=origin or None,
                                      subprotocols=["daybook.notifications.v1"]) as ws:
            say("open")
            speaking = asyncio.create_task(speak(ws))
            try:
                while True:
                    say(await ws.recv())
            except websockets.ConnectionClosed as closed:
                say(f"closed {closed.code} {closed.reason}")
            speaking.cancel()
    except websockets.InvalidStatusCode as refused:
        say(f"refused {refused.status_code}")
    # The thread that reads standard input is not waited for.
    os._exit(0)


asyncio.run(main())
