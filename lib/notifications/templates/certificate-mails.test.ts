import { expect, it } from "vitest";
import { certificateFailed } from "./certificate-failed.ts";
import { certificateIssued } from "./certificate-issued.ts";

const CONTEXT = {
  recipientName: "Sam Smith",
  link: (path: string) => `https://panel.example.org${path}`,
  runUrl: "https://panel.example.org/runs/12",
  now: new Date("2026-11-21T03:00:00Z"),
};
const NEWS = {
  ...{ id: "c1", names: ["*.sam.example.org", "sam.example.org"], serviceName: null, issuer: "Let's Encrypt R11" },
  ...{ notAfter: new Date("2027-02-10T00:00:00Z"), renewAt: new Date("2027-01-10T00:00:00Z"), state: "issued" },
  ...{ autoRenew: true, isCsr: false },
};
const FAILURE = {
  stepName: "certificates.renew",
  message: "sam.example.org: The certificate authority found another value in DNS than it had asked for.",
  detail: "unauthorized: Correct value not found\nsam.example.org: wrong",
  advice: "Look at the record _acme-challenge of the name.",
};

it("says that a certificate is there, for what, and that it renews itself", () => {
  expect(certificateIssued.render(NEWS, CONTEXT)).toEqual({
    subject: "Certificate for *.sam.example.org",
    text: `Hello Sam Smith,

the certificate you asked for is there. It is from Let's Encrypt R11 and valid until 2027-02-10 00:00 UTC, for:
  *.sam.example.org
  sam.example.org

The panel renews it by itself around 2027-01-10 00:00 UTC.

Download and instructions: https://panel.example.org/domains/certificates/c1
What was done, with its log: https://panel.example.org/runs/12

You get this mail because you asked for the certificate.
`,
  });
});

it("says why a renewal failed, that nothing is broken yet, and when it is tried again", () => {
  const { subject, text } = certificateFailed.render({ news: NEWS, failure: FAILURE, runId: 7 }, CONTEXT);
  expect(subject).toBe("Renewal failed: certificate for *.sam.example.org");
  expect(text).toContain("  unauthorized: Correct value not found\n  sam.example.org: wrong");
  expect(text).toContain("What helps:\n  Look at the record");
  expect(text).toContain("stays in use; it is valid until 2027-02-10 00:00 UTC (80 days)");
  expect(text).toContain("tries again by itself at 2027-01-10 00:00 UTC");
  expect(text).toContain("https://panel.example.org/runs/7");
});

it("says plainly that there is none, or that it has expired", () => {
  const failed = { ...NEWS, state: "failed", notAfter: null, renewAt: null };
  const none = certificateFailed.render({ news: failed, failure: null, runId: 7 }, CONTEXT);
  expect(none.subject).toBe("No certificate for *.sam.example.org");
  expect(none.text).toContain("There is no certificate for these names yet.");
  const old = { ...NEWS, notAfter: new Date("2026-11-20T00:00:00Z") };
  expect(certificateFailed.render({ news: old, failure: FAILURE, runId: 7 }, CONTEXT).text).toContain(
    "expired on 2026-11-20 00:00 UTC: browsers refuse it now",
  );
});
