/** Why somebody is written to about items: it is their word's turn; the day has come or a waiver has ended; nobody did it for a day. */
export const ITEM_TURNS = ["asked", "due", "escalated"] as const;
export type ItemTurn = (typeof ITEM_TURNS)[number];
