"""Chromium without a window, for the programs beside this one."""
import ctypes
import json
import signal
import subprocess
import urllib.request


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def start(profile, *flags):
    """The process, and the address by which it is told what to do. Ends with this program, however that ends."""
    # No sandbox, since tests may run as root, where there is none; the pages are those of the test.
    # What is tampered with counts as from elsewhere, from where a page may not reach this machine.
    command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
               "--disable-features=LocalNetworkAccessChecks", "--remote-debugging-port=0", "--remote-allow-origins=*",
               f"--user-data-dir={profile}", *flags, "about:blank"]
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
