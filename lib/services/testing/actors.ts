import { createPeople, type People } from "#lib/access/testing/people.ts";
import type { UserActor } from "#lib/access/types.ts";
import type { AppError } from "#lib/platform/errors.ts";

export type Actors = Record<keyof People, UserActor>;

/** The people of every test as queries and commands take them. */
export async function createActors(): Promise<Actors> {
  const people = await createPeople();
  return Object.fromEntries(Object.entries(people).map(([key, person]) => [key, person.actor])) as Actors;
}

/** What a promise was refused with; fails the test when it was not refused. */
export const refusalOf = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => {
      throw new Error("this should have been refused");
    },
    (error: AppError) => error,
  );
