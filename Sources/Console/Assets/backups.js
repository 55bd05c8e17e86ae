// Shows how backups get on, as it is asked while something is done. Without this the page loads itself anew.

import { say } from "./live.js";
import { Region } from "./region.js";

const region = new Region("region");
const isOpen = () => region.element.dataset.open !== undefined;

setInterval(async () => {
    if (!isOpen() || document.hidden) return;
    await region.read();
    if (!isOpen()) say("What was done with the backup has ended.");
}, 1_500);
