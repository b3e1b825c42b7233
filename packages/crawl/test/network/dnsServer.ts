import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";

export interface DnsServer {
  /** Every name that was asked for. */
  readonly asked: readonly string[];
  /** Asks it for the IPv4 addresses of a name. */
  resolve(host: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A name server that answers every question with what `answer` says, for 0 seconds: what rebinding needs. */
export async function startDnsServer(answer: (name: string, times: number) => readonly string[]): Promise<DnsServer> {
  const asked: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = question[at] as number; length > 0; length = question[at] as number) {
      labels.push(question.toString("latin1", at + 1, at + 1 + length));
      at += length + 1;
    }
    const name = labels.join(".");
    asked.push(name);
    const addresses = answer(name, asked.filter((each) => each === name).length);
    const head = Buffer.from(question.subarray(0, at + 5));
    // An answer, authoritative, with so many records.
    head.writeUInt16BE(0x8580, 2);
    head.writeUInt16BE(addresses.length, 6);
    head.writeUInt16BE(0, 8);
    head.writeUInt16BE(0, 10);
    const records = addresses.map((address) =>
      // The name of the question, A, IN, 0 seconds, 4 bytes.
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]),
    );
    socket.send(Buffer.concat([head, ...records]), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return {
    asked,
    resolve: (host) => resolver.resolve4(host),
    close: async () => {
      socket.close();
      await once(socket, "close");
    },
  };
}
