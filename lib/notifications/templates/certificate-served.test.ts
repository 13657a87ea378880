import { expect, test } from "vitest";
import { certificateServed } from "./certificate-served.ts";

const SERVED = {
  hostname: "pads.example.org",
  certificateId: "0c9f1f58-6f0e-4b6c-9d2e-0b8f4a7f1c11",
  address: "203.0.113.10",
  problem: "It serves the certificate 0A of Somebody, for other.example.org, and not the panel's.",
  since: new Date("2026-11-21T05:00:00Z"),
};
const CONTEXT = {
  recipientName: "Sam",
  link: (path: string) => `https://panel.example.org${path}`,
  runUrl: "https://panel.example.org/runs/7",
  now: new Date("2026-11-21T06:00:00Z"),
};

test.each([
  ["other", "pads.example.org serves another certificate"],
  ["expired", "pads.example.org serves a certificate that has expired"],
  ["untrusted", "pads.example.org serves a certificate that browsers refuse"],
  ["unreachable", "pads.example.org does not answer with HTTPS"],
  ["right", "pads.example.org serves its certificate again"],
])("says of a name that is %s what it serves, since when, where, and what to do", (state, subject) => {
  const notice = certificateServed.render({ ...SERVED, state }, CONTEXT);
  expect(notice.subject).toBe(subject);
  expect(notice.text).toContain(`${subject}, since 2026-11-21 05:00 UTC. ${SERVED.problem}`);
  expect(notice.text).toContain("Seen at 203.0.113.10.");
  expect(notice.text).toContain(`https://panel.example.org/domains/certificates/${SERVED.certificateId}`);
});
