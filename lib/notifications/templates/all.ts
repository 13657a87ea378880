import { certificateFailed } from "./certificate-failed.ts";
import { certificateIssued } from "./certificate-issued.ts";
import { certificateServed } from "./certificate-served.ts";
import { recordsExpired } from "./records-expired.ts";
import { recordsExpiring } from "./records-expiring.ts";
import { serviceProvisioned } from "./service-provisioned.ts";
import { serviceUndone } from "./service-undone.ts";

/** Every kind of mail the panel sends. */
export const NOTICES = [
  certificateIssued,
  certificateFailed,
  certificateServed,
  recordsExpiring,
  recordsExpired,
  serviceProvisioned,
  serviceUndone,
] as const;
