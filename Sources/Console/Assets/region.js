// A part of the page that is kept as the server has it: read anew, and put in place without losing the focus.

export class Region {
    #element;
    #isReading = false;
    #isStale = false;

    constructor(id) { this.#element = document.getElementById(id); }

    get element() { return this.#element; }

    /** Reads it anew. Asked again meanwhile, it is read once more afterwards. */
    async read() {
        this.#isStale = true;
        if (this.#isReading) return;
        this.#isReading = true;
        try {
            while (this.#isStale) {
                this.#isStale = false;
                const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-By-Itself": "1" } });
                if (answer.redirected || !answer.ok) return;
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                this.#show(page.getElementById(this.#element.id));
            }
        } catch { /* Next time. */ } finally {
            this.#isReading = false;
        }
    }

    /** What had the focus keeps it, or what now stands there gets it. */
    #show(fresh) {
        if (!fresh || fresh.innerHTML === this.#element.innerHTML) return;
        const active = document.activeElement;
        const hadFocus = this.#element.contains(active);
        const items = () => [...this.#element.querySelectorAll("[data-key]")];
        const item = active?.closest("[data-key]");
        const index = items().indexOf(item);
        this.#element.replaceChildren(...fresh.childNodes);
        for (const name of new Set([...Object.keys(this.#element.dataset), ...Object.keys(fresh.dataset)])) {
            if (fresh.dataset[name] === undefined) delete this.#element.dataset[name];
            else this.#element.dataset[name] = fresh.dataset[name];
        }
        if (!hadFocus) return;
        const now = items();
        const same = now.find((each) => each.dataset.key === item?.dataset.key) ?? now[Math.min(index, now.length - 1)] ?? this.#element;
        const like = active.value ? same.querySelector(`button[value="${CSS.escape(active.value)}"]`) : null;
        (like ?? same.querySelector("a[href], button") ?? document.getElementById("main")).focus();
    }
}
