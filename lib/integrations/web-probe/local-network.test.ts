import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSecureContext } from "node:tls";
import { expect, test } from "vitest";
import { askPage } from "./ask-page.ts";

const trust = { context: createSecureContext() };
const ask = (url: string, address?: string) =>
  askPage({ url, expectedStatus: 200, trust, ...(address ? { address } : {}) }, AbortSignal.timeout(5000));

test("what only this machine's own links lead to is not asked", async () => {
  const refused = { ok: false, words: "leads to this machine's own network" };
  expect(await ask("http://169.254.169.254/latest/meta-data")).toEqual(refused);
  expect(await ask("http://2852039166/")).toEqual(refused);
  expect(await ask("http://[fe80::1]/")).toEqual(refused);
  expect(await ask("http://[::ffff:169.254.169.254]/")).toEqual(refused);
  expect(await ask("https://pad.example.org/", "169.254.1.1")).toEqual(refused);
});

test("a name that leads elsewhere is asked", async () => {
  const server = createServer((_request, response) => void response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  expect(await ask(`http://localhost:${port}/`)).toMatchObject({ ok: true });
  expect(await ask(`http://anybody.invalid:${port}/`)).toMatchObject({ ok: false });
  server.close();
});
