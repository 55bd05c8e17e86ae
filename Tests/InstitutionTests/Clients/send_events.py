"""Sends events in the three modes of CloudEvents over HTTP, and says what was answered, a line each.

usage: send_events.py PORT TOKEN

Uses the CloudEvents SDK (PyPI: cloudevents 1.x) where it is installed; else it writes the bytes of the standard itself.
"""

import json
import sys
import urllib.error
import urllib.request
import uuid
import warnings

warnings.simplefilter("ignore")
try:
    from cloudevents.conversion import to_binary, to_structured
    from cloudevents.http import CloudEvent

    CLIENT = "sdk"

    def make(attributes, data):
        return CloudEvent(attributes, data)

    def structured(event):
        headers, body = to_structured(event)
        return headers, bytes(body)

    def binary(event):
        headers, body = to_binary(event)
        headers = dict(headers)
        # The SDK leaves the type of the data to the caller.
        headers.setdefault("content-type", "application/json")
        return headers, body if isinstance(body, bytes) else json.dumps(body).encode()

except ImportError:
    CLIENT = "by hand"

    def make(attributes, data):
        return {"specversion": "1.0", **attributes, "data": data}

    def structured(event):
        return {"content-type": "application/cloudevents+json; charset=utf-8"}, json.dumps(event).encode()

    def binary(event):
        headers = {"content-type": "application/json"}
        headers.update({"ce-" + name: value for name, value in event.items() if name != "data"})
        return headers, json.dumps(event["data"]).encode()


port, token = sys.argv[1:3]


def send(headers, body):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/events", data=body, headers={**headers, "Authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def mark(student="north-1", status="present", day="2026-01-12"):
    attributes = {
        "type": "institution.attendance-marked",
        "source": "https://python.example/kiosk",
        "id": str(uuid.uuid4()),
        "time": "2026-01-12T08:15:00.123456+00:00",
        "branch": "north",
    }
    data = {"studentId": student, "courseId": "maths-north", "date": day, "status": status, "note": "übermüdet"}
    return make(attributes, data)


def pointer(problem):
    return problem["errors"][0]["pointer"]


print("client", CLIENT)
event = mark()
status, first = send(*structured(event))
print("structured", status)
status, second = send(*structured(event))
print("structured again", status, "same" if first == second else "different")
status, _ = send(*binary(mark("north-2", "late")))
print("binary", status)


def batch(events):
    body = b"[" + b",".join(structured(event)[1] for event in events) + b"]"
    return send({"content-type": "application/cloudevents-batch+json"}, body)


status, answer = batch([mark(day=f"2026-01-1{number}") for number in range(3, 6)])
print("batch", status, "recorded", answer["recorded"])
status, answer = batch([mark(day="2026-01-16"), mark(status="asleep")])
items = answer["items"]
print("batch with a mistake", status, items[0]["status"], items[1]["status"], pointer(items[1]["problem"]))
status, problem = send(*binary(mark("north-77")))
print("unknown student", status, pointer(problem))
