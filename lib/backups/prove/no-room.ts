import { AppError } from "#lib/platform/errors.ts";
import { assertScratchLives } from "./scratch-container.ts";

/** What programs say when a disk, or the memory that stands for one, is full. */
export const NO_ROOM =
  /No space left on device|Disk quota exceeded|Errcode: 28|Disk full|could not extend file|The table '.*' is full/i;
export const NO_MEMORY = /Cannot allocate memory|out of memory|not enough memory|memory exhausted/i;

/** By SIGKILL, which nobody but the kernel sends here: for want of memory. */
const KILLED = 137;
/** What tar says of a program that it started. */
const KILLED_BELOW = /Child (?:terminated on signal 9|returned status 137)/;

/** Of a program in a throw-away container that ended badly: throws where that says nothing about what it was given. */
export async function assertHadRoom(
  containerId: string,
  { clientExit, messages }: { clientExit: number; messages: string },
  signal: AbortSignal,
): Promise<void> {
  const wasKilled = clientExit === KILLED || KILLED_BELOW.test(messages) || NO_MEMORY.test(messages);
  await assertScratchLives(containerId, signal, wasKilled);
  if (!NO_ROOM.test(messages)) return;
  throw new AppError({
    code: "backups.scratch_full",
    message: "What is restored does not fit where the throw-away server keeps it.",
    advice: "This says nothing about the backup. Make room on the server's disk, or raise BACKUP_SCRATCH_MEMORY_MB.",
    detail: messages,
    retry: "retry",
  });
}
