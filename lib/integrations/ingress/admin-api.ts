import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { AppError } from "#lib/platform/errors.ts";
import { withoutPem } from "./pem.ts";

const TIMEOUT_MS = 30_000;
const MAX_BODY = 256 * 1024 * 1024;

export interface AdminAnswer {
  status: number;
  etag: string;
  body: string;
}

interface AdminRequest {
  method: "GET" | "POST";
  path: string;
  body?: string;
  ifMatch?: string;
  signal: AbortSignal;
}

/** Where the API is: `http://host:port`, or `unix:///path` for a socket. */
function open(adminUrl: string, { method, path, signal }: AdminRequest, headers: Record<string, string>) {
  const url = new URL(adminUrl);
  if (url.protocol !== "unix:") {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    return send(new URL(path, url), { method, headers, signal });
  }
  // Caddy asks for an empty Host on a socket; as a list, Node sends the headers as they are.
  const list = ["host", "", "connection", "close", ...Object.entries(headers).flat()];
  return requestHttp({ socketPath: decodeURIComponent(url.pathname), method, path, headers: list, signal });
}

function send(adminUrl: string, request: AdminRequest, signal: AbortSignal): Promise<AdminAnswer> {
  const body = request.body === undefined ? undefined : Buffer.from(request.body);
  const headers = {
    ...(body ? { "content-type": "application/json", "content-length": String(body.length) } : {}),
    ...(request.ifMatch ? { "if-match": request.ifMatch } : {}),
  };
  return new Promise((resolve, reject) => {
    const call = open(adminUrl, { ...request, signal }, headers);
    call.on("error", reject);
    call.on("response", (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on("error", reject);
      response.on("data", (part: Buffer) => {
        size += part.length;
        if (size > MAX_BODY) call.destroy(new Error("the answer is too large"));
        else parts.push(part);
      });
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          // Caddy sends it behind the body: it is the hash of what it wrote.
          etag: String(response.trailers.etag ?? response.headers.etag ?? ""),
          body: Buffer.concat(parts).toString("utf8"),
        }),
      );
    });
    call.end(body);
  });
}

/** One request to Caddy's admin API. Any status is an answer; silence is an error that the next try may not meet. */
export async function askCaddy(adminUrl: string, request: AdminRequest): Promise<AdminAnswer> {
  try {
    return await send(adminUrl, request, AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]));
  } catch (error) {
    request.signal.throwIfAborted();
    throw new AppError({
      code: "ingress.unreachable",
      message: "Caddy did not answer.",
      advice: "The panel tries again by itself. If it goes on, check that Caddy runs and CADDY_ADMIN_URL.",
      // Nothing of the body is in it: it holds keys.
      detail: error instanceof Error ? withoutPem(error.message) : "",
      retry: "retry",
      status: 503,
      cause: error,
    });
  }
}

/** Caddy's own words of a refusal, as an error with its class. */
export function toRefusal({ status, body }: AdminAnswer): AppError {
  const words = withoutPem(readError(body));
  const isPlace = /address already in use|permission denied|listener address repeated/i.test(words);
  return new AppError({
    code: isPlace ? "ingress.ports" : "ingress.refused",
    message: isPlace ? "Caddy cannot listen where it has to." : `Caddy refused the change (HTTP ${status}).`,
    advice: isPlace
      ? "Free the ports 80 and 443 for it, then retry."
      : "Its own words are below; an administrator can put its configuration right.",
    detail: words,
    retry: isPlace ? "needs_person" : "permanent",
    status: 502,
  });
}

function readError(body: string): string {
  try {
    const parsed = JSON.parse(body) as { error?: unknown };
    return typeof parsed.error === "string" ? parsed.error : "";
  } catch {
    return body;
  }
}
