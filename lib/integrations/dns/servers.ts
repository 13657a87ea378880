import { Resolver } from "node:dns/promises";
import { isIPv6 } from "node:net";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { ServerAddress } from "./exchange.ts";

const DNS_PORT = 53;
const CACHE_MS = 5 * 60_000;
const cache = new Map<string, { at: number; servers: ServerAddress[] }>();

/** `ns.example.org`, `192.0.2.1:5353`, `[2001:db8::1]:53`. */
export function parseServer(text: string, setting = "DNS_AUTHORITATIVE_SERVERS"): ServerAddress {
  const match =
    /^\[([^\]]+)\](?::(\d+))?$/.exec(text) ?? (isIPv6(text) ? [text, text] : /^([^:]+)(?::(\d+))?$/.exec(text));
  if (!match?.[1]) throw new Error(`${setting}: "${text}" is not host:port`);
  return { name: text, host: match[1], port: Number(match[2] ?? DNS_PORT) };
}

async function resolveAddress(resolver: Resolver, name: string): Promise<ServerAddress[]> {
  const addresses = await resolver.resolve4(name).catch(() => resolver.resolve6(name));
  return addresses.map((host) => ({ name, host, port: DNS_PORT }));
}

/**
 * Every authoritative server of a zone: those of DNS_AUTHORITATIVE_SERVERS, else those the zone's NS records name, found
 * by the system's resolver and kept for five minutes.
 */
export async function findAuthoritativeServers(zone: string): Promise<ServerAddress[]> {
  const configured = config().DNS_AUTHORITATIVE_SERVERS;
  if (configured.length > 0) return configured.map((one) => parseServer(one));
  const cached = cache.get(zone);
  if (cached && Date.now() - cached.at < CACHE_MS) return cached.servers;
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  try {
    const names = await resolver.resolveNs(zone);
    const servers = (await Promise.all(names.sort().map((name) => resolveAddress(resolver, name)))).flat();
    if (servers.length === 0) throw new Error("the zone names no servers");
    cache.set(zone, { at: Date.now(), servers });
    return servers;
  } catch (error) {
    throw new AppError({
      code: "dns.no_servers",
      message: `The name servers of ${zone} could not be found.`,
      advice: "Check that the domain is delegated, or name its servers in DNS_AUTHORITATIVE_SERVERS.",
      detail: error instanceof Error ? error.message : String(error),
      retry: "retry",
      cause: error,
    });
  }
}
