import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { POLICY } from "#lib/access/policy.ts";
import { buildRouteTable, parameterNames } from "#lib/api/route-table.ts";
import type { RouteDefinition } from "#lib/api/types.ts";
import { buildOpenApi } from "./openapi.ts";
import { ROUTES } from "./registry.ts";

const root = new URL("../../../", import.meta.url);
const routes: readonly RouteDefinition[] = ROUTES;
const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);

/** Files of a folder of the repository, at any depth. */
const listFiles = (folder: string): string[] =>
  readdirSync(new URL(`${folder}/`, root), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("/generated"))
    .map((entry) => `${entry.parentPath}/${entry.name}`);

/** The only doors of the panel that are not declared with defineRoute. Each has a test of its own. */
const OTHER_DOORS = [
  "app/api/v1/[...path]/route.ts",
  "app/healthz/route.ts",
  "app/readyz/route.ts",
  "app/saml/acs/route.ts",
  "app/saml/login/route.ts",
  "app/saml/logout/route.ts",
  "app/saml/metadata/route.ts",
  "app/sp/route.ts",
];

/** Routes that say nothing but what is public, or that a signature or a secret of 256 bits in the path opens. */
const PUBLIC = ["GET /openapi.json", "POST /hooks/releases/{webhookId}", "GET /backup-downloads/{token}"];

/** Every schema within a JSON schema. */
function* walk(node: unknown): Generator<Record<string, unknown>> {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) yield node as Record<string, unknown>;
  for (const child of Object.values(node)) yield* walk(child);
}

describe("the registry of routes", () => {
  it.each(named)("%s asks for an action of the policy, or is known to be public", (name, { action }) => {
    if (action === null) expect(PUBLIC).toContain(name);
    else expect(POLICY).toHaveProperty([action]);
  });

  it.each(named)("%s declares the parameters of its path", (_, { path, params }) => {
    expect(Object.keys(params.shape).sort()).toEqual(parameterNames(path).sort());
  });

  it.each(named.filter(([, route]) => route.body))("%s refuses keys it does not know, at every depth", (_, route) => {
    const schema = z.toJSONSchema(route.body as z.ZodType, { io: "input", unrepresentable: "any" });
    const loose = [...walk(schema)].filter((node) => node.properties && node.additionalProperties !== false);
    expect(loose).toEqual([]);
  });

  it.each(named.filter(([, route]) => route.method === "GET"))("%s takes no body", (_, route) => {
    expect(route.body).toBeUndefined();
  });

  it("has no two routes that cannot be told apart", () => {
    expect(() => buildRouteTable(routes)).not.toThrow();
  });

  it("is the only way in, but for a few doors that are known", () => {
    const doors = listFiles("app")
      .map((file) => file.slice(file.indexOf("/app/") + 1))
      .filter((file) => /\/(route|default)\.[jt]sx?$/.test(file));
    expect(doors.filter((file) => !OTHER_DOORS.includes(file))).toEqual([]);
    const sources = listFiles("app").filter((file) => /\.tsx?$/.test(file) && !file.includes(".test."));
    expect(sources.filter((file) => /^["']use server["']/m.test(readFileSync(file, "utf8")))).toEqual([]);
  });
});

describe("the policy", () => {
  it("has no action that nothing asks for", () => {
    const sources = ["app", "lib", "workers"]
      .flatMap(listFiles)
      .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|\/access\/policy\.ts$/.test(file))
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
    expect(Object.keys(POLICY).filter((action) => !sources.includes(`"${action}"`))).toEqual([]);
  });
});

describe("docs/openapi.json", () => {
  it("is what the routes say; if not: npm run openapi", () => {
    const stored = JSON.parse(readFileSync(new URL("docs/openapi.json", root), "utf8"));
    expect(stored).toEqual(JSON.parse(JSON.stringify(buildOpenApi(routes))));
  });
});
