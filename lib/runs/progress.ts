import { sql } from "#lib/platform/db/sql.ts";
import type { Redactor } from "#lib/platform/redaction.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { wakeWatchers } from "./wake.ts";

const EVERY_MS = 300;

/** Writes a step's progress at most three times a second; a step may report as often as it likes. */
export function createProgress(step: { id: number; token: number; runId: number }, redactor: Redactor) {
  let latest: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> = Promise.resolve();

  async function writeLatest(): Promise<void> {
    if (latest === undefined) return;
    const text = latest;
    latest = undefined;
    // Progress is a courtesy: a failure to write it fails nothing.
    try {
      const matched = await sql.run(
        `UPDATE Step s JOIN Run r ON r.id = s.runId SET s.progress = ?, r.version = r.version + 1
         WHERE s.id = ? AND s.leaseToken = ? AND s.state = 'running'`,
        [text, step.id, step.token],
      );
      if (matched > 0) wakeWatchers([step.runId]);
    } catch {}
  }

  function writeSoon(): void {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        lastAt = performance.now();
        writing = writing.then(writeLatest);
      },
      Math.max(0, lastAt + EVERY_MS - performance.now()),
    );
  }

  const show: StepContext["progress"] = (text, done, total) => {
    latest = JSON.stringify({
      text: redactor.clean(text).slice(0, 200),
      ...(done === undefined ? {} : { done }),
      ...(total === undefined ? {} : { total }),
    });
    writeSoon();
  };
  return {
    show,
    async close(): Promise<void> {
      clearTimeout(timer);
      await writing;
    },
  };
}
