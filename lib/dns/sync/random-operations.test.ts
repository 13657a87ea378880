import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { db, Prisma } from "#lib/platform/db/client.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { openSyncWorld, type SyncWorld } from "../testing/sync-world.ts";
import { settleSync, syncZone } from "./sync-zone.ts";

let world: SyncWorld;
beforeAll(async () => {
  world = await openSyncWorld();
});
afterEach(() => world.clear());
afterAll(() => world.close());

const LABELS = ["a", "b", "c", "d", "e", "f", "g", "h"];
const OURS = ["203.0.113.1", "203.0.113.2", "203.0.113.3"];
/** Others never put the same twice: whose content is whose is then no question of equal values. */
let turn = 0;
const nextTheirs = () => `198.51.${++turn >> 8}.${turn & 255}`;

const ACTS = [
  ...(["create", "create", "edit", "edit", "remove", "restore", "theirs", "theirs", "take", "tamper"] as const),
  ...(["right", "adopt", "sync", "sync", "sync", "full", "storm"] as const),
];

interface Operation {
  label: string;
  type: string;
  value: number;
  act: (typeof ACTS)[number];
}

const operation: fc.Arbitrary<Operation> = fc.record({
  label: fc.constantFrom(...LABELS),
  type: fc.constantFrom("A", "A", "A", "TXT", "CNAME"),
  value: fc.nat(),
  act: fc.constantFrom(...ACTS),
});
/** Two rounds of five hundred. */
const operations = fc.array(operation, { minLength: 500, maxLength: 500 });

const EDIT = { state: "pending", changeId: null, error: null, observed: Prisma.DbNull, version: { increment: 1 } };

const contentOf = (type: string, one: string): string[] => {
  if (type === "A") return [one];
  return [type === "TXT" ? `text ${one}` : `h${one.replaceAll(".", "-")}.example.org`];
};

/** What others have put there and have not taken away: nobody else may. */
type Theirs = Map<string, string>;

async function sync(scope: "pending" | "full"): Promise<void> {
  for (let left = 30; ; left--) {
    try {
      const { ctx } = createTestContext();
      const result = await syncZone(ctx, world.zone, scope);
      if (result.held) await db().dnsZone.update({ where: { id: world.zone.id }, data: allow(result.held.planHash) });
      else return await settleSync(ctx, result);
    } catch (error) {
      if (left === 0 || (error as { retry?: string }).retry !== "retry") throw error;
    }
  }
}
const allow = (planHash: string) => ({ allowedPlanHash: new Uint8Array(Buffer.from(planHash, "hex")) });

async function readTypes(name: string): Promise<Map<string, string>> {
  const lines = (await world.list()).map((line) => line.split(" "));
  return new Map(lines.filter((line) => line[1] === name).map(([type = "", , , ...rest]) => [type, rest.join(" ")]));
}

async function perform({ label, type, value, act }: Operation, theirs: Theirs): Promise<void> {
  const name = world.name(label);
  const where = { zoneId_name_type: { zoneId: world.zone.id, name, type } };
  const row = await db().dnsRecord.findUnique({ where });
  const standing = await readTypes(name);
  const here = standing.get(type);
  const isLive = row !== null && row.state !== "removed";
  const place = `${type} ${name}`;
  const ours = OURS[value % OURS.length] ?? "";
  const roomFor = !standing.has("CNAME") && (type !== "CNAME" || standing.size === 0);
  const put = async (values: string[]) => {
    await world.put({ name, type, values });
    theirs.set(place, values.join());
  };
  switch (act) {
    case "create":
      if (row) await db().dnsRecord.update({ where, data: { ...EDIT, values: contentOf(type, ours) } });
      else await world.addRows([{ name, type, values: contentOf(type, ours) }]);
      return;
    case "edit":
      if (isLive) await db().dnsRecord.update({ where, data: { ...EDIT, values: contentOf(type, ours) } });
      return;
    case "remove":
      if (isLive) await db().dnsRecord.update({ where, data: { ...EDIT, state: "removing" } });
      return;
    case "restore":
      if (row?.state === "removed") await db().dnsRecord.update({ where, data: EDIT });
      return;
    case "theirs":
      if (here === undefined && roomFor) await put(contentOf(type, nextTheirs()));
      return;
    case "tamper":
      if (here !== undefined) await put(contentOf(type, nextTheirs()));
      return;
    case "take":
      if (here !== undefined) await world.take({ name, type });
      theirs.delete(place);
      return;
    case "right":
    case "adopt": {
      if (row?.state !== "drift") return;
      const observed = row.observed as { absent?: true; ttl: number; values: string[] };
      if (observed.absent) {
        const forget = { applied: Prisma.DbNull, sent: Prisma.DbNull };
        await db().dnsRecord.update({
          where,
          data: { ...EDIT, ...(act === "right" ? forget : { state: "removing" }) },
        });
        return;
      }
      // A person gives it to the panel.
      if (theirs.get(place) === observed.values.join()) theirs.delete(place);
      const adopted = act === "adopt" ? { ttl: observed.ttl, values: observed.values } : {};
      await db().dnsRecord.update({ where, data: { ...EDIT, ...adopted, overwrite: observed } });
      return;
    }
    case "storm":
      await world.setFaults({ dropAfterApply: 0.5, ...(value % 5 === 0 ? { throttle: 0.2 } : {}) });
      await sync("pending");
      return void (await world.setFaults({}));
    default:
      await sync(act === "full" ? "full" : "pending");
  }
}

it("a thousand operations of everybody leave others' records alone and end with what is desired", async () => {
  await fc.assert(
    fc.asyncProperty(operations, async (list) => {
      await world.clear();
      const theirs: Theirs = new Map();
      for (const one of list) {
        await perform(one, theirs);
        if (!["sync", "full", "storm"].includes(one.act)) continue;
        const standing = (await world.list()).map((line) => line.split(" "));
        const now = new Map(standing.map(([type, name, , ...rest]) => [`${type} ${name}`, rest.join(" ")]));
        for (const [place, values] of theirs) expect(now.get(place)).toBe(values);
      }
      await sync("full");
      const rows = await db().dnsRecord.findMany({});
      expect(rows.filter(({ state }) => state === "pending" || state === "removing")).toEqual([]);
      const desired = rows
        .filter(({ state }) => state === "in_sync")
        .map(({ type, name, ttl, values }) => `${type} ${name} ${ttl} ${(values as string[]).join()}`);
      const others = [...theirs].map(([place, values]) => `${place} 60 ${values}`);
      expect(await world.list()).toEqual([...new Set([...desired, ...others])].sort());
    }),
    { numRuns: 2, endOnFailure: true },
  );
});
