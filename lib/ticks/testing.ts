import { db } from "#lib/platform/db/client.ts";

export const TICKS_EACH = 40;
/** Every so many services have something open. */
const OPEN_EVERY = 5;

const id = "CONCAT('00000000-0000-4000-8000-', LPAD(seq, 12, '0'))";

/** Live services `svc-<n>` with forty ticks each, a fifth of them with two that are no longer so. */
export async function fillBoard(ownerId: string, from: number, to: number): Promise<void> {
  const fill = (statement: string, ...values: unknown[]) => db().$executeRawUnsafe(statement, ...values);
  const open = `IF(seq % ${OPEN_EVERY} = 0, 2, 0)`;
  await fill(
    `INSERT INTO Service (id, name, purpose, ownerId, state, ticksTotal, ticksTrue, ticksOpen, ticksCheckedAt, ticksDueAt)
     SELECT ${id}, CONCAT('svc-', LPAD(seq, 4, '0')), REPEAT('x', 200), ?, 'live', ${TICKS_EACH}, ${TICKS_EACH} - ${open}, ${open},
            NOW(3), NOW(3) + INTERVAL 1 DAY FROM seq_${from}_to_${to}`,
    ownerId,
  );
  await fill(
    `INSERT INTO Tick (serviceId, environment, \`key\`, stepId, position, title, state, since, checkedAt, reason, notifiedAt)
     SELECT ${id.replaceAll("seq", "s.seq")}, 'production', CONCAT('item-', t.seq), s.seq * 100 + t.seq, t.seq,
            CONCAT('Keep item ', t.seq, ' as it is'), IF(s.seq % ${OPEN_EVERY} = 0 AND t.seq <= 2, 'false', 'true'),
            NOW(3) - INTERVAL t.seq HOUR, NOW(3), REPEAT('y', 120), NOW(3)
       FROM seq_${from}_to_${to} s JOIN seq_1_to_${TICKS_EACH} t`,
  );
  await fill("ANALYZE TABLE Service, Tick");
}

export async function emptyBoard(): Promise<void> {
  await db().tick.deleteMany();
  await db().service.deleteMany();
}
