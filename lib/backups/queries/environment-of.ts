import { ENVIRONMENT } from "#lib/services/naming.ts";
import type { BackupSource } from "../schema/source.ts";
import { fieldOf } from "../sources/field-of.ts";
import { namesOf } from "./suggest-sources.ts";

/** Whose data a policy of that environment really names: what is production's is production's, whatever it is called. */
export const environmentOf = (source: BackupSource, serviceName: string, environment: string): string =>
  fieldOf(source, namesOf(serviceName, ENVIRONMENT)) === null ? environment : ENVIRONMENT;
