"""Opens the WebSocket of an inbox by the package websockets: what comes is a line on standard output, and so is the end;
lines of standard input are sent.

usage: inbox.py ADDRESS TOKEN [header | subprotocol | message]
"""
import asyncio
import base64
import os
import sys

import websockets

address, token = sys.argv[1:3]
way = sys.argv[3] if len(sys.argv) > 3 else "header"
headers, subprotocols = {}, ["daybook.notifications.v1"]
if way == "header":
    headers["Authorization"] = f"Bearer {token}"
elif way == "subprotocol":
    subprotocols.append("daybook.bearer." + base64.urlsafe_b64encode(token.encode()).decode().rstrip("="))
else:
    subprotocols.append("daybook.bearer")


def say(line):
    print(line, flush=True)


async def speak(ws):
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        line = line.rstrip("\n")
        await ws.send(line.encode() if line == "binary" else line)


async def main():
    try:
        async with websockets.connect(address, extra_headers=headers, subprotocols=subprotocols) as ws:
            assert ws.subprotocol == "daybook.notifications.v1", ws.subprotocol
            say("open")
            if way == "message":
                await ws.send('{"authorization": "Bearer %s"}' % token)
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
