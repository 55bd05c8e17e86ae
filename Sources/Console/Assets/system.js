// Keeps the page of the system as the server has it. Not while somebody reads the figures of a chart, or has the focus there: what
// they look at stays.

import { Region } from "./region.js";

const region = new Region("region");
const isInUse = () => region.element.contains(document.activeElement) || region.element.querySelector("details[open]") !== null;

setInterval(() => { if (!document.hidden && !isInUse()) region.read(); }, 5_000);
