import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { authorize } from "#lib/access/policy.ts";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { defineStream } from "./define-stream.ts";
import { closeStreams, setHeartbeat } from "./event-stream.ts";
import { createApi } from "./handle-request.ts";

useTestDatabase("streams");

let people: People;
beforeAll(async () => {
  people = await createPeople();
  setHeartbeat(40);
});

const waitForAbort = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

const seen: { lastEventId: string | null; aborted: boolean }[] = [];
const api = createApi([
  defineStream({
    path: "/ticks/{kind}",
    action: "runs.read",
    summary: "Ticks.",
    params: z.object({ kind: z.string() }),
    query: z.object({ after: z.coerce.number().int().default(0) }),
    output: z.object({ n: z.number() }),
    async *handler({ actor, params, query, lastEventId, signal }) {
      if (params.kind === "forbidden") authorize(actor, "audit.read");
      const record = { lastEventId, aborted: false };
      seen.push(record);
      signal.addEventListener("abort", () => {
        record.aborted = true;
      });
      for (let n = query.after + 1; n <= 3; n++) yield { id: String(n), data: { n, secret: "hunter2" } };
      if (params.kind === "breaks") throw new Error("hunter2");
      if (params.kind === "silent" || params.kind === "live") await waitForAbort(signal);
      yield { event: "end", data: { n: 0 } };
    },
  }),
]);

const ask = (path: string, headers: Record<string, string> = people.owner.headers) =>
  api(new Request(`http://localhost:8080/api/v1${path}`, { headers }));

/** Reads until the text satisfies `until`, or the stream ends. */
async function read(response: Response, until: (text: string) => boolean = () => false): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (reader && !until(text)) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value);
  }
  await reader?.cancel();
  return text;
}

describe("a stream", () => {
  it("sends events in the format of EventSource, cut to what is declared, in headers no proxy buffers", async () => {
    const response = await ask("/ticks/short");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    const text = await read(response);
    expect(text).toContain('id: 2\ndata: {"n":2}\n\n');
    // A control event carries no id, so that a reconnect resumes after the last real one.
    expect(text).toContain('\n\nevent: end\ndata: {"n":0}\n\n');
    expect(text).not.toContain("hunter2");
  });

  it("gives the handler the cursor of a reconnecting and of a fresh reader", async () => {
    await read(await ask("/ticks/short", { ...people.owner.headers, "last-event-id": "7" }));
    expect(seen.at(-1)?.lastEventId).toBe("7");
    expect(await read(await ask("/ticks/short?after=2"))).not.toContain("id: 2\n");
  });

  it("says with comments that it lives", async () => {
    const text = await read(await ask("/ticks/live"), (soFar) => soFar.includes(": still here"));
    expect(text).toContain(": still here\n\n");
  });

  it("stops its source when the reader leaves", async () => {
    await read(await ask("/ticks/live"), (soFar) => soFar.includes("id: 3"));
    await expect.poll(() => seen.at(-1)?.aborted).toBe(true);
  });

  it("answers a refusal with its status rather than with a stream", async () => {
    const response = await ask("/ticks/forbidden");
    expect([response.status, response.headers.get("content-type")]).toEqual([403, "application/json"]);
    expect((await ask("/ticks/live", {})).status).toBe(401);
    expect((await ask("/ticks/live", people.disabled.headers)).status).toBe(401);
  });

  it("ends with an error event, in the words of the API, when its source breaks", async () => {
    const text = await read(await ask("/ticks/breaks"));
    expect(text).toMatch(/event: error\ndata: \{"error":\{"code":"internal"/);
    expect(text).not.toContain("hunter2");
  });

  it("ends everywhere when the process stops", async () => {
    const response = await ask("/ticks/live");
    const reading = read(response);
    closeStreams();
    expect(await reading).not.toContain("event: end");
  });
});

describe("an open stream ends soon after", () => {
  it.each([
    [
      "the session is revoked",
      (id: string) => db().session.updateMany({ where: { userId: id }, data: { revokedAt: new Date() } }),
    ],
    [
      "the session expires",
      (id: string) => db().session.updateMany({ where: { userId: id }, data: { expiresAt: new Date(0) } }),
    ],
    ["the account is disabled", (id: string) => db().user.update({ where: { id }, data: { disabledAt: new Date() } })],
    ["the role is taken away", (id: string) => db().user.update({ where: { id }, data: { roles: "" } })],
  ])("%s", async (_, change) => {
    const { owner } = await createPeople();
    const response = await ask("/ticks/live", owner.headers);
    expect(response.status).toBe(200);
    const reading = read(response);
    await change(owner.id);
    expect(await reading).not.toContain("event: end");
    expect((await ask("/ticks/live", owner.headers)).status).toBe(401);
  });
});

describe("the long poll at the same path", () => {
  const poll = async (path: string) =>
    (await ask(path, { ...people.owner.headers, accept: "application/json" })).json();

  it("answers what there is, with its ids", async () => {
    expect(await poll("/ticks/live")).toEqual({
      events: [1, 2, 3].map((n) => ({ id: String(n), data: { n } })),
      ended: false,
    });
  });

  it("says when the stream is over", async () => {
    expect(await poll("/ticks/short?after=3")).toEqual({ events: [{ event: "end", data: { n: 0 } }], ended: true });
  });
});
