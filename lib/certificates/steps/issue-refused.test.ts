import { randomUUID } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import packet from "dns-packet";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type NamesWorld, openNamesWorld } from "#lib/dns/testing/names-world.ts";
import { findRecordsAt } from "#lib/integrations/route53/records.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { listCertificates } from "../queries/list-certificates.ts";
import { type OwnPebble, startOwnPebble } from "../testing/own-pebble.ts";
import { certificatesIssue } from "./issue.ts";

let world: NamesWorld;
let pebble: OwnPebble;
let liar: Socket;
let service: { id: string; name: string };

/** The authority's view of DNS: every TXT is wrong. */
async function startLiar(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    const { id = 0, questions = [] } = packet.decode(message);
    const [question] = questions;
    const isTxt = question?.type === "TXT";
    const answers = isTxt ? [{ name: question.name, type: "TXT" as const, ttl: 1, data: "wrong" }] : [];
    const answer = packet.encode({ type: "response", id, flags: packet.AUTHORITATIVE_ANSWER, questions, answers });
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

beforeAll(async () => {
  world = await openNamesWorld();
  liar = await startLiar();
  pebble = await startOwnPebble({ dnsServer: `127.0.0.1:${liar.address().port}` });
  world.useSettings({ LETS_ENCRYPT_DIRECTORY_URL: pebble.directoryUrl, LETS_ENCRYPT_CA_FILE: pebble.caFile });
  service = await world.createService();
});
afterAll(async () => {
  await pebble.stop();
  liar.close();
  await world.close();
});

it("fails for good when the authority sees another value, cleans up, and stops after four times an hour", async () => {
  // Names of this try's own: those of an earlier one are at their limit.
  const names = [`refused-${randomUUID().slice(0, 8)}.${world.rootDomain}`];
  let test = createTestContext({ service });
  for (let failure = 1; failure <= 4; failure++, test = test.next()) {
    await expect(certificatesIssue.apply({ names }, test.ctx)).rejects.toMatchObject({
      code: "acme.unauthorized",
      retry: "permanent",
      message: expect.stringContaining(names[0] ?? ""),
      detail: expect.stringContaining("unauthorized"),
      advice: expect.any(String),
    });
    expect(await findRecordsAt(world.zoneId, `_acme-challenge.${names[0]}`)).toEqual([]);
  }
  const rows = await db().acmeOrder.findMany({ where: { certificate: { names: names.join() } } });
  expect(rows.map(({ state }) => state)).toEqual(["invalid", "invalid", "invalid", "invalid"]);
  expect(rows[0]?.problem).toMatchObject({
    type: "urn:ietf:params:acme:error:unauthorized",
    detail: expect.any(String),
    names,
    problem: expect.stringContaining("found another value in DNS"),
  });
  const actor = { kind: "user", id: "u", name: "V", email: "v@example.org", roles: ["viewer"] } as const;
  const { items } = await listCertificates({ ...actor, via: "session", sessionId: "s", requestId: "r" });
  expect(items[0]).toMatchObject({ state: "failed", error: expect.stringContaining("unauthorized") });

  const fifth = await certificatesIssue.apply({ names }, test.ctx).catch((error: unknown) => error);
  expect(fifth).toMatchObject({ code: "certificates.too_many_failures", retry: "retry" });
  const { retryAfterMs } = fifth as { retryAfterMs: number };
  expect(retryAfterMs).toBeGreaterThan(50 * 60_000);
  expect(retryAfterMs).toBeLessThanOrEqual(60 * 60_000);
});
