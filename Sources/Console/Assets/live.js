// What happens, as it happens: by WebSocket, and where there is none by asking again and again. Every page has the badge;
// pages that show more listen to the events "notifications" and "exports" of `live`.

const news = document.getElementById("news");
const badge = document.getElementById("unread");

export const live = new EventTarget();

/** Topics that a page wants to hear of, beside the inbox. */
const topics = new Set();
let socket = null;
let place = Number(document.getElementById("inbox")?.dataset.after ?? NaN);
let failures = 0;
let isOver = false;

export function follow(topic) {
    topics.add(topic);
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "follow", topic }));
}

/** Whether news comes by itself at once; else pages that show more ask for themselves. */
export const isLive = () => socket?.readyState === WebSocket.OPEN;

/** Says something politely. */
export function say(text) { news.textContent = text; }

function hear(update) {
    place = update.next;
    if (update.unread !== undefined && badge) {
        badge.hidden = update.unread === 0;
        badge.querySelector("b").textContent = update.unread.toLocaleString("en");
    }
    const titles = (update.items ?? []).map((item) => item.title);
    if (titles.length === 1) say(`New in the inbox: ${titles[0]}`);
    if (titles.length > 1) say(`${titles.length} new in the inbox, the last: ${titles[titles.length - 1]}`);
    live.dispatchEvent(new CustomEvent("notifications", { detail: update }));
}

/** The session is over: nothing is told any more. */
function end() {
    isOver = true;
    const link = document.createElement("a");
    link.href = `/console/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = "Sign in again";
    news.replaceChildren("The session is over. ", link);
    document.documentElement.dataset.live = "over";
}

function connect() {
    if (isOver) return;
    socket = new WebSocket(`${location.origin.replace("http", "ws")}/console/live`, ["daybook.notifications.v1"]);
    socket.onopen = () => {
        failures = 0;
        document.documentElement.dataset.live = "socket";
        socket.send(JSON.stringify(Number.isSafeInteger(place) && place >= 0 ? { type: "follow", after: place } : { type: "follow" }));
        for (const topic of topics) socket.send(JSON.stringify({ type: "follow", topic }));
    };
    socket.onmessage = (event) => {
        const message = JSON.parse(event.data);
        if (message.type === "notifications") hear(message);
        else if (topics.has(message.type)) live.dispatchEvent(new CustomEvent(message.type, { detail: message }));
    };
    socket.onclose = ({ code }) => {
        socket = null;
        if (code === 4403) return end();
        failures += 1;
        // The socket knows the cookie that it was opened with, and somebody may have gone on with a newer one.
        if (!isOver) (code === 4401 ? look() : document.hidden ? Promise.resolve() : ask()).finally(() => setTimeout(connect, Math.min(60_000, 500 * 2 ** failures) * (0.5 + Math.random())));
    };
}

/** Asks for news; for none where the session is over, or somebody else's by now: then nothing is asked any more. */
async function fetchNews(query) {
    query.set("reader", news.dataset.reader);
    const answer = await fetch(`/console/inbox/news?${query}`, { headers: { "X-By-Itself": "1" } });
    if (answer.status === 401) end();
    return answer.ok ? answer.json() : undefined;
}

/** Looks whether the session is over. What arrived meanwhile is told by the socket that is opened then. */
async function look() {
    try { await fetchNews(new URLSearchParams()); } catch { /* Nobody can tell now. */ }
}

/** Asks until a while has passed, or nobody sees the page; then it is tried again whether there is a socket. */
async function ask() {
    const until = performance.now() + Math.min(60_000, 2_000 * failures);
    document.documentElement.dataset.live = "polling";
    do {
        try {
            const update = await fetchNews(new URLSearchParams(Number.isSafeInteger(place) && place >= 0 ? { after: place } : {}));
            if (!update) return;
            hear(update);
        } catch {
            return;
        }
    } while (performance.now() < until && !isOver && !document.hidden);
}

/** The page is left, or its reader signs out: what happens from then on is not its concern any more. */
function leave() {
    isOver = true;
    // One that is not open yet ends with the page.
    if (isLive()) socket.close(1000);
}

addEventListener("pagehide", leave);
document.querySelector("form.leave")?.addEventListener("submit", leave);
// A page that comes back as it was, by the button "back", is out of date.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
connect();
