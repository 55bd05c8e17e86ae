"""Hears of notifications on a connection that is cut off again and again, and comes back each time with where it was.
Writes the titles that it heard, in the order in which it heard them, one a line; and how often it was cut off.

usage: wander.py ADDRESS TOKEN COUNT [ADDRESS of another replica]...
"""
import asyncio
import json
import random
import sys

import websockets

token, count = sys.argv[2], int(sys.argv[3])
addresses = [sys.argv[1]] + sys.argv[4:]
titles, cuts, place = [], 0, 0


async def listen(ws):
    global place
    while len(titles) < count:
        message = json.loads(await ws.recv())
        assert message["type"] == "notifications", message
        assert message["next"] >= place, (message, place)
        place = message["next"]
        titles.extend(item["title"] for item in message["items"])


async def main():
    global cuts
    while len(titles) < count:
        ws = await websockets.connect(
            f"{random.choice(addresses)}?after={place}",
            extra_headers={"Authorization": f"Bearer {token}"},
            subprotocols=["daybook.notifications.v1"],
        )
        # Without a word, at any moment.
        try:
            await asyncio.wait_for(listen(ws), random.uniform(0.002, 0.12))
        except asyncio.TimeoutError:
            cuts += 1
        ws.transport.abort()
    print("\n".join(titles))
    print(f"cut {cuts}")


asyncio.run(asyncio.wait_for(main(), 100))
