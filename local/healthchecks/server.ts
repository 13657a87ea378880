import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { CHANNEL, CheckStore, type StoredCheck } from "./check-store.ts";

export interface HealthchecksOptions {
  host?: string;
  /** 0 picks a free one. */
  port: number;
  /** 32 characters, as the real ones have. */
  apiKey: string;
  state?: string;
}

export interface HealthchecksServer {
  url: string;
  store: CheckStore;
  /** What every request of the API answers instead, by "METHOD last-part-of-path" or "*": a status. `{}` puts it right. */
  faults: Record<string, number>;
  close(): Promise<void>;
}

const KEY_LENGTH = 32;
const UNIQUE = ["name", "slug", "tags", "timeout", "grace"] as const;
const RANGE = { min: 60, max: 31_536_000 };

class Refusal extends Error {
  readonly status: number;
  readonly isText: boolean;
  constructor(status: number, message: string, isText = false) {
    super(message);
    this.status = status;
    this.isText = isText;
  }
}

/** Healthchecks by its Management API (v3) and its pinging API, as much as a monitor needs. */
export async function startHealthchecks(options: HealthchecksOptions): Promise<HealthchecksServer> {
  const { host = "127.0.0.1" } = options;
  const store = new CheckStore(options.state);
  const served: HealthchecksServer = {
    ...{ url: "", store, faults: {} },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
  const server = createServer((request, response) => {
    handle(served, options.apiKey, request, response).catch((error: unknown) => {
      if (error instanceof Refusal && error.isText) response.writeHead(error.status).end(error.message);
      else if (error instanceof Refusal) sendJson(response, error.status, { error: error.message });
      else response.writeHead(500).end(String(error));
    });
  });
  server.listen(options.port, host);
  await once(server, "listening");
  const address = server.address();
  served.url = `http://${host}:${typeof address === "object" && address ? address.port : options.port}`;
  return served;
}

const sendJson = (response: ServerResponse, status: number, body: unknown) =>
  void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

async function handle(
  served: HealthchecksServer,
  apiKey: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://healthchecks");
  const parts = url.pathname.split("/").filter(Boolean);
  if (parts[0] === "ping") return ping(served, parts.slice(1), response);
  if (url.pathname === "/_control/faults" && request.method === "PUT") {
    served.faults = JSON.parse(await text(request)) as Record<string, number>;
    return sendJson(response, 200, served.faults);
  }
  if (parts[0] !== "api" || !["v1", "v2", "v3"].includes(parts[1] ?? "") || parts[2] !== "checks")
    throw new Refusal(404, "Not Found", true);
  const body = request.method === "POST" ? readJson(await text(request)) : {};
  const key = String(request.headers["x-api-key"] ?? body.api_key ?? "");
  if (key.length !== KEY_LENGTH) throw new Refusal(401, "missing api key");
  if (key !== apiKey) throw new Refusal(401, "wrong api key");
  const fault = served.faults[`${request.method} ${parts.at(-1)}`] ?? served.faults["*"];
  if (fault !== undefined) throw new Refusal(fault, "Server Error", true);
  const [status, answered] = checks(served, {
    method: request.method ?? "GET",
    url,
    body,
    id: parts[3],
    act: parts[4],
  });
  sendJson(response, status, answered);
}

function readJson(body: string): Record<string, unknown> {
  if (body === "") return {};
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw new Refusal(400, "could not parse request body");
  }
}

interface Asked {
  method: string;
  url: URL;
  body: Record<string, unknown>;
  id: string | undefined;
  act: string | undefined;
}

type Answer = [status: number, body: unknown];

function checks({ store, url: base }: HealthchecksServer, asked: Asked): Answer {
  const answer = (status: number, check: StoredCheck): Answer => [status, store.toJson(check, base)];
  const { method, id, act, body, url } = asked;
  if (id === undefined) {
    if (method === "GET") {
      const tags = url.searchParams.getAll("tag");
      const slug = url.searchParams.get("slug");
      const found = [...store.checks.values()].filter(
        (check) => tags.every((tag) => check.tags.split(" ").includes(tag)) && (!slug || check.slug === slug),
      );
      return [200, { checks: found.map((check) => store.toJson(check, base)) }];
    }
    const known = findUnique(store, body);
    const check = known ?? store.create();
    update(store, check, body, known === undefined);
    return answer(known ? 200 : 201, check);
  }
  const check = store.checks.get(id);
  if (!check) throw new Refusal(404, "Not Found", true);
  if (act === "flips" && method === "GET") return [200, { flips: check.flips }];
  if (act === "pause" && method === "POST") store.flip(check, "paused");
  else if (act === "resume" && method === "POST") {
    if (check.status !== "paused") throw new Refusal(409, "check is not paused", true);
    store.flip(check, "new");
    check.last_ping = null;
  } else if (act !== undefined) throw new Refusal(404, "Not Found", true);
  else if (method === "POST") update(store, check, body, false);
  else if (method === "DELETE") store.checks.delete(id);
  store.save();
  return answer(200, check);
}

function findUnique(store: CheckStore, body: Record<string, unknown>): StoredCheck | undefined {
  const unique = (Array.isArray(body.unique) ? body.unique : []) as (typeof UNIQUE)[number][];
  if (unique.some((field) => !UNIQUE.includes(field)))
    throw new Refusal(400, "json validation error: an item in 'unique' has unexpected value");
  if (unique.length === 0 || unique.some((field) => body[field] === undefined)) return undefined;
  return [...store.checks.values()].find((check) => unique.every((field) => check[field] === body[field]));
}

function update(store: CheckStore, check: StoredCheck, body: Record<string, unknown>, isNew: boolean): void {
  const refuse = (words: string) => {
    if (isNew) store.checks.delete(check.uuid);
    throw new Refusal(400, `json validation error: ${words}`);
  };
  for (const field of ["timeout", "grace"] as const) {
    const value = body[field];
    if (value === undefined) continue;
    if (typeof value !== "number") refuse(`${field} is not a number`);
    else if (value < RANGE.min) refuse(`${field} is too small`);
    else if (value > RANGE.max) refuse(`${field} is too large`);
    else check[field] = value;
  }
  for (const field of ["name", "slug", "tags", "desc"] as const) {
    const value = body[field];
    if (value === undefined) continue;
    if (typeof value !== "string") refuse(`${field} is not a string`);
    else if (field === "slug" && !/^[a-z0-9-_]*$/.test(value)) refuse("slug does not match pattern");
    else if (field === "name" && value.length > 100) refuse("name is too long");
    else check[field] = value;
  }
  if (typeof body.manual_resume === "boolean") check.manual_resume = body.manual_resume;
  if (body.channels === "*") check.channels = CHANNEL;
  store.save();
}

function ping({ store }: HealthchecksServer, [id = "", action = "success"]: string[], response: ServerResponse): void {
  const check = store.checks.get(id);
  if (!check || !["success", "start", "fail"].includes(action)) throw new Refusal(404, "not found", true);
  store.ping(check, action as "success" | "start" | "fail");
  store.save();
  response.writeHead(200).end("OK");
}
