import { Resolver } from "node:dns/promises";
import { queryAuthoritative } from "./authoritative.ts";

const MAX_ALIASES = 5;
const TIMEOUT_MS = 3_000;

const belongsTo = (name: string, zone: string) => name === zone || name.endsWith(`.${zone}`);

/** The values the first server that has any answers. */
async function ask(name: string, type: "A" | "AAAA" | "CNAME", zone: string, signal: AbortSignal): Promise<string[]> {
  const answers = await queryAuthoritative(name, type, { zone, signal, timeoutMs: TIMEOUT_MS });
  return answers.find((answer) => answer.kind === "answered")?.values ?? [];
}

/** By the system's resolver, for names in zones of others. */
async function resolveElsewhere(name: string, signal: AbortSignal): Promise<string[]> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
  const stop = () => resolver.cancel();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const found = await Promise.all([resolver.resolve4(name).catch(() => []), resolver.resolve6(name).catch(() => [])]);
    signal.throwIfAborted();
    return found.flat();
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/**
 * Where a host name leads, as the zone's own servers say: IPv4 first. Names that stand for another are followed; one that leaves
 * the given zones is looked up as anybody would. None when the name leads nowhere.
 */
export async function findAddresses(
  hostname: string,
  zones: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  let name = hostname;
  for (let step = 0; step <= MAX_ALIASES; step++) {
    const zone = zones.filter((one) => belongsTo(name, one)).sort((a, b) => b.length - a.length)[0];
    if (!zone) return resolveElsewhere(name, signal);
    const [v4, v6] = await Promise.all([ask(name, "A", zone, signal), ask(name, "AAAA", zone, signal)]);
    if (v4.length + v6.length > 0) return [...v4, ...v6];
    const [alias] = await ask(name, "CNAME", zone, signal);
    if (!alias) return [];
    name = alias.replace(/\.$/, "");
  }
  return [];
}
