#!/usr/bin/env python3
"""Tests of tools/verify.py: what it accepts, and what it finds in evidence that was tampered with."""

import base64
import contextlib
import hashlib
import io
import json
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: E402

import verify  # noqa: E402

ORIGIN = "test.example/log"


# A log of its own, made the slow and obvious way: nothing here is taken from the program under test.


def h(data):
    return hashlib.sha256(data).digest()


def naive_root(leaves):
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return h(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return h(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:]))


def naive_path(index, leaves):
    """RFC 6962, section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return naive_path(index, leaves[:k]) + [naive_root(leaves[k:])]
    return naive_path(index - k, leaves[k:]) + [naive_root(leaves[:k])]


def naive_edge(leaves):
    edge = []
    while leaves:
        k = 1
        while k * 2 <= len(leaves):
            k *= 2
        edge.append(naive_root(leaves[:k]))
        leaves = leaves[k:]
    return edge


class Signer:
    def __init__(self, name=ORIGIN, seed=1):
        self.name = name
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = h(name.encode() + b"\n\x01" + public)[:4]
        self.verifier = f"{name}+{self.id.hex()}+{base64.b64encode(bytes([1]) + public).decode()}"

    def note(self, size, root, origin=ORIGIN):
        text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
        signature = base64.b64encode(self.id + self.private.sign(text.encode())).decode()
        return f"{text}\n\u2014 {self.name} {signature}\n"


def seal(event):
    """Gives an event the leaf hash that its content has."""
    def line(name, value):
        return name + ("" if value is None else f" {value}") + "\n"

    data = event["dataDigest"] or h(event["data"].encode()).hex()
    personal = event["personalDigest"]
    if event["personal"] is not None:
        personal = h(base64.b64decode(event["salt"]) + event["personal"].encode()).hex()
    entry = (
        "daybook entry 1\n"
        + line("position", event["position"]) + line("recorded-at", event["recordedAt"])
        + line("stream", event["stream"]) + line("version", event["version"]) + line("id", event["id"])
        + line("type", event["type"]) + line("schema-version", event["schemaVersion"]) + line("branch", event["branch"])
        + line("actor", event["actor"]) + line("correlation-id", event["correlationId"])
        + line("causation-id", event["causationId"]) + line("data", data) + line("personal", personal)
    )
    event["leaf"] = h(b"\x00" + entry.encode()).hex()
    return entry


def make_event(position):
    event = {
        "position": position, "recordedAt": f"2026-01-01T00:00:{position % 60:02}.000000Z", "stream": f"user-{position}",
        "version": 0, "id": f"01920000-0000-7000-8000-{position:012x}", "type": "identity.user-registered",
        "schemaVersion": 1, "branch": None if position % 3 else "north", "actor": "régistrar",
        "correlationId": None, "causationId": None, "data": '{"userId": "u"}', "personal": None, "salt": None,
        "leaf": "", "dataDigest": None, "personalDigest": None,
    }
    if position % 2:
        event["personal"], event["salt"] = '{"name":"Zoë"}', base64.b64encode(bytes(16)).decode()
    if position % 5 == 4:
        event["personal"], event["salt"], event["personalDigest"] = None, None, h(b"erased").hex()
    seal(event)
    return event


def make_export(first, below, signer=None, total=None):
    """An export as a list of parsed lines."""
    signer = signer or Signer()
    events = [make_event(position) for position in range(total or below)]
    leaves = [bytes.fromhex(event["leaf"]) for event in events]
    header = {
        "format": "daybook export 1", "origin": ORIGIN, "from": first,
        "edge": [node.hex() for node in naive_edge(leaves[:first])],
    }
    end = {"checkpoint": signer.note(below, naive_root(leaves[:below])), "to": below}
    return [header] + events[first:below] + [end]


def make_bundle(index, size, signer=None):
    signer = signer or Signer()
    events = [make_event(position) for position in range(size)]
    leaves = [bytes.fromhex(event["leaf"]) for event in events]
    path = "".join(base64.b64encode(node).decode() + "\n" for node in naive_path(index, leaves))
    return {
        "format": "daybook proof 1", "event": events[index], "entry": seal(events[index]),
        "proof": f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n{signer.note(size, naive_root(leaves))}",
    }


def run(command, contents, *more, key=None, more_keys=()):
    """The exit status and what was printed."""
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "evidence")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(contents)
        arguments = [command, path, "--key", key or Signer().verifier]
        for further in more_keys:
            arguments += ["--key", further]
        for index, checkpoint in enumerate(more):
            name = os.path.join(directory, f"checkpoint-{index}")
            with open(name, "w", encoding="utf-8", newline="") as file:
                file.write(checkpoint)
            arguments += ["--checkpoint", name]
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            try:
                status = verify.main(arguments)
            except SystemExit as end:
                status = end.code
    return status, output.getvalue()


def text(lines):
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


class ExportHolds(unittest.TestCase):
    def test_every_range_of_a_log(self):
        for first in range(0, 12):
            for below in range(first + 1, 20):
                status, said = run("export", text(make_export(first, below)))
                self.assertEqual(status, 0, f"{first}..<{below}: {said}")
                self.assertIn(f"events {first} to {below - 1}", said)

    def test_checkpoints_from_before(self):
        leaves = [bytes.fromhex(make_event(position)["leaf"]) for position in range(20)]
        kept = [Signer().note(size, naive_root(leaves[:size])) for size in (20, 7, 13)]
        status, said = run("export", text(make_export(0, 20)), *kept)
        self.assertEqual(status, 0, said)

    def test_a_checkpoint_of_where_the_export_begins(self):
        leaves = [bytes.fromhex(make_event(position)["leaf"]) for position in range(20)]
        status, said = run("export", text(make_export(7, 20)), Signer().note(7, naive_root(leaves[:7])))
        self.assertEqual(status, 0, said)

    def test_a_witness_may_have_signed_as_well(self):
        lines = make_export(0, 5)
        witness = Signer("witness.example/w", seed=9).note(5, bytes(32)).split("\n\n")[1]
        lines[-1]["checkpoint"] += witness
        self.assertEqual(run("export", text(lines))[0], 0)

    def test_released_data_is_covered_by_its_digest(self):
        lines = make_export(0, 5)
        lines[3]["dataDigest"] = h(lines[3]["data"].encode()).hex()
        lines[3]["data"] = None
        self.assertEqual(run("export", text(lines))[0], 0)

    def test_withheld_text_is_covered_by_its_digest(self):
        lines = make_export(0, 5)
        lines[2]["personalDigest"] = h(base64.b64decode(lines[2]["salt"]) + lines[2]["personal"].encode()).hex()
        lines[2]["personal"] = lines[2]["salt"] = None
        self.assertEqual(run("export", text(lines))[0], 0)


class ExportDoesNotHold(unittest.TestCase):
    def hold(self, lines, **keys):
        status, said = run("export", text(lines), **keys)
        self.assertEqual(status, 0, said)

    def expect(self, lines, where, why="", *checkpoints, **keys):
        status, said = run("export", lines if isinstance(lines, str) else text(lines), *checkpoints, **keys)
        self.assertEqual(status, 3, said)
        self.assertTrue(said.startswith(f"DOES NOT HOLD: {where}"), said)
        self.assertIn(why, said)

    def test_each_member_of_an_event_changed(self):
        changes = {
            "position": 77, "recordedAt": "2026-01-01T00:00:59.999999Z", "stream": "other", "version": 5,
            "id": "01920000-0000-7000-8000-0000000000ff", "type": "rbac.role-assigned", "schemaVersion": 2,
            "branch": "south", "actor": "somebody", "correlationId": "0af7651916cd43dd8448eb211c80319c",
            "causationId": "01920000-0000-7000-8000-0000000000ff", "data": '{"userId":"u"}',
            "personal": '{"name":"Zoe"}', "salt": base64.b64encode(bytes([1]) * 16).decode(), "leaf": h(b"").hex(),
            "dataDigest": h(b"").hex(), "personalDigest": h(b"").hex(),
        }
        self.assertEqual(set(changes), set(make_event(0)))
        for name, value in changes.items():
            lines = make_export(2, 20)
            self.assertNotEqual(lines[6][name], value)
            lines[6][name] = value
            self.expect(lines, "position 7:")

    def test_each_member_of_an_event_missing_or_of_another_type(self):
        for name in make_event(0):
            lines = make_export(0, 9)
            del lines[4][name]
            self.expect(lines, "position 3:", name)
            for value in (True, 1.5, [], {}):
                lines = make_export(0, 9)
                lines[4][name] = value
                self.expect(lines, "position 3:", name)

    def test_null_and_empty_are_not_the_same(self):
        for name in ("branch", "correlationId", "causationId"):
            lines = make_export(0, 9)
            lines[2][name] = ""
            self.expect(lines, "position 1:")

    def test_a_member_that_no_hash_covers(self):
        lines = make_export(0, 9)
        lines[4]["comment"] = "checked"
        self.expect(lines, "position 3:", "no signature covers")

    def test_a_member_named_twice(self):
        lines = text(make_export(0, 9)).split("\n")
        lines[4] = '{"actor":"evil",' + lines[4][1:]
        self.expect("\n".join(lines), "position 3:", "twice")

    def test_an_edit_with_a_fitting_leaf(self):
        lines = make_export(3, 20)
        lines[8]["actor"] = "somebody"
        seal(lines[8])
        self.expect(lines, "somewhere in positions 3 to 19:")

    def test_a_checkpoint_from_before_narrows_it(self):
        leaves = [bytes.fromhex(make_event(position)["leaf"]) for position in range(20)]
        kept = [Signer().note(size, naive_root(leaves[:size])) for size in (5, 9, 15)]
        lines = make_export(0, 20)
        lines[12]["actor"] = "somebody"
        seal(lines[12])
        self.expect(lines, "somewhere in positions 9 to 14:", "trusted checkpoint", *kept)

    def test_a_tail_signed_again_with_the_stolen_key(self):
        leaves = [bytes.fromhex(make_event(position)["leaf"]) for position in range(20)]
        kept = [Signer().note(size, naive_root(leaves[:size])) for size in (9, 15)]
        lines = make_export(0, 20)
        lines[12]["actor"] = "somebody"
        seal(lines[12])
        forged = [bytes.fromhex(line["leaf"]) for line in lines[1:-1]]
        lines[-1]["checkpoint"] = Signer().note(20, naive_root(forged))
        self.assertEqual(run("export", text(lines))[0], 0, "with the key stolen only a checkpoint from before tells")
        self.expect(lines, "somewhere in positions 9 to 14:", "trusted checkpoint", *kept)

    def test_events_deleted_inserted_swapped_or_doubled(self):
        lines = make_export(0, 20)
        del lines[8]
        self.expect(lines, "position 7:", "position 7 is expected here, but 8")
        lines = make_export(0, 20)
        lines[8], lines[9] = lines[9], lines[8]
        self.expect(lines, "position 7:", "8 stands here")
        lines = make_export(0, 20)
        lines.insert(9, lines[8])
        self.expect(lines, "position 8:", "7 stands here")

    def test_a_deletion_with_everything_moved_up(self):
        lines = make_export(0, 20)
        del lines[8]
        for position, line in enumerate(lines[1:-1]):
            line["position"] = position
            seal(line)
        lines[-1]["to"] = 19
        self.expect(lines, "somewhere in positions 0 to 18:")

    def test_the_end_cut_off(self):
        lines = make_export(0, 20)
        self.expect(lines[:12], "position 11 on:", "without a checkpoint")
        self.expect(lines[:12] + lines[-1:], "position 11 on:")
        self.expect(lines[:1], "position 0 on:")
        self.expect(text(lines)[:-80], "position 20")
        self.expect("", "no position")

    def test_a_shorter_log_than_was_known(self):
        leaves = [bytes.fromhex(make_event(position)["leaf"]) for position in range(30)]
        kept = Signer().note(30, naive_root(leaves))
        self.expect(make_export(0, 20), "somewhere in positions 20 to 29:", "cut off", kept)

    def test_a_checkpoint_before_the_export_proves_nothing(self):
        leaves = [bytes.fromhex(make_event(position)["leaf"]) for position in range(30)]
        self.expect(make_export(10, 20), "position 10:", "ends before", Signer().note(4, naive_root(leaves[:4])))

    def test_a_wrong_edge(self):
        lines = make_export(7, 20)
        lines[0]["edge"][1] = h(b"").hex()
        self.expect(lines, "somewhere in positions 7 to 19:")
        for edge in ([], lines[0]["edge"][:2], ["zz"], [1, 2, 3], "x"):
            lines = make_export(7, 20)
            lines[0]["edge"] = edge
            self.expect(lines, "no position")

    def test_a_bad_header(self):
        for change in ({"format": "daybook export 2"}, {"from": -1}, {"from": True}, {"more": 1}, {"origin": None}):
            lines = make_export(0, 5)
            lines[0].update(change)
            self.expect(lines, "no position")
        for name in ("format", "origin"):
            lines = make_export(0, 5)
            lines[0][name] = "\ud800"
            self.expect("".join(json.dumps(line) + "\n" for line in lines), "no position", "Unicode")
        lines = make_export(0, 5)
        lines[0]["origin"] = "other.example/log"
        self.expect(lines, "somewhere in positions 0 to 4:", "of the log")

    def test_a_foreign_or_broken_signature(self):
        foreign = Signer(seed=2)
        lines = make_export(0, 5, signer=foreign)
        self.expect(lines, "somewhere in positions 0 to 4:", "signed by " + f"{ORIGIN}+{foreign.id.hex()}")
        lines = make_export(0, 5)
        note = lines[-1]["checkpoint"]
        for broken in (
            note.replace("\n5\n", "\n6\n"), note[:-6] + "AAAA=\n", note.split("\n\n")[0] + "\n\n", note[:-1], "",
            note.replace("\u2014", "-"), note.replace("\n5\n", "\n05\n"), note.replace(ORIGIN + "\n5", "x\n5"),
        ):
            lines[-1]["checkpoint"] = broken
            self.expect(lines, "somewhere in positions 0 to 4:", "not covered by a signature")

    def test_a_bad_signature_of_a_known_key_beside_a_good_one(self):
        successor, stranger = Signer(seed=2), Signer(seed=3)
        witness = Signer(name="witness.example", seed=4)
        lines = make_export(0, 5)
        note = lines[-1]["checkpoint"]

        def signature(signer, good):
            text = note.split("\n\n")[0] + "\n" if good else "something else\n"
            encoded = base64.b64encode(signer.id + signer.private.sign(text.encode())).decode()
            return f"\u2014 {signer.name} {encoded}\n"

        text, own = note.split("\n\n")
        keys = (successor.verifier, witness.verifier)
        for signer in (Signer(), successor, witness):
            for signatures in (own + signature(signer, False), signature(signer, False) + own):
                lines[-1]["checkpoint"] = f"{text}\n\n{signatures}"
                self.expect(lines, "somewhere in positions 0 to 4:", "is bad", more_keys=keys)
        for further in (signature(successor, True), signature(witness, True), signature(stranger, False)):
            for signatures in (own + further, further + own):
                lines[-1]["checkpoint"] = f"{text}\n\n{signatures}"
                self.hold(lines, more_keys=keys)

    def test_a_key_of_the_right_name_with_another_id_is_not_taken_for_the_logs(self):
        self.expect(make_export(0, 5), "somewhere", "trusted are", key=Signer(seed=3).verifier)

    def test_a_checkpoint_of_another_size_or_log(self):
        lines = make_export(0, 5)
        lines[-1]["checkpoint"] = make_export(0, 4)[-1]["checkpoint"]
        self.expect(lines, "somewhere in positions 0 to 4:", "its checkpoint is of 4")

    def test_a_checkpoint_with_text_that_is_not_unicode(self):
        lines = make_export(0, 5)
        lines[-1]["checkpoint"] = lines[-1]["checkpoint"].replace(ORIGIN, "\ud800")
        self.expect("".join(json.dumps(line) + "\n" for line in lines), "position 5:", "Unicode")

    def test_numbers_longer_than_any_of_a_log(self):
        for digits in ("1" * 5_000, "9" * 4_300, "9" * 20):
            lines = make_export(0, 5)
            lines[-1]["checkpoint"] = lines[-1]["checkpoint"].replace("\n5\n", f"\n{digits}\n")
            self.expect(lines, "somewhere in positions 0 to 4:", "origin, size and root hash")
            self.expect(make_export(0, 5), "no position", "size and root hash", lines[-1]["checkpoint"])
            header, rest = text(make_export(0, 5)).split("\n", 1)
            for sign in ("", "-"):
                long = header.replace('"from": 0', f'"from": {sign}{digits}')
                self.assertNotEqual(long, header)
                self.expect(f"{long}\n{rest}", "no position", "digits")
            long = rest.replace('"to": 5', f'"to": {digits}')
            self.assertNotEqual(long, rest)
            self.expect(f"{header}\n{long}", "position 5:", "digits")
            long = rest.replace('"version": 0', f'"version": {digits}', 1)
            self.expect(f"{header}\n{long}", "position 0:", "digits")

    def test_what_follows_the_checkpoint(self):
        lines = make_export(0, 5)
        self.expect(lines + [make_event(5)], "somewhere", "something follows")

    def test_a_trusted_checkpoint_that_nobody_signed(self):
        self.expect(make_export(0, 5), "no position", "checkpoint-0", Signer(seed=5).note(3, bytes(32)))
        self.expect(make_export(0, 5), "no position", "checkpoint-0", "nonsense")

    def test_time_that_goes_back(self):
        lines = make_export(0, 9)
        lines[5]["recordedAt"] = "2025-01-01T00:00:00.000000Z"
        seal(lines[5])
        self.expect(lines, "position 4:", "before the event in front")

    def test_documents_and_digests_that_contradict_each_other(self):
        for change, why in [
            ({"salt": None}, "without a salt"), ({"personal": None}, "salt alone"), ({"data": None}, "neither data"),
            ({"personalDigest": h(b"").hex()}, "a digest in its place"), ({"salt": "!"}, "base64"),
            ({"data": None, "dataDigest": "zz"}, "hexadecimal"), ({"actor": "\ud800"}, "Unicode"),
        ]:
            lines = make_export(0, 9)
            lines[2].update(change)
            contents = "".join(json.dumps(line) + "\n" for line in lines)
            self.expect(contents, "position 1:", why)


class Proofs(unittest.TestCase):
    def test_every_proof_of_small_logs_holds(self):
        for size in range(1, 18):
            for index in range(size):
                status, said = run("proof", json.dumps(make_bundle(index, size)))
                self.assertEqual(status, 0, f"{index} of {size}: {said}")

    def expect(self, bundle, where, why=""):
        status, said = run("proof", bundle if isinstance(bundle, str) else json.dumps(bundle))
        self.assertEqual(status, 3, said)
        self.assertTrue(said.startswith(f"DOES NOT HOLD: {where}"), said)
        self.assertIn(why, said)

    def test_a_changed_event(self):
        for name in ("actor", "stream", "type", "data", "recordedAt"):
            bundle = make_bundle(4, 9)
            bundle["event"][name] += " "
            self.expect(bundle, "the event", "not what was recorded")

    def test_a_changed_event_with_its_entry_and_leaf(self):
        bundle = make_bundle(4, 9)
        bundle["event"]["actor"] = "somebody"
        bundle["entry"] = seal(bundle["event"])
        self.expect(bundle, "position 4:", "does not lead")

    def test_an_entry_that_says_something_else(self):
        bundle = make_bundle(4, 9)
        bundle["entry"] = bundle["entry"].replace("north", "south").replace("user-4", "user-5")
        self.expect(bundle, "position 4:", "entry")

    def test_another_events_proof(self):
        bundle = make_bundle(4, 9)
        bundle["proof"] = make_bundle(5, 9)["proof"]
        self.expect(bundle, "position 4:", "of position 5")
        bundle["proof"] = bundle["proof"].replace("index 5", "index 4")
        self.expect(bundle, "position 4:", "does not lead")

    def test_a_proof_with_more_or_fewer_hashes(self):
        bundle = make_bundle(4, 9)
        lines = bundle["proof"].split("\n")
        for changed in (lines[:2] + lines[3:], lines[:3] + lines[2:], lines[:2] + ["AAAA"] + lines[3:]):
            bundle["proof"] = "\n".join(changed)
            self.expect(bundle, "position 4:")

    def test_a_checkpoint_that_was_not_signed_by_the_log(self):
        self.expect(make_bundle(4, 9, signer=Signer(seed=2)), "position 4:", "trusted are")
        bundle = make_bundle(4, 9)
        bundle["proof"] = bundle["proof"].replace("\n9\n", "\n10\n")
        self.expect(bundle, "position 4:", "bad")

    def test_what_cannot_be_read(self):
        self.expect("", "the event", "not JSON")
        self.expect("[]", "the event")
        self.expect("[" * 100_000, "the event")
        for change in ({"format": "x"}, {"more": 1}, {"proof": ""}, {"proof": "c2sp.org/tlog-proof@v1\n\n"}):
            bundle = make_bundle(4, 9)
            bundle.update(change)
            self.expect(bundle, "")

    def test_text_that_is_not_unicode(self):
        for name in ("format", "entry", "proof"):
            bundle = make_bundle(4, 9)
            bundle[name] += "\ud800"
            self.expect(bundle, "the event", "Unicode")

    def test_numbers_longer_than_any_of_a_log(self):
        for digits in ("1" * 5_000, "9" * 20):
            bundle = make_bundle(4, 9)
            bundle["proof"] = bundle["proof"].replace("index 4", f"index {digits}")
            self.expect(bundle, "position 4:", "no index")
            bundle = make_bundle(4, 9)
            bundle["proof"] = bundle["proof"].replace("\n9\n", f"\n{digits}\n")
            self.expect(bundle, "position 4:", "origin, size and root hash")


class WorkedExample(unittest.TestCase):
    """The example of docs/log-format.md is a real log, and the page says of it what is so."""

    HERE = os.path.dirname(os.path.abspath(__file__))

    def read(self, name):
        with open(os.path.join(self.HERE, name), encoding="utf-8", newline="") as file:
            return file.read()

    def test_it_holds(self):
        key = self.read("sample-key.txt").strip()
        self.assertEqual(run("export", self.read("sample-export.jsonl"), key=key)[0], 0)
        self.assertEqual(run("proof", self.read("sample-proof.json"), key=key)[0], 0)

    def test_its_first_event_brings_its_key(self):
        event = json.loads(self.read("sample-export.jsonl").splitlines()[1])
        data = json.loads(event["data"])
        bare = base64.b64decode(data["publicKey"])
        self.assertEqual(len(bare), 32)
        full = base64.b64encode(b"\x01" + bare).decode()
        self.assertEqual(f"{data['keyName']}+{data['keyId']}+{full}", self.read("sample-key.txt").strip())

    def test_the_page_shows_its_bytes(self):
        page = self.read("../../docs/log-format.md")
        lines = self.read("sample-export.jsonl").splitlines()
        bundle = json.loads(self.read("sample-proof.json"))
        events = [json.loads(line) for line in lines[1:-1]]
        leaves = [bytes.fromhex(event["leaf"]) for event in events]
        entry = bundle["entry"].encode()
        dump = "".join(entry.hex()[start:start + 64] + "\n" for start in range(0, len(entry.hex()), 64))
        shown = [
            bundle["entry"], dump, f"{len(entry)} bytes", bundle["proof"], json.loads(lines[-1])["checkpoint"],
            lines[0], lines[-1], self.read("sample-key.txt"), events[1]["data"], events[1]["personal"],
            base64.b64decode(events[1]["salt"]).hex(), naive_root(leaves).hex(), naive_root(leaves[:2]).hex(),
        ] + [leaf.hex() for leaf in leaves]
        for text_shown in shown:
            self.assertIn(text_shown, page)


class Usage(unittest.TestCase):
    def test_wrong_usage_is_told_apart(self):
        good = text(make_export(0, 3))
        self.assertEqual(run("export", good, key="nonsense")[0], 2)
        mistyped = Signer().verifier[:-3] + "A="
        self.assertEqual(run("export", good, key=mistyped)[0], 2)
        renamed = Signer().verifier.replace("test.", "best.")
        status, said = run("export", good, key=renamed)
        self.assertEqual(status, 2)
        self.assertIn("not copied whole", said)
        self.assertEqual(run("import", good)[0], 2)
        with contextlib.redirect_stderr(io.StringIO()):
            for arguments in ([], ["export"], ["export", "/nowhere", "--key", Signer().verifier], ["proof", "x"]):
                with self.assertRaises(SystemExit) as end:
                    verify.main(arguments)
                self.assertEqual(end.exception.code, 2)

    def test_bytes_that_are_no_text(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"\xff\xfe")
            file.flush()
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                self.assertEqual(verify.main(["export", file.name, "--key", Signer().verifier]), 3)


if __name__ == "__main__":
    unittest.main()
