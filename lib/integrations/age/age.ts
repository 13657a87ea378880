import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import { AppError } from "#lib/platform/errors.ts";

/** What the age program makes of it: the same bytes can be opened with `age -d`. In pieces, never whole in memory. */
export async function* encryptStream(
  body: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): AsyncGenerator<Uint8Array> {
  const encrypter = new Encrypter();
  try {
    for (const recipient of recipients) encrypter.addRecipient(recipient);
  } catch (error) {
    throw ageError("age.bad_recipient", "One of the recipients is not an age recipient.", error);
  }
  yield* readPieces(await encrypter.encrypt(toStream(body)));
}

/**
 * The content of what was encrypted. Its end is proven: a stream that was cut anywhere is an error, but only at its end, so
 * what came before must be thrown away then.
 */
export async function* decryptStream(body: AsyncIterable<Uint8Array>, identity: string): AsyncGenerator<Uint8Array> {
  const decrypter = new Decrypter();
  let failure: { error: unknown } | null = null;
  const watched = async function* () {
    try {
      yield* body;
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  try {
    decrypter.addIdentity(readIdentity(identity));
    yield* readPieces(await decrypter.decrypt(toStream(watched())));
  } catch (error) {
    // What the source said is not age's: a line that broke is no damage.
    if (failure !== null) throw (failure as { error: unknown }).error;
    if (error instanceof AppError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    if (/no identity matched/i.test(detail))
      throw ageError("age.wrong_identity", "The age identity opens none of what this was encrypted for.", error);
    throw ageError("age.damaged", "What is stored is damaged or cut off: it cannot be decrypted to its end.", error);
  }
}

/** The recipient of an identity, to compare with those of a policy; throws when it is none. */
export async function findRecipient(identity: string): Promise<string> {
  return identityToRecipient(readIdentity(identity));
}

/** An identity file holds comments besides; only its one line is wanted. */
function readIdentity(text: string): string {
  const line = text.split(/\r?\n/).find((one) => one.trim().startsWith("AGE-SECRET-KEY-"));
  if (line) return line.trim();
  throw ageError("age.bad_identity", "This is not an age identity: it begins with AGE-SECRET-KEY-1.", null);
}

/** One piece is asked for when one is wanted: nothing piles up. */
function toStream(body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => {
        await pieces.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* readPieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        isOver = true;
        return;
      }
      if (value.length > 0) yield value;
    }
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    if (!isOver) await reader.cancel().catch(() => {});
  }
}

const ageError = (code: string, message: string, cause: unknown) =>
  new AppError({
    code,
    message,
    retry: "needs_person",
    cause,
    ...(cause instanceof Error ? { detail: cause.message } : {}),
  });
