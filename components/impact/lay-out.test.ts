import { expect, test } from "vitest";
import { layOut } from "./lay-out.ts";

const node = (id: string, name = id) => ({ id, name, state: "live" as const, ownerName: "Sam" });
const edge = (fromId: string, toId: string) => ({
  ...{ fromId, toId, kind: "service" as const, reason: "", source: "declared" as const },
});

test("what needs something stands left of it, nothing overlaps, and two reasons are one line", () => {
  const long = "a-service-with-a-name-of-forty-characters";
  const drawing = layOut({
    nodes: [node("a"), node("b", long), node("c"), node("d")],
    edges: [edge("a", "b"), edge("a", "b"), edge("b", "c"), edge("d", "c"), edge("c", "a")],
  });
  const at = new Map(drawing.nodes.map((one) => [one.id, one]));
  expect(at.get("d")?.x).toBeLessThan(at.get("c")?.x ?? 0);
  expect(at.get("b")?.width).toBeGreaterThan(at.get("a")?.width ?? 0);
  expect(drawing.edges).toHaveLength(4);
  for (const one of drawing.nodes) {
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.x + one.width).toBeLessThanOrEqual(drawing.width);
    for (const other of drawing.nodes.filter(({ id }) => id !== one.id))
      expect(
        one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y,
      ).toBe(true);
  }
});

test("a service alone is drawn alone", () => {
  expect(layOut({ nodes: [node("a")], edges: [] })).toMatchObject({ nodes: [{ id: "a" }], edges: [] });
});
