import { BSON, type Document } from "mongodb";
import { CommandError } from "./store.ts";

/** Numbers and moments in an order; everything else is only the same or not. */
function order(value: unknown): number | bigint | null {
  if (value instanceof Date) return value.getTime();
  if (value instanceof BSON.Timestamp) return value.toBigInt();
  if (value instanceof BSON.Long) return value.toBigInt();
  if (value instanceof BSON.Int32 || value instanceof BSON.Double) return value.valueOf();
  return typeof value === "number" ? value : null;
}

const same = (one: unknown, other: unknown) =>
  Buffer.from(BSON.serialize({ one })).equals(Buffer.from(BSON.serialize({ one: other })));

const COMPARE: Record<string, (found: number | bigint, wanted: number | bigint) => boolean> = {
  $gt: (found, wanted) => found > wanted,
  $gte: (found, wanted) => found >= wanted,
  $lt: (found, wanted) => found < wanted,
  $lte: (found, wanted) => found <= wanted,
};

const isOperators = (wanted: unknown): wanted is Document =>
  typeof wanted === "object" && wanted !== null && Object.keys(wanted).some((key) => key.startsWith("$"));

/** A filter of top-level fields by equality and order. Any other is refused: that is better than another answer than MongoDB's. */
export function compileFilter(filter: Document = {}): (document: Document) => boolean {
  const tests = Object.entries(filter).map(([field, wanted]) => {
    if (field.startsWith("$")) throw notHere(`operator ${field}`);
    if (!isOperators(wanted)) return (document: Document) => same(document[field], wanted);
    const parts = Object.entries(wanted).map(([operator, value]) => {
      const compare = COMPARE[operator];
      const limit = order(value);
      if (!compare || limit === null) throw notHere(`operator ${operator}`);
      return (document: Document) => {
        const found = order(document[field]);
        return found !== null && compare(found, limit);
      };
    });
    return (document: Document) => parts.every((part) => part(document));
  });
  return (document) => tests.every((test) => test(document));
}

export const notHere = (what: string) =>
  new CommandError(115, "CommandNotSupported", `This stand-in for MongoDB has no ${what}.`);
