/** While a move is under way names are answered for this long, so that nobody asks the old host for longer. */
export const LOW_TTL_S = 60;

/** Read-only keeps pages up while the data is copied; stopping is simpler and right for small services. */
export const MOVE_MODES = ["stop", "read-only"] as const;
export type MoveMode = (typeof MOVE_MODES)[number];

export const BUDGET_S = { default: 600, min: 30, max: 86_400 } as const;

/** Checklists of this domain: none of their runs is ever undone step by step; going back is a run of its own. */
export const MOVE_KEYS = { move: "move", back: "move-back" } as const;
