import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPeople } from "#lib/access/testing/people.ts";
import { openStage } from "#lib/runs/testing/stage.ts";
import { emptyBoard, fillBoard, TICKS_EACH } from "#lib/ticks/testing.ts";
import { buildWeb, startPanel } from "#local/panel.ts";
import { pickPort } from "#local/servers/ports.ts";
import { type Measure, measurement, percentile } from "./measure.ts";

const [FEW, MANY] = [10, 1_000];
const LOOKS = 150;
const ROUNDS = 3;
const GOAL = 1.5;
const PATHS = { page: "/checklists", "API answer": "/api/v1/checklists/board" };

type Times = Record<keyof typeof PATHS, number[]>;

async function look(url: string, cookie: string, into: Times): Promise<void> {
  for (let at = 0; at < LOOKS; at++)
    for (const [what, path] of Object.entries(PATHS)) {
      const begin = performance.now();
      const answer = await fetch(`${url}${path}`, { headers: { cookie }, redirect: "manual" });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
      into[what as keyof Times].push(performance.now() - begin);
    }
}

/** The board with a thousand services beside the board with ten, in turns on one panel. */
export const board: Measure = {
  key: "board",
  title: `The board of ${MANY} services with ${TICKS_EACH} items each beside that of ${FEW}`,
  async run() {
    const stage = await openStage("bench-board");
    const logsDir = mkdtempSync(join(tmpdir(), "seaworthy-bench-"));
    const port = await pickPort();
    const url = `http://127.0.0.1:${port}`;
    const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));
    // The worker is of another queue: it looks at nothing meanwhile.
    const own = {
      ...env,
      PORT: String(port),
      APP_URL: url,
      NODE_ENV: "production",
      LOG_LEVEL: "info",
      WORKER_QUEUES: "certificates",
    };
    await buildWeb(own, logsDir);
    const panel = await startPanel({ env: own, port, logsDir, log: () => {} });
    try {
      const { owner } = await createPeople();
      const cookie = `seaworthy=${owner.sessionToken}`;
      const few: Times = { page: [], "API answer": [] };
      const many: Times = { page: [], "API answer": [] };
      for (let round = 0; round <= ROUNDS; round++)
        for (const [count, times] of [[FEW, few] as const, [MANY, many] as const]) {
          await emptyBoard();
          await fillBoard(owner.id, 1, count);
          // The first round warms.
          await look(url, cookie, round === 0 ? { page: [], "API answer": [] } : times);
        }
      return (Object.keys(PATHS) as (keyof Times)[]).map((what) =>
        measurement(
          `p95 of the ${what} with ${MANY} services (goal ${GOAL}×; median ${percentile(many[what], 0.5).toFixed(1)} ms, with ${FEW} ${percentile(few[what], 0.5).toFixed(1)} ms)`,
          percentile(many[what], 0.95),
          "ms",
          percentile(few[what], 0.95),
        ),
      );
    } finally {
      await panel.stop();
      await stage.close();
    }
  },
};
