// The site that the page workload fetches from, in a process of its own: pages of 5 to 60 kB such as sites send, on as many
// hosts as 127.0.0.0/8 has addresses. Raw sockets, as the client is what is measured. Prints its port.
import { createServer } from "node:net";
import { answerTo } from "./pages.mjs";

const END_OF_HEAD = "\r\n\r\n";

const server = createServer((socket) => {
  let head = "";
  socket.setNoDelay(true);
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    head += chunk.latin1Slice();
    for (let end = head.indexOf(END_OF_HEAD); end >= 0; end = head.indexOf(END_OF_HEAD)) {
      const path = head.slice(head.indexOf(" ") + 1, head.indexOf(" HTTP/"));
      head = head.slice(end + END_OF_HEAD.length);
      socket.write(answerTo(path));
    }
  });
});
server.listen(0, "0.0.0.0", () => console.log(server.address().port));
