/**
 * What Node is given besides the worker's file. A worker waits for others nearly all the time: with the smallest nursery for new
 * objects it is as quick and takes a third less memory. The heap has no limit: what a worker holds grows with the zones it compares
 * and the buckets it looks through, and one that runs out of heap dies.
 */
export const WORKER_NODE_FLAGS = ["--max-semi-space-size=1"];

/**
 * How glibc keeps the memory it was given back, for a worker passes a backup on in pieces: in one arena for all threads, and
 * pieces of 64 KiB and more not at all. Without this a worker keeps a fifth more and is not quicker. Whoever sets them otherwise wins.
 */
export const WORKER_ENV = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "65536",
  MALLOC_TRIM_THRESHOLD_: "131072",
};

/** What `npm run build:worker` makes of `workers/main.ts`, from the root of the tree. */
export const BUILT_WORKER = "dist/worker/main.js";
