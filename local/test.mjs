import { bootstrap } from "./bootstrap.mjs";

bootstrap("local/test.ts");
