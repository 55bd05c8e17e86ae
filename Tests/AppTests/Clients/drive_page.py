"""Drives a page of Chromium, without a window: a line of JSON on standard input is a command, and its answer a line of JSON on
standard output. What the browser has to complain of is a line that begins with "complaint".

usage: drive_page.py PROFILE [FLAG OF CHROMIUM ...]

  {"go": URL}                    opens a page and waits until it is loaded
  {"run": SCRIPT}                the value of a script, awaited
  {"file": NAME}                 the value of a script that is in a file, awaited
  {"key": NAME}                  a key, pressed and let go: Tab, Enter
  {"walk": [SCRIPT, MOST]}       presses Tab until a script gives null, but so many times at most, and gives what it gave
  {"type": TEXT}                 text, as by keyboard
  {"before": SCRIPT}             from now on runs in each page before its own scripts
  {"tamper": [PART, FROM, TO]}   from now on answers to addresses with PART have TO in place of FROM
  {"look": {…}}                  width, height, isDark; and for a picture a file, and isWhole
"""
import asyncio
import base64
import itertools
import json
import sys

import websockets

import chromium

KEYS = {"Tab": (9, None), "Enter": (13, "\r")}


def say(value):
    print(json.dumps(value), flush=True)


class Tab:
    def __init__(self, socket):
        self.socket, self.numbers, self.answers = socket, itertools.count(1), {}
        self.loaded, self.changes = asyncio.Event(), []

    async def ask(self, method, **parameters):
        number = next(self.numbers)
        self.answers[number] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        answer = await self.answers[number]
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    async def listen(self):
        async for message in self.socket:
            message = json.loads(message)
            if "id" in message:
                self.answers.pop(message["id"]).set_result(message)
                continue
            what = message["params"]
            match message["method"]:
                case "Page.loadEventFired":
                    self.loaded.set()
                case "Runtime.consoleAPICalled" if what["type"] in ("error", "warning"):
                    print("complaint", json.dumps(what["args"]), flush=True)
                case "Runtime.exceptionThrown":
                    print("complaint", json.dumps(what["exceptionDetails"]), flush=True)
                case "Log.entryAdded" if what["entry"]["level"] in ("error", "warning"):
                    print("complaint", json.dumps(what["entry"]), flush=True)
                case "Fetch.requestPaused":
                    asyncio.create_task(self.pass_on(what))

    async def pass_on(self, paused):
        number = paused["requestId"]
        changes = [change for change in self.changes if change[0] in paused["request"]["url"]]
        if not changes or paused.get("responseStatusCode") != 200:
            await self.ask("Fetch.continueRequest", requestId=number)
            return
        body = await self.ask("Fetch.getResponseBody", requestId=number)
        text = base64.b64decode(body["body"]).decode() if body["base64Encoded"] else body["body"]
        for _, old, new in changes:
            text = text.replace(old, new)
        headers = [each for each in paused["responseHeaders"] if each["name"].lower() != "content-length"]
        await self.ask("Fetch.fulfillRequest", requestId=number, responseCode=200, responseHeaders=headers,
                       body=base64.b64encode(text.encode()).decode())

    async def do(self, command):
        if "go" in command:
            self.loaded.clear()
            await self.ask("Page.navigate", url=command["go"])
            await self.loaded.wait()
            return await self.value("location.pathname")
        if "run" in command:
            return await self.value(command["run"])
        if "file" in command:
            with open(command["file"]) as file:
                return await self.value(file.read() + "\n; true")
        if "key" in command:
            return await self.press(command["key"])
        if "walk" in command:
            script, most = command["walk"]
            stops = []
            while len(stops) < most:
                await self.press("Tab")
                if (stop := await self.value(script)) is None:
                    break
                stops.append(stop)
            return stops
        if "type" in command:
            await self.ask("Input.insertText", text=command["type"])
            return True
        if "before" in command:
            await self.ask("Page.addScriptToEvaluateOnNewDocument", source=command["before"])
            return True
        if "tamper" in command:
            self.changes.append(command["tamper"])
            await self.ask("Fetch.enable", patterns=[{"urlPattern": "*", "requestStage": "Response"}])
            return True
        return await self.look(command["look"])

    async def press(self, name):
        code, text = KEYS[name]
        key = {"key": name, "code": name, "windowsVirtualKeyCode": code}
        await self.ask("Input.dispatchKeyEvent", type="keyDown", **key, **({"text": text} if text else {}))
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **key)
        return True

    async def value(self, script):
        answer = await self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if details := answer.get("exceptionDetails"):
            raise RuntimeError(json.dumps(details))
        return answer["result"].get("value")

    async def look(self, how):
        await self.ask("Emulation.setDeviceMetricsOverride", width=how["width"], height=how["height"],
                       deviceScaleFactor=1, mobile=False)
        scheme = "dark" if how.get("isDark") else "light"
        await self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        if "file" not in how:
            return True
        picture = await self.ask("Page.captureScreenshot", captureBeyondViewport=how.get("isWhole", False))
        with open(how["file"], "wb") as file:
            file.write(base64.b64decode(picture["data"]))
        return True


async def main(address):
    async with websockets.connect(chromium.target(address), max_size=None) as socket:
        tab = Tab(socket)
        listening = asyncio.create_task(tab.listen())
        for domain in ("Page", "Runtime", "Log"):
            await tab.ask(f"{domain}.enable")
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            try:
                say({"value": await tab.do(json.loads(line))})
            except Exception as error:  # the test is to hear of whatever it is
                say({"error": str(error)})
        listening.cancel()


browser, address = chromium.start(*sys.argv[1:])
try:
    asyncio.run(main(address))
finally:
    browser.kill()
    browser.wait()
