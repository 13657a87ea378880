import type { Survey } from "../dump/snapshot.ts";
import type { PointTarget } from "../dump/store-part.ts";
import type { Login } from "../engines/types.ts";
import type { Manifest, Part } from "../schema/manifest.ts";
import type { OpenPlace } from "./open-place.ts";

/** One source that is read into one restore point. */
export interface SourceJob {
  place: OpenPlace;
  login: Login;
  target: PointTarget;
}

/** What was stored of it. */
export interface StoredSource extends Omit<Survey, "uncounted">, Partial<Pick<Manifest, "serverSettings">> {
  parts: Part[];
  /** exact: counted in the dump's own snapshot. */
  counting: "exact" | "range";
  oplog?: boolean;
}
