"""A WebSocket of notifications as a conversation of lines, by the package websockets: what comes is a line on standard output, and
so is the end; lines of standard input are sent."""
import asyncio
import os
import sys

import websockets


def say(line):
    print(line, flush=True)


async def speak(ws):
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        line = line.rstrip("\n")
        await ws.send(line.encode() if line == "binary" else line)


async def converse(address, headers, subprotocols, origin, first):
    try:
        async with websockets.connect(address, extra_headers=headers, origin=origin, subprotocols=subprotocols) as ws:
            assert ws.subprotocol == "daybook.notifications.v1", ws.subprotocol
            say("open")
            if first:
                await ws.send(first)
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


def hold(address, headers, subprotocols=("daybook.notifications.v1",), origin=None, first=None):
    """Holds one until it is closed, and ends the program with it.

    An origin of None is not sent; `first` is sent once it is open.
    """
    asyncio.run(converse(address, headers, list(subprotocols), origin, first))
