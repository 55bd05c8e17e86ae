"""Lets a page of Chromium, without a window, run JavaScript: what it says by console.log is a line on standard output, and
lines of standard input are run as well.

usage: run_in_page.py PROFILE PAGE SCRIPT
"""
import asyncio
import itertools
import json
import sys

import websockets

import chromium

profile, page, script = sys.argv[1:4]


async def main(address):
    numbers = itertools.count(1)
    answers, loaded = {}, asyncio.Event()
    async with websockets.connect(chromium.target(address), max_size=None) as tab:

        async def ask(method, **parameters):
            number = next(numbers)
            answers[number] = asyncio.get_running_loop().create_future()
            await tab.send(json.dumps({"id": number, "method": method, "params": parameters}))
            return await answers[number]

        async def run(text):
            answer = await ask("Runtime.evaluate", expression=text, awaitPromise=False)
            if details := answer.get("result", {}).get("exceptionDetails"):
                print("error", json.dumps(details), flush=True)

        async def listen():
            async for message in tab:
                message = json.loads(message)
                if "id" in message:
                    answers.pop(message["id"]).set_result(message)
                elif message["method"] == "Page.loadEventFired":
                    loaded.set()
                elif message["method"] == "Runtime.consoleAPICalled":
                    print(*(part.get("value", "") for part in message["params"]["args"]), flush=True)

        listening = asyncio.create_task(listen())
        await ask("Page.enable")
        # Pages of the API forbid scripts to connect; the script is the browser's, not theirs.
        await ask("Page.setBypassCSP", enabled=True)
        await ask("Page.navigate", url=page)
        await loaded.wait()
        await ask("Runtime.enable")
        await run(script)
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            await run(line)
        listening.cancel()


browser, address = chromium.start(profile)
try:
    asyncio.run(main(address))
finally:
    browser.kill()
    browser.wait()
