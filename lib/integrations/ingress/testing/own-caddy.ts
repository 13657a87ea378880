import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { caddySocketPath, startCaddy } from "#local/servers/caddy.ts";
import { pickPort } from "#local/servers/ports.ts";

export interface OwnCaddy {
  adminUrl: string;
  http: number;
  https: number;
  stop(): Promise<void>;
  /** The same, with what it had. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A real Caddy of a test's own, on ports of its own. */
export async function startOwnCaddy(): Promise<OwnCaddy> {
  const dataDir = mkdtempSync(join(tmpdir(), "seaworthy-caddy-"));
  const runDir = join("/run/seaworthy", `caddy-${randomBytes(4).toString("hex")}`);
  mkdirSync(runDir, { recursive: true });
  const ports = { http: await pickPort(), https: await pickPort() };
  const start = () => startCaddy({ dataDir, runDir, logFile: join(dataDir, "caddy.log"), ports });
  let running = await start();
  return {
    adminUrl: `unix://${caddySocketPath(runDir)}`,
    ...ports,
    stop: () => running.stop(),
    start: async () => {
      running = await start();
    },
    close: async () => {
      await running.stop();
      for (const dir of [dataDir, runDir]) rmSync(dir, { recursive: true, force: true });
    },
  };
}

export interface Seen {
  status: number;
  location: string | undefined;
  body: string;
  /** Of the certificate that was shown. */
  serial: string;
}

/** A request for a host name, sent to a port of this machine; with `ca`, HTTPS whose chain has to lead there. */
export function ask(url: string, at: { host?: string; port: number; ca?: string }): Promise<Seen> {
  const { hostname, protocol, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = {
      host: at.host ?? "127.0.0.1",
      port: at.port,
      path: pathname,
      headers: { host: hostname },
      timeout: 10_000,
      agent: false as const,
    };
    const call =
      protocol === "https:" ? requestHttps({ ...options, servername: hostname, ca: at.ca }) : requestHttp(options);
    call.on("error", reject);
    call.on("timeout", () => call.destroy(new Error("no answer in time")));
    call.on("response", (response) => {
      const { socket } = response;
      const peer =
        "getPeerCertificate" in socket ? (socket as import("node:tls").TLSSocket).getPeerCertificate() : null;
      text(response).then(
        (body) =>
          resolve({
            status: response.statusCode ?? 0,
            location: response.headers.location,
            body,
            serial: peer?.serialNumber ?? "",
          }),
        reject,
      );
    });
    call.end();
  });
}
