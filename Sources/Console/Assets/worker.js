// Shows what is pushed. It is plain text, and leads within this server or to an https address.

const safe = (link) => typeof link === "string" && (link.startsWith("https://") || /^\/(?![\/\\])/.test(link)) ? link : "/console/inbox";

const picture = (address) => typeof address === "string" && address.startsWith("https://") ? { image: address } : {};

// What can be done about it by going somewhere.
const leading = (item) => (item.actions ?? []).filter(({ link }) => typeof link === "string");

self.addEventListener("push", (event) => {
    let pushed = {};
    try { pushed = event.data?.json() ?? {}; } catch { /* Not of this server. */ }
    const shown = (pushed.notifications ?? []).map((item) => self.registration.showNotification(String(item.title ?? "Daybook"), {
        body: String(item.text ?? ""),
        tag: String(item.collapseKey ?? item.id ?? ""),
        lang: item.locale ?? "",
        icon: "/console/assets/icon.svg",
        ...picture(item.image),
        actions: leading(item).slice(0, Notification.maxActions ?? 2).map(({ actionId, title }) => ({ action: String(actionId), title: String(title) })),
        data: {
            link: safe(item.link),
            actions: Object.fromEntries(leading(item).map(({ actionId, link }) => [actionId, safe(link)])),
        },
    }));
    if (pushed.more > 0 || shown.length === 0) {
        shown.push(self.registration.showNotification("Daybook", {
            body: pushed.more > 0 ? `${pushed.more} more in the inbox` : "There is something in the inbox",
            tag: "daybook-more",
            data: { link: "/console/inbox" },
        }));
    }
    event.waitUntil(Promise.all(shown));
});

self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const { link, actions } = event.notification.data ?? {};
    const address = new URL(safe(actions?.[event.action] ?? link), self.location.origin).href;
    event.waitUntil((async () => {
        const open = await self.clients.matchAll({ type: "window" });
        const page = open.find((each) => each.url === address);
        return page ? page.focus() : self.clients.openWindow(address);
    })());
});
