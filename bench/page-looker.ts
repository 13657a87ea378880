import { setTimeout as delay } from "node:timers/promises";

/** The pages somebody who waits for backups looks at, and the home page. */
const PAGES = ["/", "/services", "/backups", "/backups/executions"];
const EYES = 2;

const { LOOKER_URL: url = "", LOOKER_COOKIE: cookie = "" } = process.env;
let isOver = false;
process.stdin.once("end", () => {
  isOver = true;
});
process.stdin.resume();

const times: number[] = [];
async function watch(offset: number): Promise<void> {
  for (let at = offset; !isOver; at++) {
    const page = PAGES[at % PAGES.length];
    const begin = performance.now();
    const answer = await fetch(`${url}${page}`, { headers: { cookie }, redirect: "manual" });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${page} answered ${answer.status}`);
    times.push(performance.now() - begin);
    await delay(50);
  }
}

await Promise.all(Array.from({ length: EYES }, (_, offset) => watch(offset)));
console.log(JSON.stringify(times));
