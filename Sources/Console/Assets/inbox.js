// Keeps the list of the inbox as it is, and marks without loading the page anew. Without this the forms do the same.

import { live, say } from "./live.js";

const list = document.getElementById("inbox");
let isReading = false;
let isStale = false;

async function read() {
    isStale = true;
    if (isReading) return;
    isReading = true;
    try {
        while (isStale) {
            isStale = false;
            const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-By-Itself": "1" } });
            if (answer.redirected || !answer.ok) return;
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            show(page.getElementById("inbox"));
        }
    } catch { /* The next news has it read again. */ } finally {
        isReading = false;
    }
}

/** Puts the list in place; what had the focus keeps it, or what now stands there gets it. */
function show(fresh) {
    if (!fresh) return;
    const active = document.activeElement;
    const item = list.contains(active) ? active.closest(".note") : null;
    const id = item?.querySelector("[name=id]")?.value;
    const index = item ? [...list.querySelectorAll(".note")].indexOf(item) : -1;
    const change = active?.value;
    list.replaceChildren(...fresh.childNodes);
    list.dataset.after = fresh.dataset.after;
    if (!item) return;
    const items = [...list.querySelectorAll(".note")];
    const same = items.find((each) => each.querySelector("[name=id]").value === id) ?? items[Math.min(index, items.length - 1)];
    const button = same?.querySelector(`button[value="${CSS.escape(change ?? "")}"]`) ?? same?.querySelector("button");
    if (button) button.focus();
    else document.getElementById("main").focus();
}

document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-by-itself]")) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    try {
        const answer = await fetch(form.action, { method: "POST", body: fields });
        if (!answer.ok) throw new Error(String(answer.status));
        if (new URL(answer.url).pathname === "/console/sign-in") { location.reload(); return; }
        await read();
    } catch {
        say("That did not work. The page is loaded anew.");
        location.reload();
    }
});

live.addEventListener("notifications", read);
