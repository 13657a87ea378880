import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { findRenewalId } from "#lib/integrations/acme/renewal-info.ts";
import { db } from "#lib/platform/db/client.ts";
import { checkRenewalWindows } from "../commands/check-renewal-windows.ts";
import { type LineageWorld, openLineageWorld } from "../testing/lineage-world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let world: LineageWorld;
let id: string;
let names: string[];
beforeAll(async () => {
  world = await openLineageWorld({ ari: true });
});
beforeEach(async ({ task }) => {
  names = [world.name(`ari-${task.id.replaceAll(/[\W_]/g, "")}`)];
  ({ certificateId: id } = await world.request(names));
  await world.issue({ certificateId: id, names });
});
afterAll(() => world.close());

const ari = () => {
  if (!world.pebble.ari) throw new Error("There is no renewal information");
  return world.pebble.ari;
};
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const renewalId = async () => findRenewalId((await world.row(id)).chainPem ?? "") ?? "";

it("takes a random moment of the window the authority suggests, and asks again when it says", async () => {
  const window = { start: inMs(10 * DAY_MS), end: inMs(12 * DAY_MS) };
  const explanationURL = "https://authority.example.org/why";
  ari().setWindow({ id: await renewalId(), ...window, explanationURL, retryAfterS: 7_200 });
  expect((await world.row(id)).ariCheckAt?.getTime()).toBeLessThanOrEqual(Date.now());
  await checkRenewalWindows();
  expect(ari().asked).toContain(await renewalId());
  const row = await world.row(id);
  expect(row.ariWindow).toEqual({ ...window, explanationUrl: explanationURL });
  expect(row.renewAt?.toISOString() ?? "").toSatisfy((at: string) => at >= window.start && at <= window.end);
  const waits = (row.ariCheckAt?.getTime() ?? 0) - Date.now();
  expect(waits).toBeGreaterThan(1.9 * HOUR_MS);
  expect(waits).toBeLessThanOrEqual(2 * HOUR_MS);

  const askedBefore = ari().asked.length;
  await checkRenewalWindows();
  expect(ari().asked).toHaveLength(askedBefore);
  // The same window again: the moment that was chosen stays.
  await db().certificate.update({ where: { id }, data: { ariCheckAt: new Date() } });
  await checkRenewalWindows();
  expect((await world.row(id)).renewAt).toEqual(row.renewAt);
});

it("renews at once when the authority moves the window into the past", async () => {
  await checkRenewalWindows();
  ari().setWindow({ id: await renewalId(), start: inMs(-2 * DAY_MS), end: inMs(-DAY_MS) });
  await db().certificate.update({ where: { id }, data: { ariCheckAt: new Date() } });
  await checkRenewalWindows();
  expect((await world.row(id)).renewAt?.getTime()).toBeLessThan(Date.now());
});

it("tells the authority which certificate a renewal replaces, and orders plainly when it does not want that", async () => {
  const first = await renewalId();
  await world.renew(id);
  expect(ari().replaced).toContain(first);
  const second = await renewalId();
  expect(second).not.toBe(first);
  const [, renewal] = await world.orders(id);
  expect(renewal).toMatchObject({ purpose: "renew", replaces: first, state: "valid" });

  // Somebody else, with the same account, has replaced it already.
  ari().replaced.push(second);
  const test = world.attempt();
  await world.renew(id, test);
  expect(test.lines.join("\n")).toContain("it is a plain one");
  expect((await world.orders(id)).at(-1)).toMatchObject({ purpose: "renew", replaces: null, state: "valid" });
});

it("keeps what was chosen when the authority gives no answer", async () => {
  await checkRenewalWindows();
  const { renewAt } = await world.row(id);
  const chainPem = (await world.row(id)).chainPem;
  await db().certificate.update({ where: { id }, data: { ariCheckAt: new Date() } });
  ari().setWindow({ id: await renewalId(), start: "no date", end: "no date" });
  await checkRenewalWindows();
  const row = await world.row(id);
  expect(row).toMatchObject({ renewAt, chainPem });
  expect(row.ariCheckAt?.getTime()).toBeGreaterThan(Date.now() + 0.9 * HOUR_MS);
});
