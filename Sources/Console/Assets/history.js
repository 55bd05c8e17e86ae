// Brings the next page of the history in when its end comes near. Without this the link "More" does the same.

import { drag } from "./overview.js";

const lines = document.getElementById("lines");
const more = document.getElementById("more");
const progress = document.getElementById("progress");

/** The last day that has a heading. */
function lastDay() {
    const days = lines.querySelectorAll(".day time");
    return days.length ? days[days.length - 1].dateTime : "";
}

async function bring(link) {
    link.removeAttribute("href");
    progress.textContent = "Reading on…";
    const answer = await fetch(link.dataset.address, { headers: { Accept: "text/html" } });
    // A session that is over leads to the form for signing in.
    if (answer.redirected) { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = [...page.querySelectorAll("#lines > li")];
    if (news[0]?.classList.contains("day") && news[0].querySelector("time")?.dateTime === lastDay()) news.shift();
    const first = news.find((line) => line.classList.contains("line"));
    const hadFocus = document.activeElement === link;
    lines.append(...news);
    const next = page.querySelector("#more a");
    more.replaceChildren();
    progress.textContent = next ? "" : "That is all.";
    if (next) watch(next);
    if (hadFocus) first?.querySelector("a")?.focus();
}

function watch(link) {
    more.append(link);
    link.dataset.address = link.href;
    let isUnderWay = false;
    const begin = async () => {
        if (isUnderWay) return;
        isUnderWay = true;
        eye.disconnect();
        try {
            await bring(link);
        } catch {
            // The link leads there as well.
            link.href = link.dataset.address;
            progress.textContent = "That did not work. Try again by the link.";
        }
    };
    const eye = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) begin(); },
        { rootMargin: "600px" });
    eye.observe(link);
    link.addEventListener("click", (event) => {
        if (isUnderWay) return;
        event.preventDefault();
        begin();
    });
}

const link = more.querySelector("a");
if (link) watch(link);

// The overview comes in when it is opened: counting takes longer than the list, and is recorded. Without this the link leads there.
const place = document.getElementById("overview-place");

async function open() {
    const link = place.querySelector("p");
    const address = link.querySelector("a").href;
    const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    const page = answer?.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const overview = page?.querySelector("#overview");
    if (!overview) return;
    link.replaceWith(overview);
    const chart = overview.querySelector(".chart svg");
    if (chart) drag(chart);
}

place?.addEventListener("toggle", open, { once: true });
