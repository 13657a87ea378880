#!/bin/sh
# Honours the variables of the official image, each also as NAME_FILE.
set -eu

data=${PGDATA:-/var/lib/postgresql/data}
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups --reset-env env PATH="$PATH" LANG=C.UTF-8 "$@"; }

setting() {
  eval "file=\${POSTGRES_${1}_FILE:-} value=\${POSTGRES_$1:-}"
  if [ -n "$file" ]; then cat "$file"; else printf %s "$value"; fi
}

# Made beside and moved in with PG_VERSION last, so that a start that is killed begins again from nothing.
initialise() {
  user=$(setting USER) database=$(setting DB) password=$(setting PASSWORD)
  user=${user:-postgres} database=${database:-$user}
  if [ -z "$password" ]; then
    echo "Give the superuser's password as POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE." >&2
    exit 1
  fi
  new=$data/.new
  rm -rf "$new"
  umask 077
  printf '%s\n' "$password" >/run/postgresql/password
  chown postgres /run/postgresql/password
  umask 022
  as_postgres initdb --pgdata="$new" --username="$user" --pwfile=/run/postgresql/password --encoding=UTF8 \
    --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256 >/dev/null
  rm -f /run/postgresql/password
  echo "host all all all scram-sha-256" >>"$new"/pg_hba.conf
  printf '%s\n' "listen_addresses = '*'" "unix_socket_directories = '/run/postgresql'" "jit = off" >>"$new"/postgresql.conf
  if [ "$database" != postgres ]; then
    printf 'CREATE DATABASE "%s";\n' "$(printf %s "$database" | sed 's/"/""/g')" |
      as_postgres postgres --single -D "$new" postgres >/dev/null
  fi
  for entry in "$new"/*; do
    [ "$entry" = "$new/PG_VERSION" ] || { rm -rf "$data/${entry##*/}"; mv "$entry" "$data"/; }
  done
  mv "$new"/PG_VERSION "$data"/
  rmdir "$new"
}

[ "${1:-postgres}" = postgres ] || exec "$@"
[ $# -eq 0 ] || shift
mkdir -p /run/postgresql "$data"
chown postgres:postgres /run/postgresql "$data"
chmod 700 "$data"
[ -f "$data"/PG_VERSION ] || initialise
exec setpriv --reuid=postgres --regid=postgres --init-groups postgres -D "$data" "$@"
