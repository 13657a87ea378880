import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { createPerson } from "#lib/access/testing/people.ts";
import { sessionCookieName } from "#lib/api/session-cookie.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { cancelRun } from "#lib/runs/commands/cancel-run.ts";
import { openStage } from "#lib/runs/testing/stage.ts";
import { buildWeb, panelEnv, startPanel } from "#local/panel.ts";
import { pickPort } from "#local/servers/ports.ts";
import { testWorld } from "#local/test-world.ts";
import { draftService, planDraft } from "#workers/testing/provision.ts";
import { type Measure, type Measurement, measurement, percentile } from "./measure.ts";

const STARTS = 30;
const WARM_UP = 3;
const CHROMIUM = "/usr/bin/chromium";

/** Only a folder is made; the stack waits for somebody to be told, so that nothing else takes the machine's time. */
const ANSWERS = {
  identity: { affects: [{ service: "another", note: "It waits for this." }] },
  data: { database: "none", filesFolder: true },
  exposure: { audience: "internal" },
  watching: { monitored: false },
};

interface Times {
  /** Until the panel has answered the press of the button. */
  answered: number;
  /** Until the first line of the log was in the page. */
  line: number;
}

/** Runs in the page, with its session and its address: what the wizard's button and the run's page do. */
async function startAndWait({
  draftId,
  planRunId,
}: {
  draftId: string;
  planRunId: number;
}): Promise<Times & { runId: number }> {
  const begin = performance.now();
  const response = await fetch(`/api/v1/drafts/${draftId}/start`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ planRunId }),
  });
  if (!response.ok) throw new Error(await response.text());
  const { runId } = (await response.json()) as { runId: number };
  const answered = performance.now() - begin;
  const source = new EventSource(`/api/v1/runs/${runId}/events`);
  const line = await new Promise<number>((resolve, reject) => {
    source.onmessage = ({ data }) => {
      if ((JSON.parse(String(data)) as { type: string }).type === "log") resolve(performance.now() - begin);
    };
    setTimeout(() => reject(new Error("no log line came within 20 s")), 20_000);
  });
  source.close();
  return { answered, line, runId };
}

/** From the press of Start to the first log line in a real browser, through the real web process and worker. */
export const firstLogLine: Measure = {
  title: "From Start to the first log line in the browser",
  async run() {
    const dir = mkdtempSync(join(tmpdir(), "seaworthy-bench-"));
    const stage = await openStage("bench-line");
    const port = await pickPort();
    const own = { DATABASE_URL: process.env.DATABASE_URL ?? "", REDIS_PREFIX: stage.redisPrefix, SERVICES_ROOT: dir };
    const env = panelEnv({ ...testWorld().env, ...own, LOG_LEVEL: "info" }, port);
    Object.assign(process.env, env, { LOG_LEVEL: "error" });
    overrideConfig(undefined);
    await buildWeb(env, dir);
    const panel = await startPanel({ env, port, logsDir: dir, log: () => {} });
    const browser = await chromium.launch({
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
      ...(existsSync(CHROMIUM) ? { executablePath: CHROMIUM } : {}),
    });
    try {
      const { sessionToken } = await createPerson({ name: "Olive Owner", roles: ["staff"] });
      const context = await browser.newContext();
      await context.addCookies([{ name: sessionCookieName(), value: sessionToken, url: panel.url }]);
      const page = await context.newPage();
      await page.goto(`${panel.url}/healthz`);
      const times: Times[] = [];
      for (let i = 0; i < WARM_UP + STARTS; i++) {
        const { draftId } = await draftService(stage.actor, testWorld().images?.web["1.0"] ?? "", ANSWERS);
        const { planRunId } = await planDraft(stage.actor, draftId);
        const { runId, ...measured } = await page.evaluate(startAndWait, { draftId, planRunId });
        if (i >= WARM_UP) times.push(measured);
        await cancelRun(stage.actor, runId, RUN_HOOKS);
      }
      return summarize(times);
    } finally {
      await browser.close();
      await panel.stop();
      await stage.close();
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

function summarize(times: readonly Times[]): Measurement[] {
  console.error(`  the quickest: ${Math.round(Math.min(...times.map(({ line }) => line)))} ms`);
  return [0.5, 0.95].map((share) => {
    const [line, answered] = (["line", "answered"] as const).map((key) =>
      percentile(
        times.map((one) => one[key]),
        share,
      ),
    );
    const name = `Start to first log line p${share * 100}, beside Start answered`;
    return measurement(name, line ?? Number.NaN, "ms", answered ?? Number.NaN);
  });
}
