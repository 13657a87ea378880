import { describe, expect, it } from "vitest";
import { compareDrafts, diffNotes, firstChoice, type ItemDraft, mergeDrafts } from "./merge-item.ts";

const BASE: ItemDraft = { note: "Asked the firewall team.", dueBy: "2026-12-01T22:59:59.000Z" };
const mine = { ...BASE, note: "Asked the firewall team. Port 443 is open." };
const theirs = { note: "Asked the firewall team: ticket 12.", dueBy: "2026-12-05T22:59:59.000Z" };

describe("putting two people's words together", () => {
  it("names each field that differs and who changed it", () => {
    expect(compareDrafts(BASE, mine, theirs)).toEqual([
      { field: "note", base: BASE.note, mine: mine.note, theirs: theirs.note, changedBy: "both" },
      { field: "dueBy", base: BASE.dueBy, mine: BASE.dueBy, theirs: theirs.dueBy, changedBy: "them" },
    ]);
    expect(compareDrafts(BASE, mine, mine)).toEqual([]);
    expect(compareDrafts(BASE, mine, BASE).map((one) => one.changedBy)).toEqual(["me"]);
  });

  it("begins with nobody's words lost", () => {
    const contested = compareDrafts(BASE, mine, theirs);
    const choices = new Map(contested.map((one) => [one.field, firstChoice(one)]));
    expect(mergeDrafts(mine, theirs, choices)).toEqual({ note: `${theirs.note}\n\n${mine.note}`, dueBy: theirs.dueBy });
    expect(compareDrafts(BASE, mine, { ...BASE, note: "" }).map(firstChoice)).toEqual(["mine"]);
  });

  it("takes what was chosen, field by field", () => {
    expect(
      mergeDrafts(
        mine,
        theirs,
        new Map([
          ["note", "theirs"],
          ["dueBy", "mine"],
        ]),
      ),
    ).toEqual({
      note: theirs.note,
      dueBy: BASE.dueBy,
    });
    expect(mergeDrafts(mine, theirs, new Map([["note", "mine"]])).note).toBe(mine.note);
  });

  it("shows word by word what only one of them wrote", () => {
    const parts = diffNotes("ticket 12 is open", "ticket 14 is open");
    expect(parts.map(({ kind, text }) => [kind, text])).toEqual([
      ["same", "ticket "],
      ["theirs", "12"],
      ["mine", "14"],
      ["same", " is open"],
    ]);
  });
});
