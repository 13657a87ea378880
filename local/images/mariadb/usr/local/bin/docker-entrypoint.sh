#!/bin/sh
# Honours the variables of the official image, each also as NAME_FILE, and with MYSQL_ for MARIADB_.
set -eu

data=/var/lib/mysql

setting() {
  for name in "MARIADB_$1" "MYSQL_$1"; do
    eval "file=\${${name}_FILE:-} value=\${$name:-}"
    if [ -n "$file" ]; then cat "$file"; return; fi
    if [ -n "$value" ]; then printf %s "$value"; return; fi
  done
}

# A string literal of SQL; the backslash first, then the quote.
quote() { printf "'%s'" "$(printf %s "$1" | sed -e 's/\\/\\\\/g' -e "s/'/''/g")"; }
name() { printf '`%s`' "$(printf %s "$1" | sed 's/`/``/g')"; }

statements() {
  root_password=$(setting ROOT_PASSWORD) database=$(setting DATABASE) user=$(setting USER) password=$(setting PASSWORD)
  if [ -z "$root_password" ] && [ -z "$(setting ALLOW_EMPTY_ROOT_PASSWORD)" ]; then
    echo "Give the root password as MARIADB_ROOT_PASSWORD or MARIADB_ROOT_PASSWORD_FILE." >&2
    exit 1
  fi
  # The installer also makes roots without a password for this host's addresses.
  printf '%s\n' "DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost';"
  printf '%s\n' "FLUSH PRIVILEGES;"
  printf '%s\n' "ALTER USER root@localhost IDENTIFIED BY $(quote "$root_password");"
  printf '%s\n' "CREATE USER root@'%' IDENTIFIED BY $(quote "$root_password");"
  printf '%s\n' "GRANT ALL PRIVILEGES ON *.* TO root@'%' WITH GRANT OPTION;"
  if [ -n "$database" ]; then printf '%s\n' "CREATE DATABASE IF NOT EXISTS $(name "$database");"; fi
  if [ -n "$user" ]; then
    printf '%s\n' "CREATE USER $(quote "$user")@'%' IDENTIFIED BY $(quote "$password");"
    if [ -n "$database" ]; then
      pattern=$(printf %s "$database" | sed -e 's/\\/\\\\/g' -e 's/_/\\_/g' -e 's/%/\\%/g')
      printf '%s\n' "GRANT ALL PRIVILEGES ON $(name "$pattern").* TO $(quote "$user")@'%';"
    fi
  fi
}

# Made beside and moved in with the system tables last, so that a start that is killed begins again from nothing.
initialise() {
  umask 077
  statements >/run/mysqld/init.sql
  umask 022
  chown mysql:mysql /run/mysqld/init.sql
  rm -rf "$data"/.new
  mkdir "$data"/.new
  chown mysql:mysql "$data"/.new
  mariadb-install-db --no-defaults --user=mysql --datadir="$data"/.new --skip-test-db --skip-name-resolve \
    --auth-root-authentication-method=normal --extra-file=/run/mysqld/init.sql "$@" >/run/mysqld/init.log 2>&1 ||
    { cat /run/mysqld/init.log >&2; exit 1; }
  rm -f /run/mysqld/init.sql
  for entry in "$data"/.new/* ; do
    [ "$entry" = "$data/.new/mysql" ] || { rm -rf "$data/${entry##*/}"; mv "$entry" "$data"/; }
  done
  mv "$data"/.new/mysql "$data"/
  rm -rf "$data"/.new
}

# As the official image: options alone are the server's.
case "${1:-}" in -*) set -- mariadbd "$@" ;; esac
[ "${1:-mariadbd}" = mariadbd ] || exec "$@"
[ $# -eq 0 ] || shift
mkdir -p /run/mysqld "$data"
chown mysql:mysql /run/mysqld "$data"
[ -d "$data"/mysql ] || initialise "$@"
exec mariadbd --no-defaults --user=mysql --datadir="$data" --socket=/run/mysqld/mysqld.sock --bind-address=0.0.0.0 \
  --skip-name-resolve --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci \
  --innodb-buffer-pool-size=64M --innodb-log-file-size=32M --performance-schema=OFF "$@"
