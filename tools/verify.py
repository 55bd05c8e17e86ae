#!/usr/bin/env python3
"""Verifies what a Daybook log gave out, without Daybook: an exported range, or the proof of one event.

    verify.py export FILE  --key NAME+ID+BASE64 [--key ...] [--checkpoint FILE ...]
    verify.py proof BUNDLE --key NAME+ID+BASE64 [--key ...]

This program shares no code with Daybook. It follows docs/log-format.md and the public standards named there: RFC 6962
(hashes and trees), C2SP signed-note, tlog-checkpoint and tlog-proof (https://c2sp.org), Ed25519 (RFC 8032). It needs
Python 3.9 or later and the package `cryptography`, and no network.

What has to be known beforehand is the log's verifier key, got from somewhere other than the server: printed on paper,
published, in an earlier report. If the key was rotated, give each key that signed a checkpoint handed in here. A
checkpoint from before (`--checkpoint`, may be repeated) shows that the log still begins as it did then.

Exit status: 0 it holds; 3 it does not hold, and the first bad position and the reason are printed; 2 wrong usage.
"""

import argparse
import base64
import hashlib
import json
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.stderr.write("verify.py needs the Python package `cryptography`: pip install cryptography\n")
    sys.exit(2)


class DoesNotHold(Exception):
    """The evidence is not what was signed. `where` says which positions that concerns."""

    def __init__(self, where, why):
        super().__init__(why)
        self.where = where
        self.why = why


class Malformed(Exception):
    """A part of the evidence cannot be read."""


# --- Hashes (RFC 6962, section 2.1) ---------------------------------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


class Tree:
    """A Merkle tree that grows: only the roots of its full subtrees are kept, largest first.

    There is one for each bit set in the size, as in a binary counter.
    """

    def __init__(self, size, edge):
        if bin(size).count("1") != len(edge) or any(len(node) != 32 for node in edge):
            raise Malformed(f"a tree of {size} events cannot have this edge")
        self.size = size
        self.edge = list(edge)

    def append(self, leaf):
        self.size += 1
        size = self.size
        while size % 2 == 0:
            leaf = node_hash(self.edge.pop(), leaf)
            size //= 2
        self.edge.append(leaf)

    def root(self):
        if not self.edge:
            return sha256(b"")
        root = self.edge[-1]
        for node in reversed(self.edge[:-1]):
            root = node_hash(node, root)
        return root


