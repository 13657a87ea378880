import { bootstrap } from "./bootstrap.mjs";

bootstrap("local/demo.ts");
