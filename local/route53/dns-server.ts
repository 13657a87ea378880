import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import {
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from "dns-packet";
import { answerQuestion, RCODE } from "./dns-answer.ts";
import type { ZoneStore } from "./zone-store.ts";

const CLASSIC_UDP_LIMIT = 512;
const OWN_UDP_LIMIT = 4096;
const TCP_LIMIT = 65_535;
const TCP_IDLE_MS = 10_000;

/** Fields the decoder gives that its published types leave out. */
type Query = DecodedPacket & { opcode?: string };

function headerOnly(id: number, rcode: number): Buffer {
  return encode({ type: "response", id, flags: rcode });
}

/** The response to one packet, or nothing for what is not a query at all. */
export function respond(store: ZoneStore, message: Buffer, transportLimit: number): Buffer | undefined {
  if (message.length < 12) return undefined;
  const id = message.readUInt16BE(0);
  let query: Query;
  try {
    query = decode(message) as Query;
  } catch {
    return headerOnly(id, RCODE.FORMERR);
  }
  if (query.type !== "query") return undefined;
  const question = query.questions?.[0];
  if (query.opcode !== "QUERY") return headerOnly(id, RCODE.NOTIMP);
  if (!question || query.questions?.length !== 1) return headerOnly(id, RCODE.FORMERR);
  const edns = query.additionals?.find((record) => record.type === "OPT");
  const limit =
    transportLimit === TCP_LIMIT
      ? TCP_LIMIT
      : Math.min(transportLimit, Math.max(CLASSIC_UDP_LIMIT, edns?.udpPayloadSize ?? 0));
  const refused = (question.class ?? "IN") !== "IN" || question.type === "AXFR" || question.type === "IXFR";
  const answer = refused
    ? { rcode: RCODE.REFUSED, authoritative: false, answers: [], authorities: [] }
    : answerQuestion(store, question.name, question.type);
  const flags =
    answer.rcode | (answer.authoritative ? AUTHORITATIVE_ANSWER : 0) | ((query.flags ?? 0) & RECURSION_DESIRED);
  const additionals = edns
    ? [
        {
          type: "OPT" as const,
          name: ".",
          udpPayloadSize: OWN_UDP_LIMIT,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ]
    : [];
  const common = { type: "response" as const, id, questions: [question], additionals };
  const full = encode({ ...common, flags, answers: answer.answers, authorities: answer.authorities });
  return full.length <= limit ? full : encode({ ...common, flags: flags | TRUNCATED_RESPONSE });
}

function respondSafely(store: ZoneStore, message: Buffer, limit: number): Buffer | undefined {
  try {
    return respond(store, message, limit);
  } catch (error) {
    console.error("dns: cannot answer:", error);
    return headerOnly(message.readUInt16BE(0), RCODE.SERVFAIL);
  }
}

/** Reads length-prefixed queries off a TCP connection, several in a row if the client sends them. */
function serveTcp(store: ZoneStore, socket: Socket): void {
  let buffered = Buffer.alloc(0);
  socket.setTimeout(TCP_IDLE_MS, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= 2) {
      const length = buffered.readUInt16BE(0);
      if (buffered.length < 2 + length) return;
      const response = respondSafely(store, buffered.subarray(2, 2 + length), TCP_LIMIT);
      buffered = buffered.subarray(2 + length);
      if (!response) {
        socket.destroy();
        return;
      }
      const prefix = Buffer.alloc(2);
      prefix.writeUInt16BE(response.length);
      socket.write(Buffer.concat([prefix, response]));
    }
  });
}

export interface DnsServer {
  port: number;
  close(): Promise<void>;
}

/** Both transports on one port; with port 0 a number free for both is looked for. */
async function bindBoth(
  host: string,
  port: number,
  attempts = 20,
): Promise<{ tcp: Server; udp: UdpSocket; port: number }> {
  const tcp = createServer();
  tcp.listen(port, host);
  await once(tcp, "listening");
  const address = tcp.address();
  const chosen = typeof address === "object" && address ? address.port : port;
  const udp = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    udp.bind(chosen, host);
    await once(udp, "listening");
    return { tcp, udp, port: chosen };
  } catch (error) {
    udp.close();
    tcp.close();
    if (port !== 0 || attempts <= 1) throw error;
    return bindBoth(host, port, attempts - 1);
  }
}

/** Serves the store's published records over UDP and TCP. */
export async function startDnsServer(store: ZoneStore, options: { host: string; port: number }): Promise<DnsServer> {
  const { tcp, udp, port } = await bindBoth(options.host, options.port);
  const sockets = new Set<Socket>();
  tcp.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serveTcp(store, socket);
  });
  udp.on("message", (message, peer) => {
    const response = respondSafely(store, message, OWN_UDP_LIMIT);
    if (response) udp.send(response, peer.port, peer.address);
  });
  udp.on("error", (error) => console.error("dns:", error.message));
  return {
    port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([new Promise<void>((done) => udp.close(() => done())), new Promise((done) => tcp.close(done))]);
    },
  };
}
