import { StringDecoder } from "node:string_decoder";
import type { ExecResult, RunningExec } from "./types.ts";

const MAX_TEXT = 1_000_000;

/** Lets a program that was started run to its end and keeps what it printed (at most 1 MB of each). */
export async function finishExec(running: RunningExec, input?: string): Promise<ExecResult> {
  const kept = { stdout: "", stderr: "" };
  // A letter may come in two pieces.
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  try {
    if (input !== undefined) await running.write(input);
    running.end();
    for await (const { stream, data } of running.output)
      if (kept[stream].length < MAX_TEXT) kept[stream] += decoders[stream].write(data);
    return { exitCode: await running.exitCode(), ...kept };
  } finally {
    running.close();
  }
}
