import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { type RunningProcess, startProcess } from "./process.ts";

/** Starts Redis. It has many numbered databases, so that each test file can have one to itself. */
export async function startRedis(options: { dataDir: string; logFile: string; port: number }): Promise<RunningProcess> {
  mkdirSync(options.dataDir, { recursive: true });
  return startProcess({
    name: "redis",
    logFile: options.logFile,
    argv: [
      "redis-server",
      ...["--port", String(options.port)],
      ...["--bind", "127.0.0.1"],
      ...["--dir", options.dataDir],
      ...["--databases", "512"],
      // BullMQ needs every key it wrote: nothing may be evicted.
      ...["--maxmemory-policy", "noeviction"],
      ...["--appendonly", "yes"],
      ...["--save", ""],
    ],
    isReady: () => answersPing(options.port),
  });
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: 1000 });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (data) => finish(data.toString().startsWith("+PONG")));
    socket.once("error", () => finish(false));
    socket.once("timeout", () => finish(false));
  });
}
