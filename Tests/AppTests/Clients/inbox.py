"""Opens the WebSocket of an inbox as a program with a token does, and holds a conversation.

usage: inbox.py ADDRESS TOKEN [header | subprotocol | message]
"""
import base64
import sys

from conversation import hold

address, token = sys.argv[1:3]
way = sys.argv[3] if len(sys.argv) > 3 else "header"
headers, subprotocols, first = {}, ["daybook.notifications.v1"], None
if way == "header":
    headers["Authorization"] = f"Bearer {token}"
elif way == "subprotocol":
    subprotocols.append("daybook.bearer." + base64.urlsafe_b64encode(token.encode()).decode().rstrip("="))
else:
    subprotocols.append("daybook.bearer")
    first = '{"authorization": "Bearer %s"}' % token
hold(address, headers, subprotocols, first=first)
