"""A policy enforcement point that knows OpenID AuthZEN 1.0 and nothing of Daybook: it sends the requests that the standard
shows as examples, checks the form of each answer by the standard's own words, and says what was answered, a line each.

usage: authzen_client.py PORT TOKEN
"""

import http.client
import json
import sys

port, token = int(sys.argv[1]), sys.argv[2]
ALICE = {"type": "user", "id": "alice@example.com"}
READ = {"name": "can_read"}
TIME = {"time": "2024-05-31T15:22-07:00"}


def exchange(method, path, body=None, headers=None):
    """One request over a connection of its own; checks what holds for every answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    fields = {"X-Request-ID": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716", **(headers or {})}
    if body is not None:
        fields.setdefault("Content-Type", "application/json")
        fields.setdefault("Authorization", f"Bearer {token}")
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, path, body, fields)
    response = connection.getresponse()
    text = response.read()
    sent = fields["X-Request-ID"]
    assert response.headers["X-Request-ID"] == (sent if isinstance(sent, str) else sent.decode("latin-1")), response.headers
    answer = json.loads(text)
    assert isinstance(answer, dict), answer
    if response.status == 200:
        assert response.headers["Content-Type"] == "application/json", response.headers
    connection.close()
    return response.status, answer


# Metadata tells where everything is.
status, metadata = exchange("GET", "/.well-known/authzen-configuration")
assert status == 200
identifier = metadata["policy_decision_point"]
assert identifier == f"https://127.0.0.1:{port}", identifier
assert all(isinstance(value, str) and value.startswith(identifier) for value in metadata.values()), metadata
print("metadata", len(metadata))


def post(parameter, body, headers=None):
    return exchange("POST", metadata[parameter][len(identifier) :], body, headers)


def decision(answer):
    assert isinstance(answer["decision"], bool), answer
    assert isinstance(answer.get("context", {}), dict), answer
    return answer["decision"]


def document(name):
    return {"type": "document", "id": name}


NAMES = ["boxcarring.md", "subject-search.md", "resource-search.md"]

# Section 6.1 and the example of the binding.
status, answer = post(
    "access_evaluation_endpoint",
    {
        "subject": ALICE,
        "resource": {"type": "account", "id": "123"},
        "action": {"name": "can_read", "properties": {"method": "GET"}},
        "context": {"time": "1985-10-26T01:22-07:00"},
    },
)
print("evaluation", status, decision(answer))
status, answer = post(
    "access_evaluation_endpoint", {"subject": ALICE, "resource": {"type": "todo", "id": "1"}, "action": READ}
)
print("another evaluation", status, decision(answer))


# Section 7.1: without defaults, with defaults, with one of them overridden.
def several(label, body):
    status, answer = post("access_evaluations_endpoint", body)
    assert "decision" not in answer, answer
    print(label, status, *(decision(item) for item in answer["evaluations"]))


several(
    "no defaults",
    {
        "evaluations": [
            {"subject": ALICE, "action": READ, "resource": document(name), "context": TIME} for name in NAMES
        ]
    },
)
several(
    "defaults",
    {
        "subject": ALICE,
        "context": TIME,
        "evaluations": [{"action": READ, "resource": document(name)} for name in NAMES],
    },
)
several(
    "one overridden",
    {
        "subject": ALICE,
        "context": TIME,
        "action": READ,
        "evaluations": [
            {"resource": document(NAMES[0])},
            {"resource": document(NAMES[1])},
            {"action": {"name": "can_edit"}, "resource": document(NAMES[2])},
        ],
    },
)
several(
    "options",
    {
        "evaluations": [{"resource": {"type": "doc", "id": "1"}, "subject": {"type": "doc", "id": "2"}}],
        "options": {"evaluations_semantic": "execute_all", "another_option": "value"},
    },
)
for semantic in ["execute_all", "deny_on_first_deny", "permit_on_first_permit"]:
    several(
        semantic,
        {
            "subject": ALICE,
            "action": {"name": "read"},
            "options": {"evaluations_semantic": semantic},
            "evaluations": [{"resource": document(str(number))} for number in range(1, 4)],
        },
    )


# Section 8: each kind of search, and a search page by page.
def search(label, parameter, body, form):
    status, answer = post(parameter, body)
    assert list(answer)[0] == "page", answer
    assert isinstance(answer["page"]["next_token"], str), answer
    for result in answer["results"]:
        assert all(isinstance(result[name], str) for name in form), result
    print(label, status, *("/".join(result[name] for name in form) for result in answer["results"]))
    return answer


account = {"type": "account", "id": "123"}
search(
    "subjects",
    "search_subject_endpoint",
    {"subject": {"type": "user"}, "action": READ, "resource": account, "context": {"time": "2024-10-26T01:22-07:00"}},
    ["type", "id"],
)
search(
    "resources",
    "search_resource_endpoint",
    {"subject": ALICE, "action": READ, "resource": {"type": "account"}},
    ["type", "id"],
)
search(
    "actions",
    "search_action_endpoint",
    {"subject": ALICE, "resource": account, "context": {"time": "2024-10-26T01:22-07:00"}},
    ["name"],
)
paged = {"subject": {"type": "user"}, "action": READ, "resource": account, "page": {"limit": 2}}
answer = search("first page", "search_subject_endpoint", paged, ["id"])
assert answer["page"]["next_token"] and answer["page"]["count"] == 2, answer
# As in the standard's example, the next request has the token alone.
paged["page"] = {"token": answer["page"]["next_token"]}
answer = search("last page", "search_subject_endpoint", paged, ["id"])
assert answer["page"] == {"next_token": "", "count": len(answer["results"])}, answer

# Section 10.1.2: errors are an HTTP status, and have a message.
valid = {"subject": ALICE, "action": READ, "resource": account}
for label, body, headers in [
    ("missing", {"action": READ, "resource": account}, {}),
    ("not json", b"{", {}),
    ("empty", b"", {}),
    ("not utf-8", b'{"subject":"\xff"}', {}),
    ("other format", valid, {"Content-Type": "text/plain"}),
    ("no token", valid, {"Authorization": ""}),
    ("identified by any bytes", valid, {"X-Request-ID": "gr\u00fc\u00dfe; \u732b".encode()}),
    ("identified at length", valid, {"X-Request-ID": "x" * 4000}),
]:
    status, answer = post("access_evaluation_endpoint", body, headers)
    assert status == 200 or answer["detail"], answer
    print(label, status)
