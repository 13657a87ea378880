/**
 * What the stand-ins share as processes: say `ready` once listening, stop on SIGTERM or SIGINT, and,
 * with --exit-with-stdin, when whoever started them goes away.
 */
export async function serve(start: () => Promise<{ close(): Promise<void> }>, exitWithStdin: boolean): Promise<void> {
  const running = start();
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), 800).unref();
    await running.then((server) => server.close()).catch(() => undefined);
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
  if (exitWithStdin) {
    process.stdin.resume();
    process.stdin
      .on("end", () => void stop())
      .on("close", () => void stop())
      .on("error", () => void stop());
  }
  try {
    await running;
    process.stdout.write("ready\n");
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
