import { expect, it } from "vitest";
import type { ServiceSummary } from "../types.ts";
import { toHtml } from "./format.ts";
import { serviceProvisioned } from "./service-provisioned.ts";

const SERVICE: ServiceSummary = {
  name: "pad-notes",
  purpose: "Notes",
  environments: ["production"],
  running: [
    { name: "pad-notes-production_app", running: 2, desired: 2, image: "pad:1.0", nodes: ["ship-1", "ship-2"] },
    { name: "pad-notes-production_db", running: 1, desired: 1, image: "mariadb", nodes: [] },
  ],
  hostnames: [
    { name: "pad-notes.example.org", https: true },
    { name: "direct.pad-notes.example.org", https: false },
  ],
  certificates: [
    { names: ["pad-notes.example.org"], issuer: "Let's Encrypt R11", notAfter: new Date("2027-02-10T00:00:00Z") },
  ],
  restorableAsOf: new Date("2026-11-21T02:10:30Z"),
};
const CONTEXT = {
  recipientName: "Olive Owner",
  link: (path: string) => `https://panel.example.org${path}`,
  runUrl: "https://panel.example.org/runs/12",
  now: new Date("2026-11-21T03:00:00Z"),
};

it("says what runs where, until when the certificate is valid, and what can be restored", () => {
  expect(serviceProvisioned.render(SERVICE, CONTEXT)).toEqual({
    subject: "pad-notes is running",
    text: `Hello Olive Owner,

pad-notes is running in production.

What runs where:
  pad-notes-production_app: 2 of 2 tasks on ship-1, ship-2
  pad-notes-production_db: 1 of 1 task

Addresses:
  https://pad-notes.example.org
  http://direct.pad-notes.example.org

Certificate:
  pad-notes.example.org: Let's Encrypt R11, valid until 2027-02-10 00:00 UTC (80 days)

Backup:
  Provably restorable as of 2026-11-21 02:10 UTC: it was restored and compared.

The service: https://panel.example.org/services/pad-notes
What was done, with its log: https://panel.example.org/runs/12

You get this mail because you own the service.
`,
  });
});

it("leaves out what an internal service does not have", () => {
  const bare = { ...SERVICE, hostnames: [], certificates: [], restorableAsOf: null };
  const { text } = serviceProvisioned.render(bare, CONTEXT);
  expect(text).not.toMatch(/Addresses|Certificate/);
  expect(text).toContain("None has been proven yet");
});

it("writes HTML that nothing in the text can break", () => {
  const html = toHtml('Hello <script>alert("x")</script> & co\nsecond line\n\nhttps://panel.example.org/a?b=1&c=2');
  expect(html).not.toContain("<script>");
  expect(html).toContain("&#60;script&#62;");
  expect(html).toContain("<br>\nsecond line");
  expect(html).toContain(
    '<a href="https://panel.example.org/a?b=1&#38;c=2">https://panel.example.org/a?b=1&#38;c=2</a>',
  );
});
