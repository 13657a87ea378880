import { request } from "node:http";
import { config } from "#lib/platform/config/config.ts";
import { GUARDED_PORTS } from "#lib/services/constants.ts";
import type { DeployJob } from "../queries/read-deploy-job.ts";

const TIMEOUT_MS = 5_000;

export interface Probe {
  host: string;
  port: number;
  path: string;
  /** What the app is called by those who ask for it. */
  hostname: string;
  status: number;
}

/** Where and what is asked while a release soaks; a text says why nothing is. */
export function chooseProbe({ probe, next, names, upstreamHost }: DeployJob): Probe | string {
  if (!probe) return "its settings name no page to ask";
  if (next.content.replicas === 0) return "it has no tasks";
  const settings = config();
  const host = upstreamHost ?? (settings.INGRESS_UPSTREAM_HOST || settings.INGRESS_IPV4);
  const web = next.content.ports.find(
    ({ protocol, published, target }) =>
      protocol === "tcp" && published !== null && !GUARDED_PORTS[target] && !GUARDED_PORTS[published],
  );
  if (web?.published == null) return "it publishes no port for web pages, so no worker can reach it";
  return { host, port: web.published, path: probe.path, hostname: names.hostname, status: probe.status };
}

export interface ProbeAnswer {
  ok: boolean;
  /** "200 in 12 ms", "connection refused". */
  words: string;
}

/** Asks once, the way the reverse proxy does. Nothing of the answer but its status is looked at. */
export function askProbe({ host, port, path, hostname, status }: Probe, signal: AbortSignal): Promise<ProbeAnswer> {
  const begun = performance.now();
  const either = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  return new Promise((resolve) => {
    const call = request(
      { host, port, path, headers: { host: hostname, "user-agent": "seaworthy-probe" }, signal: either, agent: false },
      (response) => {
        response.resume();
        const ms = Math.round(performance.now() - begun);
        resolve({ ok: response.statusCode === status, words: `${response.statusCode} in ${ms} ms` });
      },
    );
    call.on("error", (error: NodeJS.ErrnoException) => {
      const words = either.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : (error.code ?? error.message);
      resolve({ ok: false, words });
    });
    call.end();
  });
}