def root_from_inclusion_proof(index, size, leaf, path):
    """The root that follows from an inclusion proof (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        raise Malformed(f"there is no position {index} in a tree of {size} events")
    node, last = index, size - 1
    result = leaf
    for sibling in path:
        if last == 0:
            raise Malformed("the proof has too many hashes")
        if node % 2 == 1 or node == last:
            result = node_hash(sibling, result)
            while node % 2 == 0 and node != 0:
                node //= 2
                last //= 2
        else:
            result = node_hash(result, sibling)
        node //= 2
        last //= 2
    if last != 0:
        raise Malformed("the proof has too few hashes")
    return result


# --- Keys, notes and checkpoints (C2SP signed-note, tlog-checkpoint) --------------------------------------------------


def decode_base64(text, what):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Malformed(f"{what} is not base64")
    if base64.b64encode(data).decode() != text:
        raise Malformed(f"{what} is not base64 in its one proper form")
    return data


class VerifierKey:
    """A public key as `name+id+base64`. The id is derived from name and key, so a mistyped key is noticed."""

    def __init__(self, text):
        name, plus, rest = text.partition("+")
        key_id, plus, encoded = rest.partition("+")
        if not plus or not name:
            raise Malformed("a key has the form name+id+base64")
        data = decode_base64(encoded, "the key")
        if len(data) != 33 or data[0] != 1:
            raise Malformed("the key is not an Ed25519 verifier key")
        if sha256(name.encode() + b"\n" + data)[:4].hex() != key_id:
            raise Malformed("the id in the key is not that of its name and public key: it was not copied whole")
        self.name = name
        self.id = bytes.fromhex(key_id)
        self.public_key = Ed25519PublicKey.from_public_bytes(data[1:])
        self.label = f"{name}+{key_id}"

    def signed(self, message, signature):
        try:
            self.public_key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Checkpoint:
    """A signed statement "the log ORIGIN has SIZE events and the root hash ROOT"."""

    def __init__(self, note, keys):
        text, separator, signatures = note.rpartition("\n\n")
        if not separator or not signatures.endswith("\n"):
            raise Malformed("a checkpoint is a text, an empty line and signatures")
        text += "\n"
        lines = text.split("\n")[:-1]
        if len(lines) < 3 or not lines[0] or not is_number(lines[1]):
            raise Malformed("a checkpoint has the lines origin, size and root hash")
        self.origin = lines[0]
        self.size = int(lines[1])
        self.root = decode_base64(lines[2], "the root hash of the checkpoint")
        if len(self.root) != 32:
            raise Malformed("the root hash of the checkpoint does not have 32 bytes")
        self.signer = self.check_signatures(text, signatures[:-1].split("\n"), keys)

    def check_signatures(self, text, lines, keys):
        """The key that signed. Signatures of keys that nobody gave us (witnesses, say) count for nothing.

        One that names a key which was given to us and is not that key's condemns the whole note, wherever it stands.
        """
        signers = []
        signed_by = None
        for line in lines:
            dash, _, rest = line.partition(" ")
            name, _, encoded = rest.partition(" ")
            if dash != "\u2014":
                raise Malformed("a signature line of the checkpoint is malformed")
            data = decode_base64(encoded, "a signature of the checkpoint")
            signers.append(f"{name}+{data[:4].hex()}")
            for key in keys:
                if key.name == name and key.id == data[:4]:
                    if not key.signed(text.encode(), data[4:]):
                        raise Malformed(f"the signature of {key.label} on the checkpoint of size {self.size} is bad")
                    if name == self.origin and signed_by is None:
                        signed_by = key
        if signed_by is not None:
            return signed_by
        raise Malformed(
            f"the checkpoint of size {self.size} of {self.origin} is signed by {', '.join(signers)}, "
            f"but trusted are {', '.join(key.label for key in keys)}"
        )


# --- Events and their entries (docs/log-format.md) --------------------------------------------------------------------


# No number of a log has more digits: they are 64-bit integers. (Python refuses to read, or print, very long ones.)
MOST_DIGITS = 19


def is_number(text):
    return len(text) <= MOST_DIGITS and (
        text == "0" or (text[:1] in "123456789" and text.isascii() and text.isdigit())
    )


# The members of an exported event, and what each may be.
TEXT, TEXT_OR_NULL, NUMBER = (str,), (str, type(None)), (int,)
EVENT_MEMBERS = {
    "position": NUMBER, "recordedAt": TEXT, "stream": TEXT, "version": NUMBER, "id": TEXT, "type": TEXT,
    "schemaVersion": NUMBER, "branch": TEXT_OR_NULL, "actor": TEXT, "correlationId": TEXT_OR_NULL,
    "causationId": TEXT_OR_NULL, "data": TEXT_OR_NULL, "personal": TEXT_OR_NULL, "salt": TEXT_OR_NULL,
    "leaf": TEXT, "dataDigest": TEXT_OR_NULL, "personalDigest": TEXT_OR_NULL,
}


def members(value, expected, what):
    """Checks that an object has just these members. One more would be something that no hash covers."""
    if not isinstance(value, dict):
        raise Malformed(f"{what} is not a JSON object")
    for name in value:
        if name not in expected:
            raise Malformed(f"{what} has the member {json.dumps(name)}, which no signature covers")
    for name, kinds in expected.items():
        # `type` and not `isinstance`: true is no number.
        if name not in value or type(value[name]) not in kinds:
            raise Malformed(f"{what} has no proper member {json.dumps(name)}")
    return value


def parse_json(line, what):
    def check_members(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise Malformed(f"{what} names a member twice")
        for text in (text for pair in pairs for text in pair if isinstance(text, str)):
            try:
                text.encode()
            except UnicodeEncodeError:
                raise Malformed(f"{what} holds text that is not Unicode")
        return dict(pairs)

    def refuse_long(digits):
        if len(digits.lstrip("-")) > MOST_DIGITS:
            raise Malformed(f"{what} has a number of more than {MOST_DIGITS} digits")
        return int(digits)

    try:
        return json.loads(line, object_pairs_hook=check_members, parse_int=refuse_long)
    except (ValueError, RecursionError):
        raise Malformed(f"{what} is not JSON")


def digest(text, salt, given, what):
    """The digest of a document, from its exact text; of one that is not here, as it was given."""
    if text is None:
        if given is None:
            return None
        if len(given) != 64 or any(character not in "0123456789abcdef" for character in given):
            raise Malformed(f"the digest of its {what} is not a SHA-256 hash in hexadecimal")
        return given
    if given is not None:
        raise Malformed(f"it has its {what} and also a digest in its place")
    return sha256(salt + text.encode()).hex()


def entry_of(event):
    """The entry of an event: the text whose hash is a leaf of the tree."""
    if (event["personal"] is None) != (event["salt"] is None):
        raise Malformed("it has a personal document without a salt, or a salt alone")
    salt = decode_base64(event["salt"], "the salt") if event["salt"] is not None else b""
    data = digest(event["data"], b"", event["dataDigest"], "data")
    if data is None:
        raise Malformed("it has neither data nor their digest")
    personal = digest(event["personal"], salt, event["personalDigest"], "personal document")

    def optional(value):
        return "" if value is None else f" {value}"

    return (
        "daybook entry 1\n"
        f"position {event['position']}\n"
        f"recorded-at {event['recordedAt']}\n"
        f"stream {event['stream']}\n"
        f"version {event['version']}\n"
        f"id {event['id']}\n"
        f"type {event['type']}\n"
        f"schema-version {event['schemaVersion']}\n"
        f"branch{optional(event['branch'])}\n"
        f"actor {event['actor']}\n"
        f"correlation-id{optional(event['correlationId'])}\n"
        f"causation-id{optional(event['causationId'])}\n"
        f"data {data}\n"
        f"personal{optional(personal)}\n"
    ).encode()


def leaf_of(value, what):
    """Reads an event and returns it with its entry and leaf hash, which must be the one it claims."""
    event = members(value, EVENT_MEMBERS, what)
    entry = entry_of(event)
    leaf = leaf_hash(entry)
    if leaf.hex() != event["leaf"]:
        raise Malformed("its content is not what was recorded: it does not have the leaf hash that it comes with")
    return event, entry, leaf


# --- Exports ----------------------------------------------------------------------------------------------------------


def verify_export(lines, keys, trusted):
    """Checks an exported range line by line. Returns a sentence; raises DoesNotHold."""
    lines = iter(lines)
    try:
        header = members(
            parse_json(next(lines, ""), "the first line"),
            {"format": TEXT, "origin": TEXT, "from": NUMBER, "edge": (list,)},
            "the first line",
        )
        if header["format"] != "daybook export 1":
            raise Malformed(f"the format {header['format']} is not known here")
        first = header["from"]
        edge = [bytes.fromhex(node) if isinstance(node, str) else b"" for node in header["edge"]]
        tree = Tree(first, edge) if first >= 0 else None
        if tree is None:
            raise Malformed("it begins before position 0")
    except (Malformed, ValueError) as problem:
        raise DoesNotHold("no position", f"the export cannot be read: {problem}")

    trusted = sorted(trusted, key=lambda checkpoint: checkpoint.size)
    good = first  # the size up to which a signature is known to cover the events
    previous, withheld, end = "", 0, None

    def compare(checkpoint, what):
        if tree.root() != checkpoint.root:
            raise DoesNotHold(
                positions(good, checkpoint.size),
                f"the first {checkpoint.size} events are not those that {what} signs; "
                f"up to position {good - 1} they are" if good > first else
                f"the first {checkpoint.size} events are not those that {what} signs",
            )

    def compare_trusted():
        nonlocal good
        while trusted and trusted[0].size <= tree.size:
            checkpoint = trusted.pop(0)
            if checkpoint.origin != header["origin"]:
                raise DoesNotHold(
                    positions(first, tree.size),
                    f"the trusted checkpoint is of the log {checkpoint.origin}, the export of {header['origin']}",
                )
            if checkpoint.size < tree.size:
                raise DoesNotHold(
                    positions(first, first + 1),
                    f"the trusted checkpoint of size {checkpoint.size} ends before the export begins: "
                    f"whether the log still agrees with it cannot be told; export from position {checkpoint.size} or before",
                )
            compare(checkpoint, "the trusted checkpoint")
            good = checkpoint.size

    compare_trusted()
    for line in lines:
        position = tree.size
        try:
            value = parse_json(line, "the line")
            if isinstance(value, dict) and "checkpoint" in value:
                end = members(value, {"checkpoint": TEXT, "to": NUMBER}, "the last line")
                break
            event, _, leaf = leaf_of(value, "the event")
            if event["position"] != position:
                raise Malformed(f"position {position} is expected here, but {event['position']} stands here")
            if event["recordedAt"] < previous:
                raise Malformed("it was recorded before the event in front of it")
        except Malformed as problem:
            raise DoesNotHold(positions(position, position + 1), str(problem))
        previous = event["recordedAt"]
        withheld += event["personalDigest"] is not None
        tree.append(leaf)
        compare_trusted()

    try:
        if end is None:
            raise Malformed("it ends without a checkpoint")
        if next(lines, None) is not None:
            raise Malformed("something follows the checkpoint")
        if end["to"] != tree.size:
            raise Malformed(f"it should go on to position {end['to'] - 1}")
        checkpoint = Checkpoint(end["checkpoint"], keys)
        if checkpoint.size != tree.size:
            raise Malformed(f"its checkpoint is of {checkpoint.size} events")
        if checkpoint.origin != header["origin"]:
            raise Malformed(f"its checkpoint is of the log {checkpoint.origin}")
    except Malformed as problem:
        where = positions(good, tree.size) if end is not None and end["to"] == tree.size else positions(tree.size, None)
        raise DoesNotHold(where, f"the export is not covered by a signature: {problem}")
    compare(checkpoint, "its checkpoint")
    if trusted:
        raise DoesNotHold(
            positions(tree.size, trusted[-1].size),
            f"the trusted checkpoint is of {trusted[-1].size} events, but the export ends with {tree.size}: "
            "either it is not whole, or the end of the log was cut off",
        )
    return (
        f"holds: events {first} to {tree.size - 1} of {header['origin']} ({tree.size - first}, "
        f"{withheld} of them with personal text erased or withheld) are those of the checkpoint of size {tree.size} "
        f"with root {tree.root().hex()}, signed by {checkpoint.signer.label}"
    )


def positions(first, below):
    if below is not None and below - first <= 1:
        return f"position {first}"
    return f"position {first} on" if below is None else f"somewhere in positions {first} to {below - 1}"


# --- Proofs (C2SP tlog-proof) -------------------------------------------------------------------------------------------


def verify_proof(text, keys):
    """Checks the proof of one event. Returns a sentence; raises DoesNotHold."""
    where = "the event"
    try:
        bundle = members(
            parse_json(text, "the bundle"),
            {"format": TEXT, "event": (dict,), "entry": TEXT, "proof": TEXT},
            "the bundle",
        )
        if bundle["format"] != "daybook proof 1":
            raise Malformed(f"the format {bundle['format']} is not known here")
        event, entry, leaf = leaf_of(bundle["event"], "the event")
        where = positions(event["position"], event["position"] + 1)
        if bundle["entry"].encode() != entry:
            raise Malformed("the entry in the bundle is not that of the event")

        proof, separator, note = bundle["proof"].partition("\n\n")
        lines = proof.split("\n")
        if not separator or lines.pop(0) != "c2sp.org/tlog-proof@v1":
            raise Malformed("the proof is not a C2SP tlog-proof")
        if lines and lines[0].startswith("extra "):
            lines.pop(0)
        label, _, index = lines.pop(0).partition(" ") if lines else ("", "", "")
        if label != "index" or not is_number(index):
            raise Malformed("the proof has no index")
        path = [decode_base64(line, "a hash of the proof") for line in lines]
        if any(len(node) != 32 for node in path):
            raise Malformed("a hash of the proof does not have 32 bytes")
        if int(index) != event["position"]:
            raise Malformed(f"the proof is of position {index}")
        checkpoint = Checkpoint(note, keys)
        if root_from_inclusion_proof(int(index), checkpoint.size, leaf, path) != checkpoint.root:
            raise Malformed("the proof does not lead from the event to the root that is signed")
    except Malformed as problem:
        raise DoesNotHold(where, str(problem))
    return (
        f"holds: the event at position {event['position']} of {checkpoint.origin} is among the {checkpoint.size} events "
        f"of the checkpoint with root {checkpoint.root.hex()}, signed by {checkpoint.signer.label}"
    )


# --- Command line -------------------------------------------------------------------------------------------------------


def read_key(text):
    try:
        return VerifierKey(text)
    except (Malformed, ValueError) as problem:
        raise argparse.ArgumentTypeError(str(problem))


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="verify.py", description="Verifies an export or a proof of a Daybook log. Exit 0: holds; 3: does not hold."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in [("export", "an exported range of events"), ("proof", "the proof bundle of one event")]:
        command = commands.add_parser(name, help=what)
        command.add_argument("file")
        command.add_argument("--key", type=read_key, action="append", required=True, metavar="NAME+ID+BASE64")
        if name == "export":
            command.add_argument("--checkpoint", action="append", default=[], metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        if options.command == "proof":
            with open(options.file, encoding="utf-8") as file:
                verdict = verify_proof(file.read(), options.key)
        else:
            trusted = []
            for name in options.checkpoint:
                with open(name, encoding="utf-8", newline="") as file:
                    try:
                        trusted.append(Checkpoint(file.read(), options.key))
                    except Malformed as problem:
                        raise DoesNotHold("no position", f"{name}: {problem}")
            with open(options.file, encoding="utf-8", newline="\n") as file:
                verdict = verify_export(file, options.key, trusted)
    except OSError as problem:
        parser.error(f"{problem.filename}: {problem.strerror}")
    except UnicodeDecodeError:
        print("DOES NOT HOLD: no position: the file is not UTF-8")
        return 3
    except DoesNotHold as problem:
        print(f"DOES NOT HOLD: {problem.where}: {problem.why}")
        return 3
    print(verdict)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
