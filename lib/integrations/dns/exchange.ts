import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import packet, { type DecodedPacket, type RecordType } from "dns-packet";

export interface ServerAddress {
  /** As people know it: `ns-1.awsdns-1.com` or `127.0.0.1:5353`. */
  name: string;
  host: string;
  port: number;
}

export interface ExchangeOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Asks the server to find out from others: for resolvers, never for a zone's own servers. */
  recursive?: boolean;
}

const UDP_PAYLOAD = 1232;

function encodeQuestion(
  name: string,
  type: RecordType,
  { recursive = false }: ExchangeOptions,
): { id: number; query: packet.Packet } {
  const id = randomInt(65_536);
  return {
    id,
    query: {
      type: "query",
      id,
      flags: recursive ? packet.RECURSION_DESIRED : 0,
      questions: [{ name, type, class: "IN" }],
      additionals: [
        {
          type: "OPT",
          name: ".",
          udpPayloadSize: UDP_PAYLOAD,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ],
    },
  };
}

const isAnswerTo = (answer: DecodedPacket, id: number, name: string, type: RecordType) =>
  answer.id === id &&
  answer.type === "response" &&
  answer.questions?.[0]?.type === type &&
  answer.questions[0].name.toLowerCase() === name.toLowerCase();

/** Runs `start` until it settles, the time is over or the signal fires; `stop` is called in every case. */
function bounded<T>(
  { timeoutMs, signal }: ExchangeOptions,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      stop();
      settle();
    };
    const fail = (error: Error) => finish(() => reject(error));
    const onAbort = () => fail(new Error("aborted"));
    const timer = setTimeout(() => fail(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    stop = start((value) => finish(() => resolve(value)), fail);
  });
}

function askByUdp(server: ServerAddress, name: string, type: RecordType, options: ExchangeOptions) {
  const { id, query } = encodeQuestion(name, type, options);
  return bounded<DecodedPacket>(options, (resolve, reject) => {
    const socket = createSocket(isIPv6(server.host) ? "udp6" : "udp4");
    socket.on("error", reject);
    socket.on("message", (message) => {
      try {
        const answer = packet.decode(message);
        if (isAnswerTo(answer, id, name, type)) resolve(answer);
      } catch {
        // Not for us, or garbage: the answer may still come.
      }
    });
    // Connected, so that only this server's packets reach us.
    socket.connect(server.port, server.host, () => socket.send(packet.encode(query)));
    return () => socket.close();
  });
}

function askByTcp(server: ServerAddress, name: string, type: RecordType, options: ExchangeOptions) {
  const { id, query } = encodeQuestion(name, type, options);
  return bounded<DecodedPacket>(options, (resolve, reject) => {
    const socket = connect(server.port, server.host, () => socket.write(packet.streamEncode(query)));
    let received = Buffer.alloc(0);
    socket.on("error", reject);
    socket.on("end", () => reject(new Error("the connection ended before the answer")));
    socket.on("data", (data) => {
      received = Buffer.concat([received, data]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      try {
        const answer = packet.decode(received.subarray(2, 2 + received.readUInt16BE(0)));
        if (isAnswerTo(answer, id, name, type)) resolve(answer);
        else reject(new Error("the answer was to another question"));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    return () => socket.destroy();
  });
}

/** Asks one server one question, by UDP and then, when the answer was cut short, by TCP. */
export async function askServer(
  server: ServerAddress,
  name: string,
  type: RecordType,
  options: ExchangeOptions,
): Promise<DecodedPacket> {
  const answer = await askByUdp(server, name, type, options);
  return answer.flag_tc ? askByTcp(server, name, type, options) : answer;
}
