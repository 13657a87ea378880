import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

interface CloudflareOptions {
  host?: string;
  /** 0 picks a free port. */
  port: number;
  token: string;
  /** Names of the account's zones. */
  zones: readonly string[];
}

export interface CloudflareStandIn {
  /** For CLOUDFLARE_API_URL. */
  url: string;
  /** Names of the zones that were purged, in order. */
  purged: readonly string[];
  /** The next requests are answered with this status instead. */
  failNext(status: number, times?: number): void;
  close(): Promise<void>;
}

const idOf = (name: string) => Buffer.from(name).toString("hex").padEnd(32, "0").slice(0, 32);
const BASE = "/client/v4";

/** Cloudflare's API (v4) as far as the panel speaks it: zones by name, and purging what is kept of one. */
export async function startCloudflare(options: CloudflareOptions): Promise<CloudflareStandIn> {
  const purged: string[] = [];
  const faults: number[] = [];
  const zones = options.zones.map((name) => ({ id: idOf(name), name, status: "active" }));

  async function answer(request: IncomingMessage): Promise<[status: number, body: object]> {
    const refuse = (status: number, code: number, message: string): [number, object] => [
      status,
      { success: false, errors: [{ code, message }], messages: [], result: null },
    ];
    const done = (result: unknown): [number, object] => [200, { success: true, errors: [], messages: [], result }];
    const fault = faults.shift();
    if (fault !== undefined) return refuse(fault, 10000, "told to fail");
    if (request.headers.authorization !== `Bearer ${options.token}`) return refuse(403, 9109, "Invalid access token");
    const url = new URL(request.url ?? "/", "http://stand-in");
    if (request.method === "GET" && url.pathname === `${BASE}/zones`) {
      const name = url.searchParams.get("name");
      return done(zones.filter((zone) => name === null || zone.name === name));
    }
    const purge = new RegExp(`^${BASE}/zones/([0-9a-f]{32})/purge_cache$`).exec(url.pathname);
    if (request.method === "POST" && purge) {
      const zone = zones.find(({ id }) => id === purge[1]);
      if (!zone) return refuse(404, 1001, "Invalid zone identifier");
      const body: unknown = JSON.parse(await text(request));
      const isWhole = typeof body === "object" && body !== null && "purge_everything" in body && body.purge_everything;
      if (isWhole !== true)
        return refuse(400, 1012, "Request must contain one of purge_everything, files, tags, hosts");
      purged.push(zone.name);
      return done({ id: zone.id });
    }
    return refuse(404, 7003, "Could not route to this path");
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void answer(request)
      .catch((): [number, object] => [400, { success: false, errors: [{ code: 6007, message: "Malformed JSON" }] }])
      .then(([status, body]) => {
        response.writeHead(status, {
          "content-type": "application/json",
          ...(status === 429 ? { "retry-after": "1" } : {}),
        });
        response.end(JSON.stringify(body));
      });
  });
  server.listen(options.port, options.host ?? "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : options.port;
  return {
    url: `http://${options.host ?? "127.0.0.1"}:${port}${BASE}`,
    purged,
    failNext: (status, times = 1) => void faults.push(...Array<number>(times).fill(status)),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
