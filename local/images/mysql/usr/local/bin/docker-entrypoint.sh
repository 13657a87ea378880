#!/bin/sh
# Honours the variables of the official image that the panel sets, each also as NAME_FILE.
set -eu

data=/var/lib/mysql

setting() {
  eval "file=\${MYSQL_$1_FILE:-} value=\${MYSQL_$1:-}"
  if [ -n "$file" ]; then cat "$file"; else printf %s "$value"; fi
}

# A string literal of SQL; the backslash first, then the quote.
quote() { printf "'%s'" "$(printf %s "$1" | sed -e 's/\\/\\\\/g' -e "s/'/''/g")"; }
name() { printf '`%s`' "$(printf %s "$1" | sed 's/`/``/g')"; }

statements() {
  root_password=$(setting ROOT_PASSWORD) database=$(setting DATABASE) user=$(setting USER) password=$(setting PASSWORD)
  if [ -z "$root_password" ]; then
    echo "Give the root password as MYSQL_ROOT_PASSWORD or MYSQL_ROOT_PASSWORD_FILE." >&2
    exit 1
  fi
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
  mysqld --no-defaults --user=mysql --datadir="$data"/.new --initialize-insecure --init-file=/run/mysqld/init.sql \
    >/run/mysqld/init.log 2>&1 || { cat /run/mysqld/init.log >&2; exit 1; }
  rm -f /run/mysqld/init.sql
  for entry in "$data"/.new/* ; do
    [ "$entry" = "$data/.new/mysql" ] || { rm -rf "$data/${entry##*/}"; mv "$entry" "$data"/; }
  done
  mv "$data"/.new/mysql "$data"/
  rm -rf "$data"/.new
}

[ "${1:-mysqld}" = mysqld ] || exec "$@"
[ $# -eq 0 ] || shift
mkdir -p /run/mysqld /var/lib/mysql-files "$data"
chown mysql:mysql /run/mysqld /var/lib/mysql-files "$data"
[ -d "$data"/mysql ] || initialise
# As the official image: a binary log, host names not looked up, everything else as the server has it.
exec mysqld --no-defaults --user=mysql --datadir="$data" --socket=/run/mysqld/mysqld.sock --host-cache-size=0 \
  --skip-name-resolve --secure-file-priv=/var/lib/mysql-files "$@"
