# One image, two roles: `web` and `worker` (docker/start.ts). `--target local` is the stand-ins of docker-compose.yml.
FROM node:24.21-bookworm AS local
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Not `npm ci`: it insists on optional packages of other platforms, which some registries lack.
RUN npm install --no-save
COPY . .
RUN npm run generate

FROM local AS build
# The pages, and the worker in JavaScript (rolldown.config.ts).
RUN npm run build && npm prune --omit=dev && rm -rf .next/cache e2e local bench

FROM node:24.21-bookworm-slim
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 PORT=8080
# What backs up, restores and copies to another host: folders in helpers of this very image (BACKUP_HELPER_IMAGE), and the panel's own database; what writes
# to the configuration repository and checks it.
RUN apt-get update && apt-get install -y --no-install-recommends zstd lrzip gzip tar mariadb-client socat git openssh-client nix-bin ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app ./
EXPOSE 8080
ENTRYPOINT ["node", "docker/start.ts"]
CMD ["web"]
