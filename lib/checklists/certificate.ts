import { defineChecklist } from "./define-checklist.ts";

/** What a run of one certificate is told. */
export interface CertificateRun {
  certificateId: string;
  names: readonly string[];
  /** Who is told how it ended; null: nobody. */
  toUserId: string | null;
  /** Why it is revoked. */
  reason?: string;
}

const shorten = (names: readonly string[]) =>
  names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(" and ");

const deliver = {
  key: "deliver",
  step: "certificates.deliver",
  about: "Bring it to where it is used",
  title: () => "Bring it to where it is used",
  input: ({ certificateId }: CertificateRun) => ({ certificateId }),
};

/** The first issue of a certificate that a person asked for. */
export const CERTIFICATE = defineChecklist<CertificateRun>({
  key: "certificate",
  version: 1,
  title: "Certificate",
  items: [
    {
      key: "issue",
      step: "certificates.issue",
      about: "Get the certificate",
      title: ({ names }) => `Get a certificate for ${shorten(names)}`,
      input: ({ certificateId, names }) => ({ certificateId, names }),
    },
    { ...deliver, dependsOn: ["issue"] },
    {
      key: "mail",
      step: "notifications.mail",
      about: "Mail whoever asked for it",
      dependsOn: ["deliver"],
      skip: ({ toUserId }) => (toUserId === null ? "Nobody has to be told." : undefined),
      title: () => "Mail that it is there",
      input: ({ certificateId, toUserId }) => ({ template: "certificate-issued", toUserId, certificateId }),
    },
  ],
});

/** A renewal. What is served stays until the new one is stored; its owner hears of it only when it failed. */
export const RENEW_CERTIFICATE = defineChecklist<CertificateRun>({
  key: "renew-certificate",
  version: 1,
  title: "Certificate renewal",
  items: [
    {
      key: "renew",
      step: "certificates.renew",
      about: "Renew the certificate",
      title: ({ names }) => `Renew the certificate for ${shorten(names)}`,
      input: ({ certificateId }) => ({ certificateId }),
    },
    { ...deliver, dependsOn: ["renew"] },
  ],
});

/** Revocation at the authority. */
export const REVOKE_CERTIFICATE = defineChecklist<CertificateRun>({
  key: "revoke-certificate",
  version: 1,
  title: "Certificate revocation",
  items: [
    {
      key: "revoke",
      step: "certificates.revoke",
      about: "Revoke the certificate",
      title: ({ names }) => `Revoke the certificate for ${shorten(names)}`,
      input: ({ certificateId, reason }) => ({ certificateId, reason: reason ?? "unspecified" }),
    },
  ],
});

/** Another key for the panel's account at the authority (RFC 8555 7.3.5). */
export const ACCOUNT_KEY = defineChecklist<Record<string, never>>({
  key: "account-key",
  version: 1,
  title: "ACME account key",
  items: [
    {
      key: "account-key",
      step: "certificates.account-key",
      about: "Change the account's key at the authority",
      title: () => "Change the key of the panel's account at the authority",
    },
  ],
});
