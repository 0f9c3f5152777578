#!/usr/bin/env bash
# Builds the image and runs docker-compose.yml where there is no Docker engine and no registry: root, Debian 12, podman. Ends with 0
# when all that it checks holds, and removes what it started. What it makes of base images stands in for those that the files name.
# usage: deploy/ci/image.sh FOLDER     (keeps base images and layers in FOLDER; needs podman-compose and PyYAML in $PYTHON)
set -euo pipefail
work=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
compose="$(dirname "$($python -c 'import sys; print(sys.executable)')")/podman-compose"
export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf BUILDAH_ISOLATION=chroot
export DEMARC_IMAGE=localhost/demarc:ci AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=eu-west-1
base=$(sed -n 's/^FROM \(\S*\) AS build$/\1/p' Dockerfile)
postgres=$(sed -n 's/^    image: \(.*postgres:.*\)$/\1/p' docker-compose.yml)

step() { local begin=$SECONDS; echo "== $1"; shift; "$@"; echo "   $((SECONDS - begin)) s"; }
check() { echo "   $1"; shift; "$@" || { echo "   does not hold" >&2; exit 1; }; }
down() { podman ps -aq --filter label=io.podman.compose.project=demarc-ci | xargs -r podman rm -f -t 1 -v >/dev/null 2>&1 || true
  podman volume ls -q | { grep ^demarc-ci_ || true; } | xargs -r podman volume rm -f >/dev/null 2>&1 || true; }
trap down EXIT

programs() {
  dpkg -s podman runc netavark aardvark-dns mmdebstrap buildah iptables >/dev/null 2>&1 && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    buildah podman runc netavark aardvark-dns mmdebstrap iptables >/dev/null
}

settings() {
  cat > "$CONTAINERS_CONF" <<C
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
C
  cat > "$CONTAINERS_STORAGE_CONF" <<C
[storage]
driver = "overlay"
graphroot = "$work/store"
runroot = "$work/run"
C
}

