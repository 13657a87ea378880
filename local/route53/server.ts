import { type ApiOptions, startApiServer } from "./api-server.ts";
import { startDnsServer } from "./dns-server.ts";
import { canonicalName } from "./names.ts";
import { ZoneStore } from "./zone-store.ts";

export interface Route53Options extends Partial<Pick<ApiOptions, "rateLimit" | "account">> {
  host?: string;
  httpPort?: number;
  dnsPort?: number;
  /** A hosted zone that exists from the start, under a fixed id. */
  zone?: { name: string; id: string };
  stateFile?: string;
  insyncMs?: number;
}

export interface Route53 {
  endpoint: string;
  httpPort: number;
  dnsPort: number;
  store: ZoneStore;
  close(): Promise<void>;
}

/** Starts the API and the DNS server over one store; port 0 (the default) picks free ports. */
export async function startRoute53(options: Route53Options = {}): Promise<Route53> {
  const { host = "127.0.0.1", httpPort = 0, dnsPort = 0, zone, insyncMs = 800 } = options;
  const store = new ZoneStore(options.stateFile === undefined ? {} : { file: options.stateFile });
  const reseed = () => {
    if (!zone || store.listZones().some(({ id }) => id === zone.id)) return;
    store.createZone({ ...zone, name: canonicalName(zone.name), callerReference: `created-with-${zone.id}` }, 0);
  };
  reseed();
  const dns = await startDnsServer(store, { host, port: dnsPort });
  const api = await startApiServer(store, {
    host,
    port: httpPort,
    insyncMs,
    reseed,
    account: options.account ?? {},
    rateLimit: options.rateLimit ?? false,
  }).catch(async (error: unknown) => {
    await dns.close();
    throw error;
  });
  return {
    endpoint: `http://${host}:${api.port}`,
    httpPort: api.port,
    dnsPort: dns.port,
    store,
    async close() {
      await Promise.all([api.close(), dns.close()]);
    },
  };
}
