import fc from "fast-check";
import { type CheckedRecord, checkRecord } from "../check-record.ts";
import { RECORD_TYPES, type RecordType } from "../constants.ts";

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 12 });
const label = fc.oneof(
  word,
  fc.tuple(word, word).map((parts) => parts.join("-")),
  word.map((text) => `_${text}`),
);
const host = fc.array(word, { minLength: 1, maxLength: 3 }).map((labels) => `${labels.join(".")}.example.net`);
const uint16 = fc.integer({ min: 0, max: 65_535 });

const VALUE: Record<RecordType, fc.Arbitrary<string>> = {
  A: fc.ipV4(),
  AAAA: fc.ipV6(),
  CNAME: host,
  NS: host,
  MX: fc.tuple(uint16, host).map(([preference, name]) => `${preference} ${name}`),
  SRV: fc.tuple(uint16, uint16, uint16, host).map((parts) => parts.join(" ")),
  CAA: fc
    .tuple(fc.constantFrom(0, 128), fc.constantFrom("issue", "issuewild"), fc.constantFrom("letsencrypt.org", ";"))
    .map(([flags, tag, value]) => `${flags} ${tag} "${value}"`),
  TXT: fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
    fc.string({ minLength: 1, maxLength: 1_000 }),
    fc.string({ unit: fc.constantFrom('"', "\\", ";", "(", ")", " ", "\n", "\t", "0", "é"), minLength: 1 }),
  ),
};

/** Any record that the check lets through, as it comes out of it, in or below the zone. */
export const anyRecord = (zone: string): fc.Arbitrary<CheckedRecord> =>
  fc
    .constantFrom(...RECORD_TYPES)
    .chain((type) =>
      fc.record({
        name: fc
          .tuple(fc.boolean(), fc.array(label, { minLength: type === "NS" ? 1 : 0, maxLength: 4 }))
          .map(([isWild, labels]) => [...(isWild && type !== "NS" ? ["*"] : []), ...labels, zone].join(".")),
        type: fc.constant(type),
        ttl: fc.integer({ min: 30, max: 604_800 }),
        values: fc.uniqueArray(VALUE[type], { minLength: 1, maxLength: type === "CNAME" ? 1 : 5 }),
      }),
    )
    .map((given) => checkRecord(given).record)
    .filter((record) => record !== null);
