import { config } from "#lib/platform/config/config.ts";
import { migrate } from "#lib/platform/db/migrate.ts";
import { readSecurity } from "#lib/platform/db/security.ts";
import { wipeIfOrdered } from "#lib/platform/db/wipe.ts";

const wiped = await wipeIfOrdered();
if (wiped) console.warn(wiped);
const applied = await migrate(config().DATABASE_URL, readSecurity());
console.log(applied.length > 0 ? `Applied ${applied.join(", ")}.` : "The database is up to date.");
