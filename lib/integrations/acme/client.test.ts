import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { registerAccount } from "./accounts.ts";
import { AcmeClient } from "./client.ts";
import { createKeyPem, readKey } from "./keys.ts";
import { createOrder } from "./orders.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, base: string) => void;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A directory whose newOrder does what the test says. */
async function serve(newOrder: Handler): Promise<AcmeClient> {
  let nonces = 0;
  const server = createServer((request, response) => {
    const base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    response.setHeader("replay-nonce", `nonce-${++nonces}`);
    if (request.url === "/dir")
      return response.end(
        JSON.stringify({
          newNonce: `${base}/nonce`,
          newAccount: `${base}/account`,
          newOrder: `${base}/order`,
          revokeCert: `${base}/revoke`,
        }),
      );
    if (request.url === "/account") {
      response.setHeader("location", `${base}/account/1`);
      return response.end(JSON.stringify({ status: "valid" }));
    }
    if (request.url === "/order") return newOrder(request, response, base);
    response.end();
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const accountKey = readKey(await createKeyPem());
  const client = new AcmeClient({ directoryUrl: `http://127.0.0.1:${port}/dir`, accountKey, caFile: "" });
  await registerAccount(client, { email: "ops@example.org" });
  return client;
}

function refuse(response: ServerResponse, status: number, type: string, more: Record<string, unknown> = {}): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/problem+json");
  response.end(JSON.stringify({ type: `urn:ietf:params:acme:error:${type}`, detail: "Because.", ...more }));
}

const failWith = async (handler: Handler) =>
  createOrder(await serve(handler), ["a.example.org"]).then(
    () => undefined,
    (error: unknown) => error,
  );

describe("the ACME client", () => {
  it("waits as long as Retry-After says when the rate limit is reached", async () => {
    const error = await failWith((_request, response) => {
      response.setHeader("retry-after", "7200");
      refuse(response, 429, "rateLimited");
    });
    expect(error).toMatchObject({ code: "acme.rateLimited", retry: "retry", retryAfterMs: 7_200_000 });
  });

  it("understands Retry-After as a date, and waits an hour when there is none", async () => {
    const dated = await failWith((_request, response) => {
      response.setHeader("retry-after", new Date(Date.now() + 3_600_000).toUTCString());
      refuse(response, 429, "rateLimited");
    });
    expect((dated as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(3_590_000);
    expect(await failWith((_request, response) => refuse(response, 429, "rateLimited"))).toMatchObject({
      retryAfterMs: 3_600_000,
    });
  });

  it.each([
    [403, "caa", "acme.caa", "needs_person"],
    [403, "unauthorized", "acme.unauthorized", "permanent"],
    [400, "rejectedIdentifier", "acme.rejectedIdentifier", "permanent"],
    [500, "serverInternal", "acme.serverInternal", "retry"],
    [503, "somethingNew", "acme.serverInternal", "retry"],
    [404, "malformed", "acme.not_found", "permanent"],
    [400, "malformed", "acme.refused", "permanent"],
  ])("answers %i %s with %s (%s)", async (status, type, code, retry) => {
    expect(await failWith((_request, response) => refuse(response, status, type))).toMatchObject({ code, retry });
  });

  it("keeps the whole problem document", async () => {
    const subproblems = [
      { type: "urn:ietf:params:acme:error:caa", detail: "No.", identifier: { value: "a.example.org" } },
    ];
    const error = await failWith((_request, response) => refuse(response, 403, "compound", { subproblems }));
    expect((error as { detail: string }).detail).toBe("compound: Because.\na.example.org: No. (caa)");
  });

  it("tries again with the nonce it was given", async () => {
    let tries = 0;
    const client = await serve((_request, response, base) => {
      if (++tries < 20) return refuse(response, 400, "badNonce");
      response.setHeader("location", `${base}/order/1`);
      const order = { status: "pending", identifiers: [], authorizations: [], finalize: `${base}/finalize/1` };
      response.statusCode = 201;
      response.end(JSON.stringify(order));
    });
    expect((await createOrder(client, ["a.example.org"])).url).toMatch(/order\/1$/);
    expect(tries).toBe(20);
  });

  it("says so when nobody answers, and stops when cancelled", async () => {
    const client = await serve((request) => request.socket.destroy());
    await expect(createOrder(client, ["a.example.org"])).rejects.toMatchObject({
      code: "acme.unreachable",
      retry: "retry",
    });
    const controller = new AbortController();
    const silent = await serve(() => controller.abort(new Error("cancelled")));
    await expect(createOrder(silent, ["a.example.org"], controller)).rejects.toThrow("cancelled");
  });
});
