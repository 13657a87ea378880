/** A filter's value when it is one that is known; empty otherwise, as if it were not given. */
export const keepKnown = <T extends string>(value: string, values: readonly T[]): T | "" =>
  values.find((one) => one === value) ?? "";

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** The same of what is narrowed to by an id. */
export const keepId = (value: string): string => (ID.test(value) ? value : "");
