import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { handleControl } from "./control.ts";
import { Counters } from "./counters.ts";
import { malformedInput, ServiceError } from "./errors.ts";
import { Faults, TokenBucket } from "./faults.ts";
import { OPERATIONS, type Operation, type OperationOutput } from "./operations.ts";
import { type Account, authenticate } from "./signature.ts";
import { writeXml } from "./xml.ts";
import type { ZoneStore } from "./zone-store.ts";

const MAX_BODY = 4 * 1024 * 1024;
const ACCOUNT_RATE = { perSecond: 10, burst: 50 };

export interface ApiOptions {
  host: string;
  port: number;
  insyncMs: number;
  /** Enforces the account's 10 requests a second, burst 50. */
  rateLimit?: boolean;
  account: Account;
  /** Makes the first hosted zone again after the store was cleared. */
  reseed(): void;
}

export interface ApiContext {
  store: ZoneStore;
  faults: Faults;
  counters: Counters;
  options: ApiOptions;
  bucket: TokenBucket | undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw malformedInput("Request body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function findOperation(method: string, path: string): { operation: Operation; params: string[] } | undefined {
  for (const operation of OPERATIONS) {
    const match = operation.method === method ? operation.path.exec(path) : null;
    if (match) return { operation, params: match.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}

function sendXml(response: ServerResponse, status: number, requestId: string, xml: string, location?: string): void {
  response.writeHead(status, {
    "content-type": "text/xml",
    "x-amzn-requestid": requestId,
    ...(location === undefined ? {} : { location }),
  });
  response.end(xml);
}

function sendError(response: ServerResponse, requestId: string, error: ServiceError): void {
  const content = {
    Error: { Type: error.status < 500 ? "Sender" : "Receiver", Code: error.code, Message: error.message },
    RequestId: requestId,
  };
  sendXml(response, error.status, requestId, writeXml("ErrorResponse", content));
}

async function handleOperation(context: ApiContext, request: IncomingMessage, response: ServerResponse, url: URL) {
  const { store, faults, counters, options, bucket } = context;
  const requestId = randomUUID();
  const method = request.method ?? "GET";
  const found = findOperation(method, url.pathname);
  const name = found?.operation.name ?? "Unknown";
  let accessKeyId = "none";
  try {
    const body = await readBody(request);
    accessKeyId = authenticate({ method, url, headers: request.headers, body }, options.account);
    counters.request(accessKeyId, name);
    await wait(faults.latencyMs(accessKeyId, name));
    if (bucket?.take() === false) throw new ServiceError("Throttling", "Rate exceeded");
    faults.check(accessKeyId, name);
    if (!found) throw new ServiceError("InvalidAction", `No operation at ${method} ${url.pathname}`, 404);
    const insyncMs = faults.insyncMs(accessKeyId) ?? options.insyncMs;
    const output: OperationOutput = found.operation.run({
      store,
      params: found.params,
      query: url.searchParams,
      body,
      insyncMs,
      inspect: (changes) => faults.inspect(accessKeyId, changes),
    });
    if (output.batch) counters.batch({ at: new Date().toISOString(), accessKeyId, ...output.batch });
    if (faults.dropsAnswer(accessKeyId, name)) request.socket.destroy();
    else
      sendXml(response, output.status ?? 200, requestId, writeXml(`${name}Response`, output.content), output.location);
  } catch (error) {
    const known = error instanceof ServiceError ? error : new ServiceError("InternalFailure", String(error));
    if (known !== error) console.error("route53:", error);
    counters.error(accessKeyId, known.code);
    sendError(response, requestId, known);
  }
}

async function steer(context: ApiContext, request: IncomingMessage, response: ServerResponse, url: URL) {
  const { status, value } = handleControl(context, request.method ?? "GET", url, await readBody(request));
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(value)}\n`);
}

export interface ApiServer {
  port: number;
  close(): Promise<void>;
}

/** Serves the Route 53 API and, under `/_control/`, what tests steer it with. */
export async function startApiServer(store: ZoneStore, options: ApiOptions): Promise<ApiServer> {
  const bucket = options.rateLimit ? new TokenBucket(ACCOUNT_RATE.perSecond, ACCOUNT_RATE.burst) : undefined;
  const context: ApiContext = { store, faults: new Faults(), counters: new Counters(), options, bucket };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://stand-in");
    const isControl = url.pathname.startsWith("/_control/");
    const handling = (isControl ? steer : handleOperation)(context, request, response, url);
    handling.catch((error: unknown) => {
      console.error("route53:", error);
      response.destroy();
    });
  });
  server.listen(options.port, options.host);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : options.port,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
