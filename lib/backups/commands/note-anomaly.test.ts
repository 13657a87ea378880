import { describe, expect, it } from "vitest";
import { findAnomaly } from "./note-anomaly.ts";

const MB = 1_000_000;
const backup = (sizeBytes: number | null, totalRows: number | null = null) => ({
  sizeBytes: sizeBytes === null ? null : BigInt(Math.round(sizeBytes)),
  totalRows: totalRows === null ? null : BigInt(totalRows),
});
const usual = [9, 10, 10, 11, 12].map((size) => backup(size * MB, 1_000));

describe("a backup compared with those before it", () => {
  it("is usual between half and double of the median", () => {
    for (const size of [5, 7, 10, 19, 20]) expect(findAnomaly(backup(size * MB, 1_000), usual)).toBeNull();
  });

  it("is odd below half and above double, and says what", () => {
    expect(findAnomaly(backup(4.9 * MB, 1_000), usual)).toMatch(/^size: 4\.\d.*, less than half of the usual /);
    expect(findAnomaly(backup(20.1 * MB, 1_000), usual)).toMatch(/^size: .*, more than double of the usual /);
    expect(findAnomaly(backup(10 * MB, 0), usual)).toBe("rows: 0, less than half of the usual 1\u202f000");
    expect(findAnomaly(backup(1 * MB, 9_999), usual)).toMatch(/^size: .*; rows: 9\u202f999, more than double/);
  });

  it("is not judged by one that was odd itself, for the median does not move with it", () => {
    expect(findAnomaly(backup(10 * MB), [...usual, backup(900 * MB)])).toBeNull();
  });

  it("is not judged while it is tiny, or while there is too little to compare with", () => {
    const tiny = [1_000, 1_100, 1_200].map((size) => backup(size, 10));
    expect(findAnomaly(backup(20_000, 60), tiny)).toBeNull();
    expect(findAnomaly(backup(20 * MB, 60), tiny)).toContain("more than double");
    expect(findAnomaly(backup(100 * MB), usual.slice(0, 2))).toBeNull();
    expect(findAnomaly(backup(null, null), usual)).toBeNull();
  });
});
