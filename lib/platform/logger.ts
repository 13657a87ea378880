import { pino } from "pino";
import { readLogLevel } from "./config/config.ts";

/** JSON lines on standard output. Fields that may hold secrets are cut out wherever they stand. */
export const logger = pino({
  level: readLogLevel(),
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: [
      "password",
      "secret",
      "token",
      "cookie",
      "authorization",
      "*.password",
      "*.secret",
      "*.token",
      "*.cookie",
      "*.authorization",
      "*.privateKey",
    ],
    censor: "[redacted]",
  },
});
