import { describe, expect, it } from "vitest";
import type { TickNews } from "#lib/ticks/queries/read-tick-news.ts";
import { ticksChanged } from "./ticks-changed.ts";

const context = {
  recipientName: "Olive Owner",
  link: (path: string) => `https://panel.example.org${path}`,
  runUrl: "https://panel.example.org/runs/1",
  now: new Date("2027-01-01T00:00:00Z"),
};
const news = (service: string, title: string, state: TickNews["state"], reason: string): TickNews => ({
  ...{ service, environment: "production", title, state, reason },
  since: new Date("2026-12-31T23:10:00Z"),
});

describe("the mail about ticks", () => {
  it("says what is no longer so, since when and what was asked", () => {
    const mail = ticksChanged.render(
      [news("pad", "Create folder /srv/pad", "false", "There is no folder /srv/pad.")],
      context,
    );
    expect(mail).toMatchObject({
      subject: "No longer so at pad: Create folder /srv/pad",
      urgent: true,
      page: "https://panel.example.org/services/pad/checklist",
    });
    expect(mail.text).toContain(
      "  Create folder /srv/pad (production), since 2026-12-31 23:10 UTC\n    There is no folder /srv/pad.",
    );
    expect(mail.text).toContain("pad: https://panel.example.org/services/pad/checklist");
  });

  it("says what is so again, quietly", () => {
    const mail = ticksChanged.render([news("pad", "Deploy stack pad", "true", "Every task runs.")], context);
    expect(mail).toMatchObject({ subject: "So again at pad: Deploy stack pad", urgent: false });
    expect(mail.text).not.toContain("no longer so");
  });

  it("is one for everything at once, service by service", () => {
    const mail = ticksChanged.render(
      [
        news("pad", "Deploy stack pad", "false", "It has 0 of 1 tasks running."),
        news("pad", "Create folder", "true", "It is there."),
        news("wiki", "Deploy stack wiki", "false", "It has 0 of 1 tasks running."),
      ],
      context,
    );
    expect(mail).toMatchObject({
      subject: "No longer so at 2 services: 2 items",
      page: "https://panel.example.org/checklists",
    });
    expect(mail.text.match(/services\/wiki\/checklist/g)).toHaveLength(1);
    expect(mail.text.indexOf("So again:")).toBeGreaterThan(mail.text.indexOf("Deploy stack wiki"));
  });
});
