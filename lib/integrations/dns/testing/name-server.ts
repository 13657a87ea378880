import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import packet, { type Answer } from "dns-packet";

const open: (Socket | Server)[] = [];

/** Ends every server of the test. */
export function closeNameServers(): void {
  for (const server of open.splice(0)) server.close();
}

export type Reply = (query: packet.Packet) => packet.Packet;
export const AUTHORITATIVE = packet.AUTHORITATIVE_ANSWER;

export function reply(query: packet.Packet, answers: Answer[], flags = AUTHORITATIVE): packet.Packet {
  return { type: "response", id: query.id ?? 0, flags, questions: query.questions ?? [], answers };
}

/** A DNS server on UDP and, on the same port, TCP. */
export async function serve(byUdp: Reply, byTcp: Reply = byUdp): Promise<string> {
  const tcp = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (data) => socket.end(packet.streamEncode(byTcp(packet.streamDecode(data)))));
  });
  tcp.listen(0, "127.0.0.1");
  await once(tcp, "listening");
  const { port } = tcp.address() as { port: number };
  const udp = createSocket("udp4");
  udp.on("message", (data, from) => udp.send(packet.encode(byUdp(packet.decode(data))), from.port, from.address));
  udp.bind(port, "127.0.0.1");
  await once(udp, "listening");
  open.push(tcp, udp);
  return `127.0.0.1:${port}`;
}
