import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { decrypt, deriveTokenKey, encrypt } from "./crypto.ts";

interface Kept {
  id: string;
  /** As they came: encrypted, and never opened by the server it stands in for. */
  key: string;
  value: string;
  note: string;
  projectIds: string[];
  creationDate: string;
  revisionDate: string;
}

export interface BitwardenStandIn {
  url: string;
  /** Settings of a panel that keeps its secrets there. */
  env: Record<string, string>;
  /** What a person would see in the web vault: opened with the organization's key. */
  readSecrets(): { key: string; value: string; note: string }[];
  /** How often somebody signed in. */
  countSignIns(): number;
  /** From now on every request is answered with this; undefined: as it should be. */
  setFault(status: number | undefined): void;
  close(): Promise<void>;
}

const HOUR_S = 3600;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

/** Bitwarden Secrets Manager's two servers, as its SDK speaks to them: one organization, one machine account, one project. */
export async function startBitwarden({ port = 0 }: { port?: number } = {}): Promise<BitwardenStandIn> {
  const organizationId = randomUUID();
  const projectId = randomUUID();
  const accountId = randomUUID();
  const secret = randomBytes(15).toString("hex");
  const tokenKey = randomBytes(16);
  const organizationKey = randomBytes(64);
  const kept = new Map<string, Kept>();
  const bearers = new Set<string>();
  let signIns = 0;
  let fault: number | undefined;

  const signIn = (form: URLSearchParams) => {
    if (
      form.get("client_id") !== accountId ||
      form.get("client_secret") !== secret ||
      form.get("scope") !== "api.secrets"
    )
      return { status: 400, body: { error: "invalid_client" } };
    signIns += 1;
    const claims = {
      ...{ exp: Math.floor(Date.now() / 1000) + HOUR_S, sub: accountId, client_id: accountId, type: "ServiceAccount" },
      ...{ organization: organizationId, scope: ["api.secrets"], iss: "stand-in" },
    };
    const bearer = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}.${randomBytes(32).toString("base64url")}`;
    bearers.add(bearer);
    const payload = JSON.stringify({ encryptionKey: organizationKey.toString("base64") });
    return {
      status: 200,
      body: {
        ...{
          access_token: bearer,
          expires_in: HOUR_S,
          token_type: "Bearer",
          scope: "api.secrets",
          refresh_token: null,
        },
        encrypted_payload: encrypt(deriveTokenKey(tokenKey), payload),
      },
    };
  };

  const view = (one: Kept) => {
    const { projectIds, ...rest } = one;
    return {
      ...{ object: "secret", organizationId, ...rest, read: true, write: true },
      projects: projectIds.map((id) => ({ id, name: encrypt(organizationKey, "Services") })),
    };
  };
  const missing = { status: 404, body: { object: "error", message: "Resource not found." } };
  const write = (id: string, body: string, creationDate: string) => {
    const { key, value, note, projectIds } = JSON.parse(body) as Kept;
    if (projectIds?.length !== 1 || projectIds[0] !== projectId) return missing;
    const one = { id, key, value, note, projectIds, creationDate, revisionDate: new Date().toISOString() };
    kept.set(id, one);
    return { status: 200, body: view(one) };
  };

  const serveApi = (method: string, path: string, body: string): { status: number; body: unknown } => {
    const ofOrganization = path === `/api/organizations/${organizationId}/secrets`;
    if (ofOrganization && method === "POST") return write(randomUUID(), body, new Date().toISOString());
    if (ofOrganization && method === "GET") {
      const secrets = [...kept.values()].map((one) => ({ ...view(one), value: undefined, note: undefined }));
      return { status: 200, body: { object: "SecretsWithProjectsList", secrets, projects: [] } };
    }
    if (path === "/api/secrets/delete" && method === "POST") {
      const data = (JSON.parse(body) as string[]).map((id) => ({ id, error: kept.delete(id) ? null : "Not found" }));
      return { status: 200, body: { object: "list", data } };
    }
    const one = kept.get(/^\/api\/secrets\/([0-9a-f-]{36})$/.exec(path)?.[1] ?? "");
    if (!one) return missing;
    if (method === "GET") return { status: 200, body: view(one) };
    return method === "PUT" ? write(one.id, body, one.creationDate) : missing;
  };

  const answer = async (request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    const body = await readBody(request);
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (fault !== undefined) return { status: fault, body: { message: "Something went wrong." } };
    if (path === "/identity/connect/token" && request.method === "POST") return signIn(new URLSearchParams(body));
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (!bearers.has(bearer)) return { status: 401, body: { message: "Unauthorized" } };
    return serveApi(request.method ?? "GET", path, body);
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, body } = await answer(request).catch(() => ({ status: 500, body: { message: "It broke." } }));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: {
      BITWARDEN_API_URL: `${url}/api`,
      BITWARDEN_IDENTITY_URL: `${url}/identity`,
      BITWARDEN_ACCESS_TOKEN: `0.${accountId}.${secret}:${tokenKey.toString("base64")}`,
      BITWARDEN_ORGANIZATION_ID: organizationId,
      BITWARDEN_PROJECT_ID: projectId,
    },
    readSecrets: () =>
      [...kept.values()].map(({ key, value, note }) => ({
        key: decrypt(organizationKey, key),
        value: decrypt(organizationKey, value),
        note: decrypt(organizationKey, note),
      })),
    countSignIns: () => signIns,
    setFault: (status) => {
      fault = status;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
