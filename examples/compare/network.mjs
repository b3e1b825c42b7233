// Calls over the network: a server on this machine answers after 40 ms. Nearly all of the time is waiting.
import { createServer } from "node:http";

let server;
let url;

export async function setup() {
  server = createServer((_request, response) => {
    setTimeout(() => response.end("fine"), 40);
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  server.unref();
  url = `http://127.0.0.1:${server.address().port}/`;
}

export function teardown() {
  server.closeAllConnections();
  server.close();
}

export async function callService() {
  const response = await fetch(url);
  return response.text();
}
