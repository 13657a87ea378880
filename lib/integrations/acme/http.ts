import { readFileSync } from "node:fs";
import { request as requestHttp } from "node:http";
import { Agent, request as requestHttps } from "node:https";
import { rootCertificates } from "node:tls";
import { AppError } from "#lib/platform/errors.ts";

const TIMEOUT_MS = 20_000;
const MAX_BODY = 1024 * 1024;
const USER_AGENT = `seaworthy (Node.js ${process.versions.node})`;

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface HttpRequest {
  method: "GET" | "HEAD" | "POST";
  headers?: Record<string, string>;
  body?: string;
  agent: Agent;
  signal?: AbortSignal | undefined;
}

/** Connections that trust the public authorities, and those of the file as well. */
export function createAgent(caFile: string): Agent {
  return new Agent({
    keepAlive: true,
    maxSockets: 8,
    ...(caFile ? { ca: [...rootCertificates, readFileSync(caFile, "utf8")] } : {}),
  });
}

function unreachable(url: string, error: unknown): AppError {
  return new AppError({
    code: "acme.unreachable",
    message: "The certificate authority did not answer.",
    advice:
      "The panel tries again by itself. If it goes on, check LETS_ENCRYPT_DIRECTORY_URL and LETS_ENCRYPT_CA_FILE.",
    detail: `${new URL(url).host}: ${error instanceof Error ? error.message : String(error)}`,
    retry: "retry",
    status: 503,
    cause: error,
  });
}

/** One HTTP request with a time limit and a limit to the answer's size. Any status is an answer. */
export async function sendHttp(
  url: string,
  { method, headers, body, agent, signal }: HttpRequest,
): Promise<HttpAnswer> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const send = url.startsWith("http:") ? requestHttp : requestHttps;
  try {
    return await new Promise<HttpAnswer>((resolve, reject) => {
      const call = send(url, {
        method,
        headers: { "user-agent": USER_AGENT, "accept-language": "en", ...headers },
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        ...(send === requestHttps ? { agent } : {}),
      });
      call.on("error", reject);
      call.on("response", (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("error", reject);
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_BODY) call.destroy(new Error("the answer is larger than 1 MB"));
          else chunks.push(chunk);
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      });
      call.end(body);
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(url, error);
  }
}

/** Seconds or an HTTP date, as milliseconds from now. */
export function readRetryAfter(header: string | string[] | undefined, now = Date.now()): number | undefined {
  if (typeof header !== "string") return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
