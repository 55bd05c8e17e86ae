"""Lets a page of Chromium, without a window, run JavaScript: what it says by console.log is a line on standard output, and
lines of standard input are run as well.

usage: browser.py PROFILE PAGE SCRIPT
"""
import asyncio
import ctypes
import itertools
import json
import signal
import subprocess
import sys
import urllib.request

import websockets

profile, page, script = sys.argv[1:4]


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def start():
    # No sandbox, since tests may run as root, where there is none; the pages are those of the test.
    command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
               "--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={profile}", "about:blank"]
    browser = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=end_with_parent)
    for line in browser.stderr:
        if line.startswith("DevTools listening on "):
            return browser, line.split()[-1]
    raise SystemExit("chromium did not start")


def target(address):
    """The address of the first tab."""
    base = "http://" + address.split("/")[2]
    pages = json.load(urllib.request.urlopen(base + "/json/list"))
    return next(entry["webSocketDebuggerUrl"] for entry in pages if entry["type"] == "page")


async def main(address):
    numbers = itertools.count(1)
    answers, loaded = {}, asyncio.Event()
    async with websockets.connect(target(address), max_size=None) as tab:

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


browser, address = start()
try:
    asyncio.run(main(address))
finally:
    browser.kill()
    browser.wait()
