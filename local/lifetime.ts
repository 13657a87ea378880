import { isAlive } from "./servers/process.ts";

/**
 * Stops once on Ctrl-C, SIGTERM, a closed terminal, or when one of the processes that started us (npm, its shell,
 * the bootstrap) is gone. A second Ctrl-C ends at once; the kernel then ends what is left.
 */
export function stopWhenAsked(stop: (reason: string) => Promise<void>): void {
  let isStopping = false;
  const begin = (reason: string) => {
    if (isStopping) return;
    isStopping = true;
    stop(reason).then(
      () => process.exit(reason === "SIGINT" ? 130 : 143),
      () => process.exit(1),
    );
  };
  process.on("SIGINT", () => (isStopping ? process.exit(130) : begin("SIGINT")));
  process.on("SIGTERM", () => begin("SIGTERM"));
  process.on("SIGHUP", () => begin("SIGHUP"));
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent || (parent > 1 && !isAlive(parent))) begin("the parent process is gone");
  }, 500);
  watch.unref();
}
