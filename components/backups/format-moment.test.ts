import { expect, test } from "vitest";
import { formatMoment } from "./format-moment.ts";

const now = Date.parse("2026-11-21T18:00:00Z");
const say = (at: string, zone: string) => formatMoment(Date.parse(at), now, zone);

test("names the day by the reader's calendar, not by hours gone by", () => {
  expect(say("2026-11-21T10:12:00Z", "America/Phoenix")).toBe("03:12 today");
  expect(say("2026-11-21T06:40:00Z", "America/Phoenix")).toBe("23:40 yesterday");
  expect(say("2026-11-21T06:40:00Z", "UTC")).toBe("06:40 today");
});

test("gives older days their date, and older years their number", () => {
  expect(say("2026-11-14T03:12:00Z", "UTC")).toBe("03:12 on 14 Nov");
  expect(say("2025-11-14T03:12:00Z", "UTC")).toBe("03:12 on 14 Nov 2025");
});
