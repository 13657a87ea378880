import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { AppError } from "#lib/platform/errors.ts";
import { sendPing, toPingAddress } from "./ping.ts";

let server: Server;
let base = "";
let status = 200;
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end("OK");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked.length = 0;
  status = 200;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const { signal } = new AbortController();
const refusal = (promise: Promise<void>) =>
  promise.then(
    () => Promise.reject(new Error("this should have failed")),
    (error: AppError) => error,
  );

it("says start, success and failure at the address it was given", async () => {
  for (const says of ["start", "success", "fail"] as const) await sendPing(`${base}/ping/abc/?rid=1`, says, signal);
  expect(asked).toEqual(["GET /ping/abc/start?rid=1", "GET /ping/abc?rid=1", "GET /ping/abc/fail?rid=1"]);
  expect(toPingAddress("https://hc-ping.com/abc", "fail").href).toBe("https://hc-ping.com/abc/fail");
});

it("tries again what may pass and gives up what will not, without naming the address", async () => {
  for (const [answer, retry] of [
    [503, "retry"],
    [429, "retry"],
    [404, "permanent"],
    [302, "permanent"],
  ] as const) {
    status = answer;
    const error = await refusal(sendPing(`${base}/ping/secret`, "success", signal));
    expect(error).toMatchObject({ code: "healthchecks.not_taken", retry });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain("secret");
  }
  expect(asked).not.toContain("GET /elsewhere");
});

it("says that nobody answers when nobody does", async () => {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  const error = await refusal(sendPing(`http://127.0.0.1:${port}/secret`, "start", signal));
  expect(error).toMatchObject({ retry: "retry", detail: "ECONNREFUSED" });
});
