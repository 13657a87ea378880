#!/bin/sh
# Healthy once the server answers over TCP; the flags of the official image's script are accepted and not needed.
exec mariadb-admin --no-defaults --protocol=tcp --host=127.0.0.1 --user=healthcheck --connect-timeout=3 --silent ping
