import { db } from "#lib/platform/db/client.ts";
export const dynamic = "force-dynamic";
export default async function Home() {
  const n = await db().run.count();
  return <p>{n}</p>;
}
