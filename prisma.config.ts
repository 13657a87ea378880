import { defineConfig } from "prisma/config";

/** The URL matters only to `prisma migrate`, where that can run; `prisma generate` asks no database. */
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "mysql://unused:unused@127.0.0.1:3306/unused" },
});
