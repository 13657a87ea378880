import { startProgram } from "#lib/integrations/programs/run.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { Compression } from "../constants.ts";
import { startDecode } from "../prove/decode-stream.ts";
import type { RunningDump } from "./dump-stream.ts";

/** lrzip wants a file: all of it would lie on the worker's disk, in the clear. */
export const canUnpackBeside = (compression: Compression): boolean => compression !== "lrzip";

/**
 * Hands on what it reads, and gives the same to a decoder on the worker that keeps nothing: once it is encrypted nobody here opens
 * it again. Throws at its end unless what comes out is as long as what was dumped, and ends with the same bytes.
 */
export async function* unpackBeside(
  { compression, dumped }: Pick<RunningDump, "compression" | "dumped">,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const decode = await startDecode(startProgram, { argv: [], compression }, signal);
  try {
    for await (const piece of body) {
      await decode.write(piece);
      yield piece;
    }
    const { decoderExit, rawBytes, tail, messages } = await decode.finish();
    const whole = dumped();
    if (decoderExit === 0 && rawBytes === whole?.rawBytes && tail.equals(whole.last)) return;
    throw new AppError({
      code: "backups.dump_failed",
      message: `The dump failed: what ${compression} made of it does not unpack to what was dumped.`,
      advice: "It is tried again by itself. Nothing of the dump was kept.",
      detail: messages,
      retry: "retry",
    });
  } finally {
    decode.close();
  }
}
