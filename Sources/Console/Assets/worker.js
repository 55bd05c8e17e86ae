// Shows what is pushed. It is plain text, and leads within this server or to an https address.

const safe = (link) => typeof link === "string" && (link.startsWith("https://") || /^\/(?![\/\\])/.test(link)) ? link : "/console/inbox";

self.addEventListener("push", (event) => {
    let pushed = {};
    try { pushed = event.data?.json() ?? {}; } catch { /* Not of this server. */ }
    const shown = (pushed.notifications ?? []).map((item) => self.registration.showNotification(String(item.title ?? "Daybook"), {
        body: String(item.text ?? ""),
        tag: String(item.collapseKey ?? item.id ?? ""),
        lang: item.locale ?? "",
        icon: "/console/assets/icon.svg",
        data: safe(item.link),
    }));
    if (pushed.more > 0 || shown.length === 0) {
        shown.push(self.registration.showNotification("Daybook", {
            body: pushed.more > 0 ? `${pushed.more} more in the inbox` : "There is something in the inbox",
            tag: "daybook-more",
            data: "/console/inbox",
        }));
    }
    event.waitUntil(Promise.all(shown));
});

self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const address = new URL(event.notification.data, self.location.origin).href;
    event.waitUntil((async () => {
        const open = await self.clients.matchAll({ type: "window" });
        const page = open.find((each) => each.url === address);
        return page ? page.focus() : self.clients.openWindow(address);
    })());
});
