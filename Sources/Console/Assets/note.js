// Verifier keys and signed checkpoints (C2SP signed-note, tlog-checkpoint; Ed25519, RFC 8032).

import { DoesNotHold, bytesOf, fromBase64, hex, join, sha256 } from "./bytes.js";

/** Whether this browser can check Ed25519 signatures. */
export async function knowsEd25519() {
    if (!globalThis.crypto?.subtle) return false;
    try {
        await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
        return true;
    } catch (error) {
        return error.name !== "NotSupportedError";
    }
}

/** Reads `name+id+base64`. The id follows from name and key, so that a mistyped key is noticed. */
export async function readKey(text) {
    const [name, id, ...rest] = text.trim().split("+");
    const encoded = rest.join("+");
    if (!name || !id || !encoded) throw new DoesNotHold("the key is not of the form name+id+base64");
    const data = fromBase64(encoded, "the key");
    if (data.length !== 33 || data[0] !== 1) throw new DoesNotHold("the key is not an Ed25519 verifier key");
    const expected = hex((await sha256(join(bytesOf(`${name}\n`), data))).slice(0, 4));
    if (expected !== id) throw new DoesNotHold("the id in the key is not that of its name and key: it was not copied whole");
    const key = await crypto.subtle.importKey("raw", data.slice(1), { name: "Ed25519" }, false, ["verify"]);
    return { name, id, label: `${name}+${id}`, key };
}

/** Reads a checkpoint. Says nothing of whether it is signed. */
export function readCheckpoint(note) {
    const end = note.lastIndexOf("\n\n");
    if (end < 0 || !note.endsWith("\n")) {
        throw new DoesNotHold("the checkpoint is not a text, an empty line and signatures");
    }
    const text = note.slice(0, end + 1);
    const lines = text.split("\n");
    const size = /^(0|[1-9][0-9]*)$/.test(lines[1] ?? "") ? Number(lines[1]) : NaN;
    if (!lines[0] || !Number.isSafeInteger(size)) throw new DoesNotHold("the checkpoint lacks its origin or size");
    const root = fromBase64(lines[2] ?? "", "the root of the checkpoint");
    if (root.length !== 32) throw new DoesNotHold("the root of the checkpoint does not have 32 bytes");
    return { origin: lines[0], size, root, text, signatures: note.slice(end + 2, -1).split("\n") };
}

/**
 * Refuses a checkpoint that none of the keys has signed, and gives the first that has. Signatures of other keys count for nothing; one that
 * names a key of these and is not that key's condemns the checkpoint, whoever else has signed it.
 */
export async function requireSignature(checkpoint, keys) {
    if (!keys.some(({ name }) => name === checkpoint.origin)) {
        throw new DoesNotHold(`the checkpoint is of the log ${checkpoint.origin}, and the keys are of others: ${labels(keys)}`);
    }
    const signers = [];
    let signedBy;
    for (const line of checkpoint.signatures) {
        const [dash, name, encoded] = line.split(" ");
        if (dash !== "—" || !encoded) throw new DoesNotHold("a signature line of the checkpoint is malformed");
        const data = fromBase64(encoded, "a signature of the checkpoint");
        const signer = `${name}+${hex(data.slice(0, 4))}`;
        signers.push(signer);
        for (const each of keys.filter(({ label }) => label === signer)) {
            if (!await crypto.subtle.verify("Ed25519", each.key, data.slice(4), bytesOf(checkpoint.text))) {
                throw new DoesNotHold(`the signature under the checkpoint is not that of ${each.label}`);
            }
            if (each.name === checkpoint.origin) signedBy ??= each;
        }
    }
    if (!signedBy) throw new DoesNotHold(`the checkpoint is signed by ${signers.join(", ")}, not by ${labels(keys)}`);
    return signedBy;
}

const labels = (keys) => keys.map(({ label }) => label).join(", ");
