import fc from "fast-check";
import type { CompiledStep } from "../types.ts";

/** Any acyclic checklist of up to `max` steps, all of the step `name`. */
export const compiledGraph = (name: string, max: number): fc.Arbitrary<CompiledStep[]> =>
  fc
    .integer({ min: 1, max })
    .chain((count) =>
      fc.tuple(
        ...Array.from({ length: count }, (_, i) =>
          i === 0 ? fc.constant<number[]>([]) : fc.uniqueArray(fc.integer({ min: 0, max: i - 1 }), { maxLength: 4 }),
        ),
      ),
    )
    .map((edges) =>
      edges.map((from, i) => ({
        key: `s${i}`,
        name,
        title: `s${i}`,
        input: {},
        dependsOn: from.map((one) => `s${one}`),
      })),
    );
