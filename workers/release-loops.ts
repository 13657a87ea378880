import { checkImages } from "#lib/releases/commands/check-images.ts";
import {
  expireDeployments,
  startApproved,
  voidDrifted,
  watchReviews,
} from "#lib/releases/commands/sweep-deployments.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";

const START_MS = 2_000;
const EXPIRE_MS = 30_000;
const DRIFT_MS = 30_000;
const REVIEWS_MS = 60_000;
const IMAGES_MS = 60_000;
const ROUND_LIMIT_MS = 5 * 60_000;

/** What happens to deployments without anybody asking. Any number of workers may. */
export function startReleaseLoops(): Loop[] {
  return [
    startLoop("approved deployments", START_MS, () => startApproved(), ROUND_LIMIT_MS),
    startLoop("expired deployments", EXPIRE_MS, () => expireDeployments(), ROUND_LIMIT_MS),
    startLoop("drifted deployments", DRIFT_MS, () => voidDrifted(), ROUND_LIMIT_MS),
    startLoop("images of releases", IMAGES_MS, () => checkImages(AbortSignal.timeout(ROUND_LIMIT_MS)), ROUND_LIMIT_MS),
  ];
}

/** Where mails are sent, so that it is watched whether or not anything is being released. */
export const startReviewClock = (): Loop => startLoop("reviews due", REVIEWS_MS, () => watchReviews(), ROUND_LIMIT_MS);
