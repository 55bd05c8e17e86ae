// The entry of an event: the text whose hash is a leaf of the tree (docs/log-format.md, format 1).

import { DoesNotHold, bytesOf, fromBase64, hex, join, leafHash, sha256 } from "./bytes.js";

const texts = ["recordedAt", "stream", "id", "type", "actor", "leaf"];
const numbers = ["position", "version", "schemaVersion"];
const optional = ["branch", "correlationId", "causationId", "data", "personal", "salt", "dataDigest", "personalDigest"];

/** Reads an event as an export has it. A member more would be something that no hash covers. */
export function readEvent(text) {
    let event;
    try { event = JSON.parse(text); } catch { throw new DoesNotHold("the event is not JSON"); }
    const known = new Set([...texts, ...numbers, ...optional]);
    for (const name of Object.keys(event)) {
        if (!known.has(name)) throw new DoesNotHold(`the event has the member “${name}”, which no signature covers`);
    }
    const isWhole = texts.every((name) => typeof event[name] === "string")
        && numbers.every((name) => Number.isSafeInteger(event[name]))
        && optional.every((name) => event[name] === null || typeof event[name] === "string");
    if (!isWhole) throw new DoesNotHold("the event is not whole");
    return event;
}

async function digest(text, salt, given, what) {
    if (text === null) return given;
    if (given !== null) throw new DoesNotHold(`the event has its ${what} and also a digest in its place`);
    return hex(await sha256(join(salt, bytesOf(text))));
}

/** The entry of an event, and its leaf hash. */
export async function entryOf(event) {
    if ((event.personal === null) !== (event.salt === null)) {
        throw new DoesNotHold("the event has a personal document without a salt, or a salt alone");
    }
    const salt = event.salt === null ? new Uint8Array() : fromBase64(event.salt, "the salt");
    const data = await digest(event.data, new Uint8Array(), event.dataDigest, "data");
    if (data === null) throw new DoesNotHold("the event has neither data nor their digest");
    const personal = await digest(event.personal, salt, event.personalDigest, "personal document");
    const value = (text) => (text === null ? "" : ` ${text}`);
    const entry = "daybook entry 1\n"
        + `position ${event.position}\n`
        + `recorded-at ${event.recordedAt}\n`
        + `stream ${event.stream}\n`
        + `version ${event.version}\n`
        + `id ${event.id}\n`
        + `type ${event.type}\n`
        + `schema-version ${event.schemaVersion}\n`
        + `branch${value(event.branch)}\n`
        + `actor ${event.actor}\n`
        + `correlation-id${value(event.correlationId)}\n`
        + `causation-id${value(event.causationId)}\n`
        + `data ${data}\n`
        + `personal${value(personal)}\n`;
    return { entry, leaf: await leafHash(bytesOf(entry)) };
}