python_image() {
  podman image exists "$base" && return
  local prefix version
  prefix=$($python -c 'import sys; print(sys.base_prefix)')
  version=$($python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  [ "$prefix" != /usr ] || { echo "PYTHON has to be one that can be copied, not Debian's own" >&2; exit 1; }
  mmdebstrap --quiet --variant=minbase \
    --include=ca-certificates,libsqlite3-0,libssl3,libffi8,libbz2-1.0,liblzma5,zlib1g,libreadline8,libncursesw6,libexpat1,libuuid1,netbase,tzdata \
    --customize-hook="cp -a $prefix/bin $prefix/lib \"\$1/usr/local/\"; rm -rf \"\$1/usr/local/lib/python$version/test\" \"\$1\"/usr/local/lib/*.a
      rm -rf \"\$1/usr/local/lib/python$version/site-packages\"/[!p]* ; sed -i '1s|^#!.*python.*|#!/usr/local/bin/python3|' \"\$1\"/usr/local/bin/pip*; chroot \"\$1\" ldconfig" \
    --customize-hook="cp /etc/ssl/certs/ca-certificates.crt \"\$1/etc/ssl/certs/\"; cp /etc/pip.conf \"\$1/etc/\" 2>/dev/null || true" \
    bookworm "$work/base.tar"
  podman import --quiet --change 'ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'ENV LANG=C.UTF-8' "$work/base.tar" "$base"
  rm "$work/base.tar"
}

postgres_image() {
  podman image exists "$postgres" && return
  cat > "$work/docker-entrypoint.sh" <<'C'
#!/bin/bash
set -e
data=/var/lib/postgresql/data
if [ ! -s $data/PG_VERSION ]; then
  initdb -D $data --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --encoding=UTF8 --auth-host=scram-sha-256 --auth-local=trust >/dev/null
  echo "host all all all scram-sha-256" >> $data/pg_hba.conf
  pg_ctl -D $data -o "-c listen_addresses=''" -w start >/dev/null
  createdb -U "$POSTGRES_USER" "$POSTGRES_DB"
  pg_ctl -D $data -m fast -w stop >/dev/null
fi
exec postgres -D $data -c listen_addresses='*'
C
  mmdebstrap --quiet --variant=minbase --include=postgresql-15 --customize-hook="install -m 755 $work/docker-entrypoint.sh \"\$1/usr/local/bin/\"
    chroot \"\$1\" install -d -o postgres -g postgres -m 1777 /var/lib/postgresql/data; chroot \"\$1\" install -d -o postgres -g postgres -m 3777 /var/run/postgresql" \
    bookworm "$work/postgres.tar"
  podman import --quiet --change 'ENV PATH=/usr/local/bin:/usr/lib/postgresql/15/bin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'ENV LANG=C.UTF-8' \
    --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'STOPSIGNAL SIGINT' "$work/postgres.tar" "$postgres"
  rm "$work/postgres.tar"
}

image() { podman build --quiet --isolation chroot --format docker --pull=never -t "$DEMARC_IMAGE" . >/dev/null; }

size() {
  podman image save "$DEMARC_IMAGE" 2>/dev/null > "$work/image.tar"
  podman image save "$base" 2>/dev/null > "$work/base.tar"
  local bytes=$(($(stat -c %s "$work/image.tar") - $(stat -c %s "$work/base.tar")))
  rm "$work/image.tar" "$work/base.tar"
  echo "   $((bytes / 1000)) kB over the base image"
  [ "$bytes" -lt 220000000 ]
}

# Podman 4.3 loses containers of longer chains of depends_on, and waits for no health: the order is kept here instead.
services() {
  $python -c 'import sys, yaml
file = yaml.safe_load(open("docker-compose.yml"))
for service in file["services"].values():
    service.pop("depends_on", None), service.pop("build", None)
yaml.safe_dump(file, sys.stdout)' > "$work/compose.yml"
  up() { "$compose" --project-name demarc-ci --file "$work/compose.yml" --profile grafana up -d "$@" >> "$work/compose.log" 2>&1; }
  up prepare && [ "$(podman wait demarc-ci_prepare_1)" = 0 ]
  up database
  for _ in $(seq 150); do podman exec demarc-ci_database_1 pg_isready --quiet --host=127.0.0.1 && break; sleep 0.2; done
  up migrate && [ "$(podman wait demarc-ci_migrate_1)" = 0 ]
  up reader && [ "$(podman wait demarc-ci_reader_1)" = 0 ]
  up daemon dashboard
  for _ in $(seq 150); do podman exec demarc-ci_dashboard_1 demarc-healthy 8470 && podman exec demarc-ci_daemon_1 demarc-healthy 9464 && return; sleep 0.2; done
  return 1
}

answers() { [ "$(curl -s -o /dev/null -w '%{http_code}' "${@:2}")" = "$1" ]; }
run() { podman run --rm --network none --no-healthcheck --read-only --cap-drop all "$@"; }

behaviour() {
  local page=http://localhost:8470 token
  token=$(podman exec demarc-ci_dashboard_1 cat /run/demarc/dashboard/token)
  check "strangers are sent to sign in" answers 303 $page/
  check "whoever has the token is let in" answers 200 -H "Authorization: Bearer $token" $page/api/v1/accounts
  check "another host's name is refused" answers 421 -H 'Host: evil.example' $page/
  check "the root is read-only" bash -c '! podman exec demarc-ci_daemon_1 touch /opt/demarc/x 2>/dev/null'
  check "nobody is root" test "$(podman exec demarc-ci_daemon_1 id -u)" = 10001
  check "the daemon works" bash -c 'podman exec demarc-ci_daemon_1 demarc daemon status | grep -q works'
  check "its password is in no environment" bash -c '! podman inspect demarc-ci_daemon_1 | grep -q PGPASSWORD='
  check "it ends by itself when it is told to" podman stop -t 40 demarc-ci_daemon_1
  check "and with 0" test "$(podman inspect demarc-ci_daemon_1 --format '{{.State.ExitCode}}')" = 0
  check "the package list is in the image" bash -c "$(declare -f run); run --entrypoint python $DEMARC_IMAGE -c \
    'import json; assert any(each[\"name\"] == \"demarc-scanner\" for each in json.load(open(\"/opt/demarc/sbom.cdx.json\"))[\"components\"])'"
}

step "programs" programs
settings
down
step "an image that stands in for $base" python_image
step "an image that stands in for $postgres" postgres_image
step "the image" image
step "its size" size
step "a command, from nothing" run "$DEMARC_IMAGE" --version
step "the services of docker-compose.yml" services
step "what they do" behaviour
