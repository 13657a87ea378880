import { serviceProvisioned } from "./service-provisioned.ts";
import { serviceUndone } from "./service-undone.ts";

/** Every kind of mail the panel sends. */
export const NOTICES = [serviceProvisioned, serviceUndone] as const;
