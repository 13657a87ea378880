import type { Duplex } from "node:stream";
import { finishExec } from "#lib/integrations/program/finish.ts";
import type { ExecOptions, ExecResult, RunningExec } from "#lib/integrations/program/types.ts";
import { callDocker } from "./client.ts";
import { readFrames } from "./demux.ts";

export async function startExec(containerId: string, options: ExecOptions, signal: AbortSignal): Promise<RunningExec> {
  const what = `run ${options.argv[0]} in container ${containerId.slice(0, 12)}`;
  const exec = await callDocker(what, signal, (client, abortSignal) =>
    client.getContainer(containerId).exec({
      Cmd: options.argv,
      Env: Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      ...(options.user ? { User: options.user } : {}),
      abortSignal,
    }),
  );
  // Hijacked: a plain socket with backpressure both ways.
  const socket: Duplex = await callDocker(what, signal, (_client) => exec.start({ hijack: true, stdin: true }));
  const onAbort = () => socket.destroy(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
  // A program that ended while we write to it shows in its exit code, not as an unhandled EPIPE.
  socket.on("error", () => {});
  signal.addEventListener("abort", onAbort, { once: true });
  socket.once("close", () => signal.removeEventListener("abort", onAbort));
  if (signal.aborted) onAbort();
  return {
    output: readFrames(socket),
    write: (data) => writeTo(socket, data),
    end: () => void socket.end(),
    exitCode: () => waitForExit(exec.id, what, signal),
    close: () => void socket.destroy(),
  };
}

function writeTo(socket: Duplex, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

async function waitForExit(execId: string, what: string, signal: AbortSignal): Promise<number> {
  for (let tries = 0; ; tries++) {
    const state = await callDocker(what, signal, (client, abortSignal) =>
      client.getExec(execId).inspect({ abortSignal }),
    );
    if (!state.Running) return state.ExitCode ?? -1;
    // The stream can end a moment before the engine has noted the exit.
    await new Promise((resolve) => setTimeout(resolve, Math.min(10 * 2 ** tries, 500)));
  }
}

/** Runs a program to its end and keeps what it printed (at most 1 MB of each). `input` goes to its standard input. */
export async function runExec(
  containerId: string,
  options: ExecOptions & { input?: string },
  signal: AbortSignal,
): Promise<ExecResult> {
  return finishExec(await startExec(containerId, options, signal), options.input);
}
