/** @type {import("next").NextConfig} */
export default {
  reactStrictMode: true,
  poweredByHeader: false,
  // The optimiser decodes images of strangers; the panel shows none.
  images: { unoptimized: true },
  // Next would compress and so buffer server-sent events; the proxy in front compresses.
  compress: false,
  // /readyz compares their names with the database.
  outputFileTracingIncludes: { "/readyz": ["./prisma/migrations/**/*"] },
  // Pages get these and more from proxy.ts, which does not run for static files.
  headers: async () => [
    { source: "/_next/static/:path*", headers: [{ key: "X-Content-Type-Options", value: "nosniff" }] },
  ],
  serverExternalPackages: ["mariadb", "@prisma/adapter-mariadb", "@prisma/client", "pino", "ioredis", "bullmq", "ssh2"],
};
