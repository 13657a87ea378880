import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Beat, StoredMonitor } from "./monitor-store.ts";

const TIMEOUT_MS = 5_000;

function askStatus(url: URL): Promise<number> {
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // What is certified in this world no system trusts.
    const call = send(url, { rejectUnauthorized: false, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) });
    call.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on("error", reject);
    call.end();
  });
}

/** One heartbeat of an http monitor: up when the status is one of those it accepts. */
export async function checkMonitor({ fields }: StoredMonitor): Promise<Beat> {
  const began = performance.now();
  const accepted = Array.isArray(fields.accepted_statuscodes) ? fields.accepted_statuscodes.map(String) : [];
  const time = new Date().toISOString().replace("T", " ").replace("Z", "");
  try {
    const status = await askStatus(new URL(String(fields.url)));
    const isUp = accepted.some((code) => {
      const [from = "", to = from] = code.split("-");
      return status >= Number(from) && status <= Number(to);
    });
    const ping = Math.round(performance.now() - began);
    return {
      status: isUp ? 1 : 0,
      msg: isUp ? `${status} - OK` : `Request failed with status code ${status}`,
      time,
      ping,
    };
  } catch (error) {
    return { status: 0, msg: error instanceof Error ? error.message : String(error), time, ping: null };
  }
}
