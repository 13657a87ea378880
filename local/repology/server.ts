import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PACKAGES, type StandInPackage } from "./packages.ts";

type RepologyOptions = { port?: number; host?: string; packages?: Readonly<Record<string, readonly StandInPackage[]>> };

/** A Repology that knows a few projects: `GET /api/v1/project/<name>`. One it does not know is an empty list, as with the real one. */
export async function startRepology({ port = 0, host = "127.0.0.1", packages = PACKAGES }: RepologyOptions = {}) {
  const asked: { project: string; userAgent: string }[] = [];
  let answerWith: number | null = null;
  const server = createServer((request, response) => {
    const [, project] = /^\/api\/v1\/project\/([^/?]+)$/.exec(request.url ?? "") ?? [];
    const reply = (status: number, body: unknown) => {
      response.writeHead(status, {
        "content-type": "application/json",
        ...(status === 429 ? { "retry-after": "30" } : {}),
      });
      response.end(JSON.stringify(body));
    };
    if (request.method !== "GET" || project === undefined) return reply(404, { error: "not found" });
    const name = decodeURIComponent(project);
    asked.push({ project: name, userAgent: request.headers["user-agent"] ?? "" });
    if (answerWith !== null) return reply(answerWith, { error: "as asked" });
    reply(200, packages[name] ?? []);
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${bound}`,
    /** What was asked for, and by whom. */
    asked,
    /** From now on every question is answered with this status; null: as usual. */
    failWith(status: number | null) {
      answerWith = status;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
