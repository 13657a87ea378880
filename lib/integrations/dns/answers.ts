import { isIPv6 } from "node:net";
import type { Answer, DecodedPacket, RecordType } from "dns-packet";
import type { ServerAddress } from "./exchange.ts";

/** What one server says about a name and type. */
export interface ServerAnswer {
  server: string;
  /** Where it was asked: 203.0.113.53 or 127.0.0.1:5353. */
  address: string;
  /** `nodata`: the name exists, but not with this type. `failed`: no answer, or one that is none. */
  kind: "answered" | "nodata" | "nxdomain" | "failed";
  /** As people write them: TXT as one text, names without the dot at the end. Sorted. */
  values: string[];
  ttl: number | null;
  error?: string;
}

const DNS_PORT = 53;
const writeAddress = ({ host, port }: ServerAddress) => {
  if (port === DNS_PORT) return host;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
};

/** The fields of every answer of a server. */
export const answerOf = (server: ServerAddress) => ({
  server: server.name,
  address: writeAddress(server),
  values: [] as string[],
  ttl: null,
});

function readText(data: unknown): string {
  const parts = (Array.isArray(data) ? data : [data]).map((part: unknown) =>
    Buffer.isBuffer(part) ? part : Buffer.from(String(part)),
  );
  return Buffer.concat(parts).toString("utf8");
}

const readName = (name: string) => name.toLowerCase().replace(/\.$/, "");

/** An IPv6 address in its one canonical form. */
const readAddress = (address: string) =>
  isIPv6(address) && !address.includes("%") ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;

function readValue(answer: Answer): string {
  const data: unknown = "data" in answer ? answer.data : undefined;
  if (answer.type === "AAAA") return readAddress(String(data));
  if (answer.type === "TXT") return readText(data);
  if (answer.type === "MX") return `${answer.data.preference ?? 0} ${readName(answer.data.exchange)}`;
  if (answer.type === "SRV") {
    const { priority = 0, weight = 0, port, target } = answer.data;
    return `${priority} ${weight} ${port} ${readName(target)}`;
  }
  if (answer.type === "CAA") return `${answer.data.flags ?? 0} ${answer.data.tag} "${answer.data.value}"`;
  return typeof data === "string" ? readName(data) : JSON.stringify(data);
}

/** Delegated names come in the authority section of the parent's servers, which are not authoritative for them. */
function findRecords(name: string, type: RecordType, answer: DecodedPacket): Answer[] {
  const isIt = (record: Answer) => record.type === type && record.name.toLowerCase() === name.toLowerCase();
  const found = (answer.answers ?? []).filter(isIt);
  return found.length > 0 || type !== "NS" ? found : (answer.authorities ?? []).filter(isIt);
}

/** A server's answer in words of ours. `authoritative`: one that only repeats what others said does not count. */
export function readAnswer(
  server: ServerAddress,
  name: string,
  type: RecordType,
  answer: DecodedPacket,
  { authoritative }: { authoritative: boolean },
): ServerAnswer {
  const rcode = "rcode" in answer && typeof answer.rcode === "string" ? answer.rcode : "NOERROR";
  const none = answerOf(server);
  if (rcode === "NXDOMAIN") return { ...none, kind: "nxdomain" };
  if (rcode !== "NOERROR") return { ...none, kind: "failed", error: rcode };
  const found = findRecords(name, type, answer);
  if (authoritative && !answer.flag_aa && !(type === "NS" && found.length > 0))
    return { ...none, kind: "failed", error: "the server is not authoritative for this name" };
  const [first] = found;
  if (!first) return { ...none, kind: "nodata" };
  const ttl = "ttl" in first && typeof first.ttl === "number" ? first.ttl : null;
  return { ...none, kind: "answered", values: found.map(readValue).sort(), ttl };
}
