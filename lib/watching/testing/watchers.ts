import { type HealthchecksServer, startHealthchecks } from "#local/healthchecks/server.ts";
import { type KumaServer, startKuma } from "#local/uptime-kuma/server.ts";

export interface TestWatchers {
  kuma: KumaServer;
  healthchecks: HealthchecksServer;
  /** The panel's settings for the two. */
  settings: Record<string, string>;
  setKumaFaults(faults: Record<string, string>): Promise<void>;
  /** Names of what is paused there now, as somebody outside the panel sees it. */
  listPaused(): Promise<string[]>;
  close(): Promise<void>;
}

const PASSWORD = "kuma of a test";
const KEY = "test-key-of-thirty-two-characters";

/** Uptime Kuma and Healthchecks at protocol level, of a test's own. */
export async function startWatchers(): Promise<TestWatchers> {
  const apiKey = KEY.slice(0, 32);
  const [kuma, healthchecks] = await Promise.all([
    startKuma({ port: 0, username: "panel", password: PASSWORD }),
    startHealthchecks({ port: 0, apiKey }),
  ]);
  return {
    kuma,
    healthchecks,
    settings: {
      UPTIME_KUMA_URL: kuma.url,
      UPTIME_KUMA_USERNAME: "panel",
      UPTIME_KUMA_PASSWORD: PASSWORD,
      HEALTHCHECKS_API_URL: healthchecks.url,
      HEALTHCHECKS_API_KEY: apiKey,
    },
    async setKumaFaults(faults) {
      await fetch(`${kuma.url}/_control/faults`, { method: "PUT", body: JSON.stringify(faults) });
    },
    async listPaused() {
      const response = await fetch(`${kuma.url}/_control/monitors`);
      const monitors = (await response.json()) as { name: string; active: boolean }[];
      const checks = await fetch(`${healthchecks.url}/api/v3/checks/`, { headers: { "x-api-key": apiKey } });
      const listed = (await checks.json()) as { checks: { name: string; status: string }[] };
      return [
        ...monitors.filter(({ active }) => !active).map(({ name }) => `kuma ${name}`),
        ...listed.checks.filter(({ status }) => status === "paused").map(({ name }) => `healthchecks ${name}`),
      ];
    },
    async close() {
      await Promise.all([kuma.close(), healthchecks.close()]);
    },
  };
}
