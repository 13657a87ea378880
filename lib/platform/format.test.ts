import { describe, expect, it } from "vitest";
import {
  daysUntil,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatRelative,
  formatSpan,
  shortenMiddle,
} from "./format.ts";

describe("durations", () => {
  it.each([
    [-5, "0 s"],
    [300, "0.3 s"],
    [41_000, "41 s"],
    [72_000, "1 min 12 s"],
    [2 * 3_600_000 + 5 * 60_000, "2 h 05 min"],
    [76 * 3_600_000, "3 d 4 h"],
  ])("writes %i ms as %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

  it("writes a running clock", () => {
    expect(formatClock(72_400)).toBe("01:12");
    expect(formatClock(3_725_000)).toBe("1:02:05");
  });

  it("rounds spans for sentences", () => {
    expect(formatSpan(3_600_000)).toBe("1 hour");
    expect(formatSpan(3 * 86_400_000)).toBe("3 days");
  });
});

describe("moments", () => {
  const now = Date.parse("2026-11-21T02:00:00Z");
  it("says how long ago, how soon, or just now", () => {
    expect(formatRelative(now - 4_000, now)).toBe("just now");
    expect(formatRelative(now - 300_000, now)).toBe("5 min ago");
    expect(formatRelative(now + 3 * 86_400_000, now)).toBe("in 3 days");
  });
  it("counts whole days, negative once passed", () => {
    expect(daysUntil(now + 36 * 3_600_000, now)).toBe(1);
    expect(daysUntil(now - 1, now)).toBe(-1);
  });
});

describe("sizes and names", () => {
  it.each([
    [812, "812 B"],
    [1_400, "1.4 kB"],
    [3_200_000_000, "3.2 GB"],
    [999_600, "1.0 MB"],
  ])("writes %i bytes as %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
  it("keeps both ends of a long name and leaves a short one alone", () => {
    expect(shortenMiddle(`sha256:${"a".repeat(60)}beef`)).toBe("sha256:aaaaa…aabeef");
    expect(shortenMiddle("pad-notes")).toBe("pad-notes");
  });
  it("groups thousands with a narrow space", () => expect(formatCount(1234567)).toBe("1\u202f234\u202f567"));
});
