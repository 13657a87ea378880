/** Rejects when `work` has not ended after `ms`. What it was doing goes on unheard. */
export async function withDeadline<T>(what: string, ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new DeadlineExceeded(what, ms)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

export class DeadlineExceeded extends Error {
  constructor(what: string, ms: number) {
    super(`${what} did not end within ${Math.round(ms / 1000)} seconds`);
    this.name = "DeadlineExceeded";
  }
}
