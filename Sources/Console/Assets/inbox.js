// Keeps the list of the inbox as it is, and marks without loading the page anew. Without this the forms do the same.

import { live, say } from "./live.js";
import { Region } from "./region.js";

const list = new Region("inbox");

document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-by-itself]")) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    try {
        const answer = await fetch(form.action, { method: "POST", body: fields });
        if (!answer.ok) throw new Error(String(answer.status));
        if (new URL(answer.url).pathname === "/console/sign-in") { location.reload(); return; }
        await list.read();
    } catch {
        say("That did not work. The page is loaded anew.");
        location.reload();
    }
});

live.addEventListener("notifications", () => list.read());
