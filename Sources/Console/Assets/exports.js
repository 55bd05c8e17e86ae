// Shows how exports get on, as it is told; and where nothing is told, as it is asked. Without this the page loads itself anew.

import { follow, live, say } from "./live.js";
import { Region } from "./region.js";

const region = new Region("region");
const ends = { completed: "An export is made.", failed: "An export could not be made.", cancelled: "An export was called off." };
let isDue = false;

follow("exports");
live.addEventListener("exports", ({ detail }) => {
    if (ends[detail.state]) say(ends[detail.state]);
    // Steps come in quick succession; what is read shows the last of them.
    if (isDue) return;
    isDue = true;
    setTimeout(() => { isDue = false; region.read(); }, ends[detail.state] ? 0 : 400);
});

// Between steps only the server that makes it knows how far it is.
setInterval(() => {
    if (region.element.dataset.open !== undefined && !document.hidden) region.read();
}, 3_000);
