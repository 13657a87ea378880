import type { Answer, DecodedPacket, RecordType } from "dns-packet";
import { config } from "#lib/platform/config/config.ts";
import { askServer, type ServerAddress } from "./exchange.ts";
import { findAuthoritativeServers } from "./servers.ts";

/** What one authoritative server says about a name and type. */
export interface ServerAnswer {
  server: string;
  /** `nodata`: the name exists, but not with this type. `failed`: no answer, or one that is none. */
  kind: "answered" | "nodata" | "nxdomain" | "failed";
  /** As people write them: TXT as one text, names without the dot at the end. Sorted. */
  values: string[];
  ttl: number | null;
  error?: string;
}

export interface QueryOptions {
  /** Zone whose servers are asked; ROOT_DOMAIN unless given. */
  zone?: string;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 3_000;

function readText(data: unknown): string {
  const parts = (Array.isArray(data) ? data : [data]).map((part: unknown) =>
    Buffer.isBuffer(part) ? part : Buffer.from(String(part)),
  );
  return Buffer.concat(parts).toString("utf8");
}

function readValue(answer: Answer): string {
  const data: unknown = "data" in answer ? answer.data : undefined;
  if (answer.type === "TXT") return readText(data);
  if (answer.type === "MX") return `${answer.data.preference ?? 0} ${answer.data.exchange}`;
  if (answer.type === "SRV")
    return `${answer.data.priority ?? 0} ${answer.data.weight ?? 0} ${answer.data.port} ${answer.data.target}`;
  if (answer.type === "CAA") return `${answer.data.flags ?? 0} ${answer.data.tag} "${answer.data.value}"`;
  return typeof data === "string" ? data.toLowerCase().replace(/\.$/, "") : JSON.stringify(data);
}

function readAnswer(server: ServerAddress, name: string, type: RecordType, answer: DecodedPacket): ServerAnswer {
  const rcode = "rcode" in answer && typeof answer.rcode === "string" ? answer.rcode : "NOERROR";
  const none = { server: server.name, values: [], ttl: null };
  if (rcode === "NXDOMAIN") return { ...none, kind: "nxdomain" };
  if (rcode !== "NOERROR") return { ...none, kind: "failed", error: rcode };
  if (!answer.flag_aa) return { ...none, kind: "failed", error: "the server is not authoritative for this name" };
  const found = (answer.answers ?? []).filter(
    (record) => record.type === type && record.name.toLowerCase() === name.toLowerCase(),
  );
  const [first] = found;
  if (!first) return { ...none, kind: "nodata" };
  const ttl = "ttl" in first && typeof first.ttl === "number" ? first.ttl : null;
  return { server: server.name, kind: "answered", values: found.map(readValue).sort(), ttl };
}

async function askOne(server: ServerAddress, name: string, type: RecordType, options: QueryOptions) {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
  let failure = "";
  // UDP loses packets: once more before it counts as silence.
  for (let attempt = 1; attempt <= 2; attempt++) {
    try {
      return readAnswer(server, name, type, await askServer(server, name, type, { timeoutMs, signal }));
    } catch (error) {
      signal?.throwIfAborted();
      failure = error instanceof Error ? error.message : String(error);
    }
  }
  return { server: server.name, kind: "failed", values: [], ttl: null, error: failure } satisfies ServerAnswer;
}

/** Asks every authoritative server of the zone directly, past all caches. */
export async function queryAuthoritative(
  name: string,
  type: RecordType,
  options: QueryOptions = {},
): Promise<ServerAnswer[]> {
  const servers = await findAuthoritativeServers(options.zone ?? config().ROOT_DOMAIN);
  return Promise.all(servers.map((server) => askOne(server, name, type, options)));
}

/** One line for a log: `ns-1 answers 203.0.113.10, ns-2 has no such name`. */
export function describeAnswers(answers: readonly ServerAnswer[]): string {
  return answers
    .map((answer) => {
      if (answer.kind === "answered") return `${answer.server} answers ${answer.values.join(", ")}`;
      if (answer.kind === "nxdomain") return `${answer.server} has no such name`;
      if (answer.kind === "nodata") return `${answer.server} has the name without this type`;
      return `${answer.server} gave no answer (${answer.error})`;
    })
    .join("; ");
}
