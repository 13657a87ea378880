import { canonicalJson, sha256 } from "#lib/platform/crypto.ts";

/** Everything an approval is for. What is not in it could be changed after it was approved. */
export interface Sealed {
  serviceId: string;
  environment: string;
  title: string;
  cause: string;
  problem: string;
  procedure: string;
  success: string;
  statements: string;
  /** Of the database it is for. */
  sourceKey: string;
}

/** SHA-256, in hex, over the whole before-action report and where it is for. */
export function sealOf({
  serviceId,
  environment,
  title,
  cause,
  problem,
  procedure,
  success,
  statements,
  sourceKey,
}: Sealed): string {
  const place = { serviceId, environment, sourceKey };
  const text = canonicalJson({ ...place, title, cause, problem, procedure, success, statements });
  return Buffer.from(sha256(text)).toString("hex");
}
