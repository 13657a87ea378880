import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { SecureContext } from "node:tls";
import { isOwnNetwork, OWN_NETWORK } from "./local-network.ts";

const TIMEOUT_MS = 10_000;

export interface PageQuestion {
  url: string;
  expectedStatus: number;
  /** Where to connect to, when the caller has looked the name up; left out: as anybody would. */
  address?: string;
  /** Whose word counts for certificates. */
  trust: { context: SecureContext };
}

export interface PageAnswer {
  ok: boolean;
  /** "200 in 12 ms", "ECONNREFUSED". */
  words: string;
}

/** Asks for a page once, following nothing. Of the answer only its status is looked at. */
export function askPage(
  { url, expectedStatus, address, trust }: PageQuestion,
  signal: AbortSignal,
): Promise<PageAnswer> {
  const begun = performance.now();
  const either = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const asked = new URL(url);
  if (isOwnNetwork(address ?? asked.hostname)) return Promise.resolve({ ok: false, words: OWN_NETWORK });
  const headers = { host: asked.host, "user-agent": "seaworthy-probe" };
  const where = {
    host: address ?? asked.hostname,
    path: `${asked.pathname}${asked.search}`,
    ...(asked.port ? { port: Number(asked.port) } : {}),
  };
  return new Promise((resolve) => {
    const call =
      asked.protocol === "https:"
        ? requestHttps({
            ...{ ...where, headers, signal: either, agent: false },
            ...{ servername: asked.hostname, secureContext: trust.context },
          })
        : requestHttp({ ...where, headers, signal: either, agent: false });
    // Told between looking the name up and connecting.
    call.on("socket", (socket) =>
      socket.on("lookup", (_error, found) => {
        if (found && isOwnNetwork(found)) call.destroy(new Error(OWN_NETWORK));
      }),
    );
    call.on("response", (response) => {
      response.resume();
      const ms = Math.round(performance.now() - begun);
      resolve({ ok: response.statusCode === expectedStatus, words: `${response.statusCode} in ${ms} ms` });
    });
    call.on("error", (error: NodeJS.ErrnoException) => {
      const words = either.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : (error.code ?? error.message);
      resolve({ ok: false, words });
    });
    call.end();
  });
}
