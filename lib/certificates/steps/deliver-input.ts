import { z } from "zod";

/** Input of `certificates.deliver`. */
export const DeliverInput = z.strictObject({ certificateId: z.guid() });
export type DeliverInput = z.output<typeof DeliverInput>;

const FOLDER = /^\/([A-Za-z0-9._-]+\/)*[A-Za-z0-9._-]+$/;
const id = z.number().int().min(0).max(2_147_483_647);

/** How a certificate is mounted in a swarm service's containers: `fullchain.pem` and `privkey.pem` in a folder. */
export const SwarmDeliveryOptions = z.strictObject({
  mountPath: z
    .string()
    .max(200)
    .regex(FOLDER, "is not a folder such as /etc/ssl/private")
    .refine((path) => !path.split("/").some((part) => part === "." || part === ".."), "must not climb")
    .default("/run/secrets/certificate"),
  uid: id.default(0),
  gid: id.default(0),
  /** Octal digits, such as 0440. */
  mode: z
    .string()
    .regex(/^0?[0-7]{3}$/, "is a mode such as 0400")
    .default("0400"),
});
export type SwarmDeliveryOptions = z.output<typeof SwarmDeliveryOptions>;
