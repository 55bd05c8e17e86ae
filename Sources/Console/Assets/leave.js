// Before somebody signs out, the browser gives up being told by push: whoever is next at it would see what is theirs. The server is
// told which device that was.

const form = document.querySelector("form.leave");

async function giveUp() {
    const worker = await navigator.serviceWorker.getRegistration("/console/");
    for (const shown of await worker?.getNotifications?.() ?? []) shown.close();
    const subscription = await worker?.pushManager?.getSubscription();
    if (!subscription) return;
    form.elements.browser.value = subscription.endpoint;
    await subscription.unsubscribe();
}

if ("serviceWorker" in navigator) {
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        // Nobody is kept from signing out.
        await Promise.race([giveUp().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 2_000))]);
        form.submit();
    });
}
