// Bytes, and the hashes of RFC 6962, section 2.1.

const utf8 = new TextEncoder();

/** Evidence that cannot be read, or does not hold; its message says why. */
export class DoesNotHold extends Error {}

export const bytesOf = (text) => utf8.encode(text);

export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** Bytes of base64 in its one proper form. */
export function fromBase64(text, what) {
    let bytes;
    try { bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0)); } catch { bytes = null; }
    if (bytes === null || base64(bytes) !== text) throw new DoesNotHold(`${what} is not base64`);
    return bytes;
}

export function join(...parts) {
    const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let place = 0;
    for (const part of parts) {
        joined.set(part, place);
        place += part.length;
    }
    return joined;
}

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

export const leafHash = (entry) => sha256(join([0], entry));

export const nodeHash = (left, right) => sha256(join([1], left, right));
