import { GUARDED_PORTS } from "#lib/services/constants.ts";
import { EPHEMERAL_FROM } from "../constants.ts";
import type { Listening } from "./parse-proc-net.ts";

export interface DeclaredPort {
  port: number;
  protocol: "tcp" | "udp";
  purpose: string;
}

export interface PublishedPort {
  port: number;
  protocol: "tcp" | "udp";
  published: number;
}

const PORT_STATES = ["ok", "undeclared", "silent", "exposed", "local"] as const;
type PortState = (typeof PORT_STATES)[number];

export interface FoundPort {
  /** Which of the stack's services: app, db. */
  part: string;
  port: number;
  protocol: "tcp" | "udp";
  purpose: string;
  addresses: string[];
  published: number | null;
  /** What trusts whoever reaches it; null: nothing special. */
  guarded: string | null;
  state: PortState;
}

interface Part {
  part: string;
  listening: readonly Listening[];
  declared: readonly DeclaredPort[];
  /** As Docker has it now, whatever was declared. */
  published: readonly PublishedPort[];
  /** Whether it is a database's own service: none of its ports may be published. */
  isDatabase: boolean;
}

const keyOf = ({ port, protocol }: { port: number; protocol: string }) => `${port}/${protocol}`;

/** What a part of a stack listens on beside what was declared, and whether what must not be reached can be. */
export function comparePorts({ part, listening, declared, published, isDatabase }: Part): FoundPort[] {
  const known = new Map(declared.map((one) => [keyOf(one), one]));
  const heard = Map.groupBy(listening, keyOf);
  const outside = new Map(published.map((one) => [keyOf(one), one]));
  const found: FoundPort[] = [];
  for (const key of new Set([...known.keys(), ...heard.keys(), ...outside.keys()])) {
    const [port = "", protocol = "tcp"] = key.split("/");
    const sockets = heard.get(key) ?? [];
    const isLocal = sockets.length > 0 && sockets.every((one) => one.isLocal);
    const number = Number(port);
    if (!known.has(key) && !outside.has(key) && protocol === "udp" && number >= EPHEMERAL_FROM) continue;
    const guarded = GUARDED_PORTS[number] ?? (isDatabase ? "A database" : null);
    const open = outside.get(key)?.published ?? null;
    found.push({
      ...{ part, port: number, protocol: protocol === "udp" ? ("udp" as const) : ("tcp" as const) },
      purpose: known.get(key)?.purpose ?? "",
      addresses: [...new Set(sockets.map(({ address }) => address))].sort(),
      ...{ published: open, guarded },
      state: judge({
        isDeclared: known.has(key),
        isHeard: sockets.length > 0,
        isLocal,
        exposed: open !== null && guarded !== null,
      }),
    });
  }
  return found.sort((one, other) => one.port - other.port || (one.protocol < other.protocol ? -1 : 1));
}

interface Known {
  isDeclared: boolean;
  isHeard: boolean;
  isLocal: boolean;
  exposed: boolean;
}

function judge({ isDeclared, isHeard, isLocal, exposed }: Known): PortState {
  if (exposed) return "exposed";
  if (!isDeclared) return isLocal ? "local" : "undeclared";
  return isHeard && !isLocal ? "ok" : "silent";
}

const place = ({ part, port, protocol }: FoundPort) => `${protocol} ${port} (${part})`;

/** One sentence for each port that is not as it should be. */
export function describeProblem(found: FoundPort): string | null {
  switch (found.state) {
    case "exposed":
      return `${found.guarded} on ${place(found)} is published on port ${found.published}, where whoever reaches the host reaches it.`;
    case "undeclared":
      return `Something listens on ${place(found)} that was not declared.`;
    case "silent":
      return found.addresses.length > 0
        ? `${place(found)} was declared and answers inside its container only (${found.addresses.join(", ")}).`
        : `${place(found)} was declared and nothing listens there.`;
    default:
      return null;
  }
}
