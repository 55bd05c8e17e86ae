// "Check it yourself": the event as it stands on the page, its path to the root, and the signature under that.

import { DoesNotHold, bytesOf, hex } from "./bytes.js";
import { entryOf, readEvent } from "./entry.js";
import { knowsEd25519, readCheckpoint, readKey, requireSignature } from "./note.js";
import { follow, readConsistency, readProof, requireConsistency } from "./proof.js";

const form = document.getElementById("check-form");
const result = document.getElementById("check-result");
const fields = form.elements;
const kept = { key: "daybook.verifier-key", checkpoint: "daybook.checkpoint" };

function element(name, classes, ...children) {
    const made = document.createElement(name);
    if (classes) made.className = classes;
    made.append(...children);
    return made;
}

/** Steps as they are taken, and what came of them. */
class Report {
    #steps = element("ol", "steps-list");

    step(outcome, text, detail) {
        const words = { good: "holds", bad: "does not" };
        this.#steps.append(element("li", outcome, element("span", "outcome", words[outcome]), element("div", "", text, ...(detail ? [detail] : []))));
    }

    show(outcome, text) {
        result.replaceChildren(element("p", `verdict ${outcome}`, text), this.#steps);
    }
}

function pathOf(leaf, path) {
    const list = element("ol", "path", element("li", "", `leaf ${hex(leaf)}`));
    for (const { sibling, isRight, hash } of path) {
        list.append(element("li", "", `${isRight ? "with, on the left," : "with, on the right,"} ${hex(sibling)}`), element("li", "", `= ${hex(hash)}`));
    }
    return list;
}

/** Takes one step; what does not hold ends the check. */
async function take(report, work) {
    try {
        return await work();
    } catch (error) {
        const reason = error instanceof DoesNotHold ? error.message : `it cannot be checked: ${error.message}`;
        report.step("bad", `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.`);
        throw error;
    }
}

/** A checkpoint, and which of the keys signed it. */
async function readSigned(note, keys) {
    const checkpoint = readCheckpoint(note);
    const { label } = await requireSignature(checkpoint, keys);
    return { ...checkpoint, signer: label };
}

async function fetched(address, what) {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.redirected) throw new DoesNotHold("the session is over; sign in again");
    if (answer.status === 404) throw new DoesNotHold("the server has no checkpoint of so many events");
    if (!answer.ok) throw new DoesNotHold(`the server does not prove ${what} (${answer.status})`);
    return answer.json();
}

const bundleOf = (size) => fetched(size === undefined ? form.dataset.evidence : `${form.dataset.evidence}?size=${size}`, "that it has the event");

async function check() {
    const report = new Report();
    result.replaceChildren(element("p", "help", "Checking…"));
    try {
        const keys = [];
        for (const line of fields.key.value.trim().split(/\s*\n\s*/)) {
            const key = await take(report, () => readKey(line));
            report.step("good", `The key is whole: ${key.label}.`);
            keys.push(key);
        }

        let trusted;
        const pasted = fields.checkpoint.value.trim();
        if (pasted) {
            trusted = await take(report, () => readSigned(`${pasted}\n`, keys));
            report.step("good", `${trusted.signer} signed your checkpoint of ${trusted.size} events.`);
        }

        const event = await take(report, () => readEvent(document.getElementById("raw-event").textContent));
        const { leaf } = await take(report, async () => {
            const made = await entryOf(event);
            if (hex(made.leaf) !== event.leaf) throw new DoesNotHold("the event on this page does not have the leaf hash that it comes with");
            return made;
        });
        report.step("good", "The event on this page has this leaf hash.", element("div", "path", hex(leaf)));

        const bundle = await take(report, () => bundleOf(trusted?.size));
        const proof = await take(report, () => {
            const read = readProof(bundle.proof);
            if (read.index !== event.position) throw new DoesNotHold(`the proof is of position ${read.index}`);
            return read;
        });
        const signed = await take(report, () => readSigned(proof.checkpoint, keys));
        const { root, path } = await take(report, () => follow(proof.index, signed.size, leaf, proof.hashes));
        await take(report, () => {
            if (hex(root) !== hex(signed.root)) throw new DoesNotHold("the path from the leaf does not lead to the root that is signed");
        });
        report.step("good", `The path leads from the leaf to the root of a log of ${signed.size} events.`, pathOf(leaf, path));
        report.step("good", `${signed.signer} signed that root.`);

        if (trusted && signed.size === trusted.size) {
            await take(report, () => {
                if (hex(signed.root) !== hex(trusted.root)) throw new DoesNotHold(`the log of ${trusted.size} events is another than that of your checkpoint`);
            });
            report.step("good", "It is the root of your checkpoint: the event was in the log then, and is as it was.");
        } else if (trusted) {
            await take(report, async () => {
                const answer = await fetched(`${form.dataset.consistency}?from=${trusted.size}&to=${signed.size}`, "that the log only grew");
                await requireConsistency(trusted, signed, readConsistency(answer, trusted.size, signed.size));
            });
            report.step("good", `The log of ${signed.size} events goes on from that of your checkpoint of ${trusted.size}, which is older than this event: nothing that it covers was changed.`);
        }
        if (fields.keep.checked) keep(trusted ? `${pasted}\n` : proof.checkpoint);
        report.show("good", `Verified: event ${event.position} is in the signed log, unchanged.`);
    } catch (error) {
        report.show("bad", error instanceof DoesNotHold ? "This does not hold." : "This could not be checked.");
    }
}

/** Keeps keys and checkpoint in this browser, for the next event and for the next visit. */
function keep(checkpoint) {
    try {
        localStorage.setItem(kept.key, fields.key.value.trim());
        localStorage.setItem(kept.checkpoint, checkpoint);
    } catch { /* A browser that keeps nothing has to be told again. */ }
}

function recall() {
    try {
        fields.key.value = localStorage.getItem(kept.key) ?? "";
        fields.checkpoint.value = localStorage.getItem(kept.checkpoint) ?? "";
    } catch { /* As above. */ }
}

form.hidden = false;
if (await knowsEd25519()) {
    recall();
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        check();
    });
} else {
    form.querySelector("button").disabled = true;
    result.replaceChildren(element("p", "notice", globalThis.isSecureContext
        ? "This browser cannot check Ed25519 signatures. Download the evidence and check it with tools/verify.py."
        : "Browsers check signatures on pages alone that come by https, or from this machine. Download the evidence and check it with tools/verify.py."));
}
