import { canonicalJson, sha256 } from "#lib/platform/crypto.ts";
import type { ReleaseContent, ReleaseImages, ReleaseTemplate } from "../schema/content.ts";
import type { TargetState } from "../schema/deployment-views.ts";

const hash = (value: unknown): string => Buffer.from(sha256(canonicalJson(value))).toString("hex");

/** Everything an approval is for. What is not in it could be changed after it was approved. */
export interface Sealed {
  environment: string;
  content: ReleaseContent;
  answers: unknown;
  evidence: unknown;
  targetState: TargetState;
  /** When it would start, ISO; null: as soon as it may. */
  startAt: string | null;
  /** Which text of the proposal it is: an edit makes another one, even one that says the same. */
  revision: number;
}

/** Of what is compared and not proposed yet; no proposal has it. */
export const NOT_PROPOSED = { startAt: null, revision: 0 } as const;

/** SHA-256, in hex, over what would run, what was answered and found, what runs there now, and when it would start. */
export const sealOf = ({ environment, content, answers, evidence, targetState, startAt, revision }: Sealed): string =>
  hash({ environment, content, answers, evidence, targetState, startAt, revision });

/** SHA-256, in hex, of what a release is; equal releases have equal ones. */
export const contentHashOf = (release: {
  images: ReleaseImages;
  template: ReleaseTemplate;
  migrations: unknown;
}): string => hash({ images: release.images, template: release.template, migrations: release.migrations });
