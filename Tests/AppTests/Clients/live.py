"""Opens the WebSocket of the console as a browser with a cookie does, and holds a conversation.

usage: live.py ADDRESS COOKIE ORIGIN [TOKEN]       an empty cookie or origin is left out; a token goes beside the cookie
"""
import sys

from conversation import hold

address, cookie, origin = sys.argv[1:4]
headers = {"Cookie": cookie} if cookie else {}
if len(sys.argv) > 4:
    headers["Authorization"] = f"Bearer {sys.argv[4]}"
hold(address, headers, origin=origin or None)
