import { storeError } from "./errors.ts";

/** Begins the name of what is not whole yet, in stores that are folders. Never listed, never a key. */
export const PARTIAL = ".partial-";

const KEY_MAX = 900;

/** A key is a relative path that stays where it begins, on every kind of store. Throws when it is not. */
export function assertKey(key: string): void {
  const segments = key.split("/");
  const isGood =
    key.length > 0 &&
    key.length <= KEY_MAX &&
    segments.every((part) => part !== "" && part !== "." && part !== ".." && part.length <= 200) &&
    !segments.some((part) => part.startsWith(PARTIAL)) &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
    !/[\u0000-\u001f\u007f\\]/.test(key);
  if (!isGood) throw storeError.badKey(key);
}

/** The same for the folder that a listing begins with; "" is everything. */
export function assertPrefix(prefix: string): void {
  if (prefix !== "") assertKey(prefix.replace(/\/$/, ""));
}
