import type { Socket } from "node:net";
import { BODY_FAULTS } from "./bodyFaults.js";
import type { ConnectionFault, Fault } from "./faultRequest.js";
import { FRAMING_FAULTS } from "./framingFaults.js";
import { GOOD_PAGES } from "./goodPages.js";
import { PHASE_FAULTS } from "./phaseFaults.js";
import { REDIRECT_FAULTS } from "./redirectFaults.js";
import { REFUSING_FAULTS } from "./refusingFaults.js";

/** All that the fault server can do, by name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  ...GOOD_PAGES,
  ...PHASE_FAULTS,
  ...FRAMING_FAULTS,
  ...BODY_FAULTS,
  ...REDIRECT_FAULTS,
  ...REFUSING_FAULTS,
};

/** What goes wrong before anybody could say which page is wanted: each at a port of its own. */
export const CONNECTION_FAULTS: Readonly<Record<string, ConnectionFault>> = {
  "refuse-connection": { outcome: "refused" },
  "reset-on-accept": { outcome: "reset", meet: (socket) => void socket.resetAndDestroy() },
  "close-on-accept": { outcome: "reset", meet: (socket) => void socket.end() },
  "stall-on-accept": { outcome: "stalled", meet: () => {} },
  "garbage-on-accept": { outcome: "protocol", meet: greets("SSH-2.0-OpenSSH_9.2\r\n") },
  "tls-garbage": { outcome: "tls", scheme: "https", meet: greets("220 mail.test ESMTP\r\n") },
  "tls-stall": { outcome: "stalled", scheme: "https", meet: () => {} },
  "tls-reset": { outcome: "reset", scheme: "https", meet: (socket) => void socket.resetAndDestroy() },
};

function greets(text: string): (socket: Socket) => void {
  return (socket) => void socket.write(text);
}
