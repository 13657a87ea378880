import type { RunningProcess } from "./process.ts";

export type KeptServer = { name: string; pid: () => number; stop: () => Promise<void> };

/** Starts a server again whenever it ends without being asked to, as an operator's init system would. */
export async function keepRunning(
  name: string,
  start: () => Promise<RunningProcess>,
  events: { onRestart: () => void; log: (line: string) => void },
): Promise<KeptServer> {
  let current = await start();
  let isStopping = false;
  const watch = async () => {
    while (!isStopping) {
      await current.exited;
      if (isStopping) return;
      events.log(`${name} ended by itself; starting it again`);
      // Long enough not to spin when it dies at once, short enough to look like a restart.
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (isStopping) return;
      try {
        current = await start();
        events.onRestart();
      } catch (error) {
        events.log(`${name} does not start: ${error instanceof Error ? error.message : error}`);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  };
  const watching = watch();
  return {
    name,
    pid: () => current.pid,
    stop: async () => {
      isStopping = true;
      await current.stop();
      await watching;
      await current.stop();
    },
  };
}
