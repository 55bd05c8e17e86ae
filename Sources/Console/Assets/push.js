// Has this browser told by push: asks for its leave, subscribes, and sends the subscription by the form.

const form = document.getElementById("push-form");
const result = document.getElementById("push-result");

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));

const isSame = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);

async function subscribe() {
    if (await Notification.requestPermission() !== "granted") throw new Error("this browser may not show notifications");
    const worker = await navigator.serviceWorker.register("/console/worker.js", { scope: "/console/" });
    await navigator.serviceWorker.ready;
    const applicationServerKey = bytes(form.dataset.key);
    const known = await worker.pushManager.getSubscription();
    if (known && isSame(new Uint8Array(known.options.applicationServerKey ?? []), applicationServerKey)) return known;
    // One that was made with a key of before is of no use.
    await known?.unsubscribe();
    return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

if ("serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        result.textContent = "Asking this browser…";
        try {
            form.elements.subscription.value = JSON.stringify(await subscribe());
            form.submit();
        } catch (error) {
            result.textContent = `That did not work: ${error.message}.`;
        }
    });
} else {
    result.textContent = "This browser takes no pushes here: it needs https, or this machine.";
}
