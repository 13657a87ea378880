import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KumaServer, startKuma } from "#local/uptime-kuma/server.ts";
import { type KumaAccount, withKuma } from "./connection.ts";
import { addMonitor, deleteMonitor, editMonitor, isMarked, pauseMonitor, resumeMonitor } from "./monitors.ts";

let kuma: KumaServer;
let old: KumaServer;
const signal = AbortSignal.timeout(60_000);
const account = (more: Partial<KumaAccount> = {}): KumaAccount => ({
  ...{ url: kuma.url, username: "panel", password: "correct horse", token: "" },
  ...more,
});
const check = {
  ...{ name: "pad-notes production", marker: "seaworthy:pad-notes-production", url: "http://127.0.0.1:9/" },
  ...{ expectedStatus: 200, intervalS: 60 },
};
const setFaults = (faults: Record<string, string>) =>
  fetch(`${kuma.url}/_control/faults`, { method: "PUT", body: JSON.stringify(faults) });

beforeAll(async () => {
  kuma = await startKuma({ port: 0, username: "panel", password: "correct horse" });
  old = await startKuma({ port: 0, username: "panel", password: "correct horse", version: "1.23.16" });
});
afterAll(async () => {
  await kuma.close();
  await old.close();
});

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "nothing",
    (error: { code?: string; retry?: string }) => `${error.code} ${error.retry}`,
  );

describe("Uptime Kuma", () => {
  it("adds, finds, changes, pauses, resumes and deletes a monitor on one connection", async () => {
    await withKuma(account(), signal, async (connection) => {
      const id = await addMonitor(connection, check);
      const [found] = await connection.listMonitors();
      expect(found).toMatchObject({ id, active: true, notificationIDList: { "1": true }, maxredirects: 0 });
      expect(found && isMarked(found, check.marker)).toBe(true);
      if (found) await editMonitor(connection, found, { ...check, url: "http://127.0.0.1:9/healthz" });
      await pauseMonitor(connection, id);
      expect((await connection.listMonitors())[0]).toMatchObject({ active: false, url: "http://127.0.0.1:9/healthz" });
      await resumeMonitor(connection, id);
      expect((await connection.listMonitors())[0]).toMatchObject({ active: true });
      await deleteMonitor(connection, id);
      expect(await connection.listMonitors()).toEqual([]);
    });
    expect(kuma.store.events.map(({ event }) => event)).toEqual(["added", "edited", "paused", "resumed", "deleted"]);
  });

  it("adds one to version 1 too, which has fewer columns", async () => {
    const id = await withKuma(account({ url: old.url }), signal, (connection) => addMonitor(connection, check));
    expect(old.store.get(id).fields).not.toHaveProperty("conditions");
  });

  it("signs in once for any number of connections, and again when its session has ended", async () => {
    for (let round = 0; round < 25; round++)
      await withKuma(account(), signal, (connection) => connection.listMonitors());
    const again = account({ token: "of a session that has ended", username: "panel", url: kuma.url });
    await withKuma(again, signal, (connection) => connection.listMonitors());
  });

  it("tells what will pass from what a person has to mend", async () => {
    const work = () => Promise.resolve();
    expect(await codeOf(withKuma(account({ username: "other" }), signal, work))).toBe("kuma.sign_in needs_person");
    expect(await codeOf(withKuma(account({ url: "http://127.0.0.1:9" }), signal, work))).toBe("kuma.unreachable retry");
    await setFaults({ pauseMonitor: "SQLITE_BUSY: database is locked" });
    expect(await codeOf(withKuma(account(), signal, (connection) => pauseMonitor(connection, 1)))).toBe(
      "kuma.refused retry",
    );
    await setFaults({});
    expect(await codeOf(withKuma(account(), signal, (connection) => resumeMonitor(connection, 99)))).toBe(
      "kuma.refused retry",
    );
  });

  it("gives up a connection that ends in the middle of a question", async () => {
    await setFaults({ getMonitorList: "silent" });
    const asked = withKuma(account(), signal, (connection) => connection.listMonitors());
    const stop = AbortSignal.timeout(300);
    const stopped = withKuma(account(), stop, (connection) => connection.listMonitors());
    await expect(stopped).rejects.toThrow();
    await kuma.close();
    expect(await codeOf(asked)).toBe("kuma.unreachable retry");
    kuma = await startKuma({ port: 0, username: "panel", password: "correct horse" });
  });
});
