import { defineChecklist } from "./define-checklist.ts";

export interface DeliverCertificateRun {
  certificateId: string;
  names: readonly string[];
}

/** After a place was added or taken away: brings a certificate to each of its places, and away from those that are to go. */
export const DELIVER_CERTIFICATE = defineChecklist<DeliverCertificateRun>({
  key: "deliver-certificate",
  version: 1,
  title: "Certificate delivery",
  items: [
    {
      key: "deliver",
      step: "certificates.deliver",
      about: "Bring the certificate to where it is used",
      title: ({ names }) =>
        `Bring the certificate for ${names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(" and ")} to where it is used`,
      input: ({ certificateId }) => ({ certificateId }),
    },
  ],
});
