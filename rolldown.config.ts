import { defineConfig } from "rolldown";

/**
 * The worker of the image: JavaScript, our own modules bundled, packages left where they are. It saves memory, not time: a process
 * that runs TypeScript keeps Node's compiler and the text of every module.
 */
export default defineConfig({
  input: "workers/main.ts",
  platform: "node",
  external: /^[^#./]/,
  output: { dir: "dist/worker", cleanDir: true },
});
