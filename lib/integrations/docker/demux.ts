import type { OutputFrame } from "#lib/integrations/program/types.ts";

const HEADER_BYTES = 8;

/**
 * Takes Docker's multiplexed stream apart. The reader pulls: while it does not, nothing more is read from the socket, so a
 * slow sink holds back the program instead of filling this process's memory. What is there of a cut last frame is given out.
 */
export async function* readFrames(source: AsyncIterable<Buffer>): AsyncGenerator<OutputFrame> {
  let pending: Buffer = Buffer.alloc(0);
  let stream: OutputFrame["stream"] = "stdout";
  let missing = 0;
  for await (const chunk of source) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length > 0) {
      if (missing === 0) {
        if (pending.length < HEADER_BYTES) break;
        stream = pending[0] === 2 ? "stderr" : "stdout";
        missing = pending.readUInt32BE(4);
        pending = pending.subarray(HEADER_BYTES);
        continue;
      }
      const data = pending.subarray(0, missing);
      missing -= data.length;
      pending = pending.subarray(data.length);
      yield { stream, data };
    }
  }
}
