// Inclusion proofs (RFC 9162, section 2.1.3.2) in their text form (C2SP tlog-proof), and consistency proofs (section 2.1.4.2).

import { DoesNotHold, fromBase64, hex, nodeHash } from "./bytes.js";

/** Reads a proof: index, hashes and the checkpoint that it leads to. */
export function readProof(text) {
    const blank = text.indexOf("\n\n");
    const lines = text.slice(0, blank).split("\n");
    if (blank < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new DoesNotHold("the proof is not a tlog-proof");
    if (lines[0]?.startsWith("extra ")) lines.shift();
    const index = /^index (0|[1-9][0-9]*)$/.exec(lines.shift() ?? "");
    if (index === null) throw new DoesNotHold("the proof has no index");
    const hashes = lines.map((line) => fromBase64(line, "a hash of the proof"));
    if (hashes.some((hash) => hash.length !== 32) || hashes.length > 63) throw new DoesNotHold("the proof is malformed");
    return { index: Number(index[1]), hashes, checkpoint: text.slice(blank + 2) };
}

/** The root that follows from a leaf and its path, and the way there. */
export async function follow(index, size, leaf, hashes) {
    if (!(index < size)) throw new DoesNotHold(`there is no position ${index} in a log of ${size} events`);
    let [node, last, hash] = [index, size - 1, leaf];
    const path = [];
    for (const sibling of hashes) {
        if (last === 0) throw new DoesNotHold("the proof has too many hashes");
        const isRight = node % 2 === 1 || node === last;
        hash = isRight ? await nodeHash(sibling, hash) : await nodeHash(hash, sibling);
        path.push({ sibling, isRight, hash });
        // Numbers up to 2^53: no bit operations, which know only 32 bits.
        if (isRight) {
            while (node % 2 === 0 && node !== 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
        }
        [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    }
    if (last !== 0) throw new DoesNotHold("the proof has too few hashes");
    return { root: hash, path };
}

/** Refuses unless the log of one root is the beginning of that of another. */
export async function requireConsistency(older, newer, hashes) {
    const differ = () => new DoesNotHold(`the log of ${newer.size} events does not go on from your checkpoint of ${older.size}: it is another history`);
    const isLong = () => new DoesNotHold("the proof of consistency does not have as many hashes as it must");
    if (older.size === 0) return;
    const rest = [...hashes];
    // A power of two: the old tree is itself the first hash.
    let full = older.size;
    while (full % 2 === 0) full /= 2;
    const first = full === 1 ? older.root : rest.shift();
    if (first === undefined) throw isLong();
    let [node, last] = [older.size - 1, newer.size - 1];
    while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    let [old, made] = [first, first];
    for (const sibling of rest) {
        if (last === 0) throw isLong();
        if (node % 2 === 1 || node === last) {
            old = await nodeHash(sibling, old);
            made = await nodeHash(sibling, made);
            while (node % 2 === 0 && node !== 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
        } else {
            made = await nodeHash(made, sibling);
        }
        [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    }
    if (last !== 0) throw isLong();
    if (hex(old) !== hex(older.root) || hex(made) !== hex(newer.root)) throw differ();
}

/** Reads the hashes of a proof of consistency between two sizes. */
export function readConsistency(answer, from, to) {
    if (answer.from !== from || answer.to !== to || !Array.isArray(answer.hashes) || answer.hashes.length > 64) {
        throw new DoesNotHold("the proof of consistency is of other sizes than were asked for");
    }
    return answer.hashes.map((hash) => fromBase64(hash, "a hash of the proof of consistency"));
}
