import { writeFileSync } from "node:fs";
import { buildOpenApi } from "./openapi.ts";
import { ROUTES } from "./registry.ts";

writeFileSync(
  new URL("../../../docs/openapi.json", import.meta.url),
  `${JSON.stringify(buildOpenApi(ROUTES), null, 2)}\n`,
);
