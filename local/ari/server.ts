import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, createServer, request } from "node:https";
import { z } from "zod";

export type AriOptions = {
  host?: string;
  /** 0: any that is free. */
  port?: number;
  /** Pebble's own port on this host. */
  upstreamPort: number;
  /** Pebble's own certificate and key: the proxy is called by the same names. */
  certificateFile: string;
  keyFile: string;
};

/** What the stand-in answers about a certificate, or about every one. */
const Plan = z.strictObject({
  /** As RFC 9773 calls the certificate; without it: every certificate that has no plan of its own. */
  id: z.string().optional(),
  start: z.iso.datetime(),
  end: z.iso.datetime(),
  explanationURL: z.url().optional(),
  retryAfterS: z.number().int().optional(),
});
type AriPlan = z.output<typeof Plan>;

const DAY_MS = 86_400_000;
const PROBLEM = "urn:ietf:params:acme:error:";

export type AriServer = {
  directoryUrl: string;
  /** Certificates that orders were made to replace, in their order. */
  replaced: string[];
  /** Ids that somebody asked about. */
  asked: string[];
  setWindow(plan: AriPlan): void;
  close(): Promise<void>;
};

async function readBody(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function sendJson(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

/** What an order says it replaces, from inside its signed request. */
function readReplaces(body: Buffer): string | undefined {
  try {
    const { payload } = JSON.parse(body.toString()) as { payload: string };
    const order = JSON.parse(Buffer.from(payload, "base64url").toString()) as { replaces?: unknown };
    return typeof order.replaces === "string" ? order.replaces : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Stands before a Pebble that is too old for renewal information (RFC 9773) and adds it: the directory names it, windows are
 * what tests say, and a certificate can be replaced once. Requests pass with their Host, so that Pebble itself answers with this
 * server's addresses and signatures hold.
 *
 * `POST /_control/window` {id?, start, end, explanationURL?, retryAfterS?} moves a window; `GET /_control/replaced` lists.
 */
export async function startAri(options: AriOptions): Promise<AriServer> {
  const { host = "127.0.0.1", upstreamPort, certificateFile, keyFile } = options;
  const [cert, key] = [readFileSync(certificateFile), readFileSync(keyFile)];
  const agent = new Agent({ ca: cert, keepAlive: true });
  const plans = new Map<string, AriPlan>();
  const [replaced, asked]: [string[], string[]] = [[], []];

  function answerWindow(id: string, response: ServerResponse): void {
    asked.push(id);
    const now = Date.now();
    const usual = { start: new Date(now + 60 * DAY_MS).toISOString(), end: new Date(now + 62 * DAY_MS).toISOString() };
    const { start, end, explanationURL, retryAfterS = 21_600 } = plans.get(id) ?? plans.get("") ?? (usual as AriPlan);
    const more = explanationURL ? { explanationURL } : {};
    sendJson(response, 200, { suggestedWindow: { start, end }, ...more }, { "retry-after": String(retryAfterS) });
  }

  function control(call: string, body: Buffer): { status: number; value: unknown } {
    if (call === "GET /_control/replaced") return { status: 200, value: replaced };
    if (call !== "POST /_control/window") return { status: 404, value: { error: `No such control: ${call}` } };
    const plan = Plan.safeParse(JSON.parse(body.toString()));
    if (!plan.success) return { status: 400, value: { error: plan.error.message } };
    plans.set(plan.data.id ?? "", plan.data);
    return { status: 200, value: plan.data };
  }

  function pass(incoming: IncomingMessage, body: Buffer): Promise<{ response: IncomingMessage; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const { method, headers, url: path } = incoming;
      const call = request({ host: "127.0.0.1", port: upstreamPort, method, path, headers, agent, setHost: false });
      call.on("response", (response) => readBody(response).then((text) => resolve({ response, body: text }), reject));
      call.on("error", reject);
      call.end(body);
    });
  }

  /** Whether an order may replace what it says it replaces; Pebble itself does not read that. */
  function judgeOrder(path: string, body: Buffer, status: number): "refused" | "fine" {
    const replaces = path.startsWith("/order-plz") && status === 201 ? readReplaces(body) : undefined;
    if (!replaces) return "fine";
    if (replaced.includes(replaces)) return "refused";
    replaced.push(replaces);
    return "fine";
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url ?? "/";
    const body = await readBody(incoming);
    if (path.startsWith("/_control/")) {
      const { status, value } = control(`${incoming.method} ${path}`, body);
      sendJson(response, status, value);
      return;
    }
    if (path.startsWith("/renewal-info/")) {
      answerWindow(path.slice("/renewal-info/".length), response);
      return;
    }
    const answer = await pass(incoming, body);
    const headers = { ...answer.response.headers };
    const status = answer.response.statusCode ?? 502;
    if (judgeOrder(path, body, status) === "refused") {
      const problem = {
        type: `${PROBLEM}alreadyReplaced`,
        detail: "Another order has replaced it already.",
        status: 409,
      };
      sendJson(response, 409, problem, { "replay-nonce": String(headers["replay-nonce"] ?? "") });
      return;
    }
    if (path !== "/dir") {
      response.writeHead(status, headers).end(answer.body);
      return;
    }
    delete headers["content-length"];
    const renewalInfo = `https://${incoming.headers.host}/renewal-info`;
    response.writeHead(status, headers).end(JSON.stringify({ ...JSON.parse(answer.body.toString()), renewalInfo }));
  }

  const server = createServer({ cert, key }, (incoming, response) => {
    handle(incoming, response).catch((error: unknown) => sendJson(response, 502, { error: String(error) }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as { port: number };
  return {
    directoryUrl: `https://${host}:${port}/dir`,
    replaced,
    asked,
    setWindow: (plan) => void plans.set(plan.id ?? "", plan),
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
