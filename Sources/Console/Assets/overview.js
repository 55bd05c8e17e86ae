// Draws a stretch of time out of a chart of the history: press on one bar, let go on another.

/** Lets stretches be dragged out of a chart whose bars are links with a beginning and an end. */
export function drag(chart) {
    const bars = [...chart.querySelectorAll("a[data-from]")];
    let first;
    const mark = (last) => {
        const [low, high] = [bars.indexOf(first), bars.indexOf(last ?? first)].sort((one, other) => one - other);
        bars.forEach((bar, place) => bar.classList.toggle("taken", first !== undefined && place >= low && place <= high));
    };
    /** The bar over or under a point. */
    const barAt = (x) => bars.find((bar) => {
        const { left, right } = bar.getBoundingClientRect();
        return x >= left && x < right;
    });
    chart.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        first = barAt(event.clientX);
        if (!first) return;
        event.preventDefault();
        chart.setPointerCapture(event.pointerId);
        mark(first);
    });
    chart.addEventListener("pointermove", (event) => { if (first) mark(barAt(event.clientX)); });
    chart.addEventListener("pointerup", (event) => {
        const [one, other] = [first, barAt(event.clientX) ?? first];
        first = undefined;
        mark();
        if (!one) return;
        const [from, to] = bars.indexOf(one) <= bars.indexOf(other) ? [one, other] : [other, one];
        const address = new URL(one.getAttribute("href"), location.href);
        address.searchParams.set("from", from.dataset.from);
        address.searchParams.set("to", to.dataset.to);
        location.assign(address);
    });
    chart.addEventListener("pointercancel", () => {
        first = undefined;
        mark();
    });
}

const chart = document.querySelector("#overview .chart svg");
if (chart) drag(chart);
