import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createPerson } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb } from "#lib/platform/db/client.ts";
import { defineRoute } from "./define-route.ts";
import { createApi } from "./handle-request.ts";

useTestDatabase("unavailable");

describe("while the database is away", () => {
  it("a request is told so, asked to come again, and let in nowhere", async () => {
    const person = await createPerson({ name: "Sam", roles: ["admin"] });
    const api = createApi([
      defineRoute({
        method: "GET",
        path: "/thing",
        action: "home.read",
        summary: "A thing.",
        output: z.object({}),
        handler: async () => ({}),
      }),
    ]);
    await closeDb();
    overrideConfig({ DATABASE_URL: "mysql://somebody:hunter2@127.0.0.1:9/x" });
    const response = await api(new Request("http://localhost:8080/api/v1/thing", { headers: person.headers }));
    const text = await response.text();
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(JSON.parse(text).error.code).toBe("database.unavailable");
    expect(text).not.toMatch(/hunter2|127\.0\.0\.1/);
    await closeDb();
    overrideConfig({});
  });
});
