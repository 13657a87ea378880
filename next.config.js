/** @type {import("next").NextConfig} */
export default {
  reactStrictMode: true,
  poweredByHeader: false,
  output: "standalone",
  // The optimiser decodes images of strangers; the panel shows none.
  images: { unoptimized: true },
  // Next would compress and so buffer server-sent events; the proxy in front compresses.
  compress: false,
  serverExternalPackages: ["mariadb", "@prisma/adapter-mariadb", "@prisma/client", "pino", "ioredis", "bullmq"],
};
