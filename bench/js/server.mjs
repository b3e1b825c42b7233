// The site that the GET workload fetches from: a page of 9 kB, in a process of its own. Prints its port.
import { createServer } from "node:http";

const page = Buffer.from(`<!doctype html><title>page</title>${"<p>Lorem ipsum dolor sit amet.</p>".repeat(270)}`);
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "text/html", "content-length": page.length });
  response.end(page);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
