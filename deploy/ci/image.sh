#!/usr/bin/env bash
# Builds the image and runs docker-compose.yml where there is no Docker engine and no registry: root, Debian 12, podman. Ends with 0
# when all that it checks holds, and removes what it started. What it makes of base images stands in for those that the files name.
# usage: deploy/ci/image.sh FOLDER     (keeps base images and layers in FOLDER; needs podman-compose and PyYAML in $PYTHON, and what
#                                       `python -m simulators.aws` needs in $SIMULATING, which may be the same)
set -euo pipefail
work=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
simulating=${SIMULATING:-$python}
compose="$(dirname "$($python -c 'import sys; print(sys.executable)')")/podman-compose"
export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf BUILDAH_ISOLATION=chroot
export DEMARC_IMAGE=localhost/demarc:ci AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=eu-west-1
base=$(sed -n 's/^FROM \(\S*\) AS build$/\1/p' Dockerfile)
postgres=$(sed -n 's/^    image: \(.*postgres:.*\)$/\1/p' docker-compose.yml)
rabbitmq=$(sed -n 's/^    image: \(.*rabbitmq:.*\)$/\1/p' docker-compose.yml)
cloud=10.217.3.9  # where the simulated cloud is, in a network that leads nowhere else
pids=()

step() { local begin=$SECONDS; echo "== $1"; shift; "$@"; echo "   $((SECONDS - begin)) s"; }
check() { echo "   $1"; shift; "$@" || { echo "   does not hold" >&2; exit 1; }; }
down() { podman ps -aq --filter label=io.podman.compose.project=demarc-ci | xargs -r podman rm -f -t 1 -v >/dev/null 2>&1 || true
  podman volume ls -q | { grep ^demarc-ci_ || true; } | xargs -r podman volume rm -f >/dev/null 2>&1 || true;
  podman network rm -f demarc-ci_inside demarc-ci_outside >/dev/null 2>&1 || true; }  # else the next run gets these addresses
ended() { [ "${#pids[@]}" = 0 ] || kill "${pids[@]}" 2>/dev/null || true; down; }
trap ended EXIT

programs() {
  dpkg -s podman runc netavark aardvark-dns mmdebstrap buildah iptables socat >/dev/null 2>&1 && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    buildah podman runc netavark aardvark-dns mmdebstrap iptables socat >/dev/null
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

# Debian's RabbitMQ, which is older than the one that the file names; its wrapper, which keeps the log from the console, is not used.
rabbitmq_image() {
  podman image exists "$rabbitmq" && return
  mmdebstrap --quiet --variant=minbase --include=rabbitmq-server \
    --customize-hook='chroot "$1" install -d -o rabbitmq -g rabbitmq -m 777 /etc/rabbitmq/conf.d; rm -rf "$1"/var/lib/rabbitmq/mnesia "$1"/var/lib/rabbitmq/.erlang.cookie' \
    bookworm "$work/rabbitmq.tar"
  podman import --quiet --change 'ENV PATH=/usr/lib/rabbitmq/bin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'ENV LANG=C.UTF-8' \
    --change 'ENV HOME=/var/lib/rabbitmq' --change 'CMD ["rabbitmq-server"]' "$work/rabbitmq.tar" "$rabbitmq"
  rm "$work/rabbitmq.tar"
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

# Podman 4.3 loses containers of longer chains of depends_on, and waits for no health: the order is kept here instead. Whoever scans is
# in the network that leads nowhere, so that no call can leave this machine. Workers, and nobody else, are told where the simulated
# cloud is: what is scanned was scanned by them.
file() {
  $python -c 'import sys, yaml
file, cloud = yaml.safe_load(open("docker-compose.yml")), sys.argv[1]
for service in file["services"].values():
    service.pop("depends_on", None), service.pop("build", None)
services = file["services"]
for name, endpoint in {"daemon": "http://127.0.0.1:9", "worker": f"http://{cloud}:18470"}.items():
    services[name]["environment"] |= {"AWS_ENDPOINT_URL": endpoint, "AWS_EC2_METADATA_DISABLED": "true"}
    services[name]["networks"] = ["inside"]
services["worker"]["deploy"]["mode"] = "replicated"  # the default, without which podman-compose starts one
services["cloud"] = {"image": services["worker"]["image"], "entrypoint": ["sleep", "infinity"], "command": [],
                     "healthcheck": {"disable": True}, "networks": {"inside": {"ipv4_address": cloud}}}
file["networks"]["inside"]["ipam"] = {"config": [{"subnet": f"{cloud}/24"}]}
yaml.safe_dump(file, sys.stdout)' "$cloud" > "$work/compose.yml"
}
up() { "$compose" --project-name demarc-ci --file "$work/compose.yml" --profile grafana --profile scale up -d "$@" >> "$work/compose.log" 2>&1; }
within() { local until=$((SECONDS + $1)); shift; until "$@" >/dev/null 2>&1; do [ "$SECONDS" -lt "$until" ] || return 1; sleep 0.5; done; }
ended_well() { up "$1" && [ "$(podman wait "demarc-ci_$1_1")" = 0 ]; }

nowhere() {
  podman run --rm --no-healthcheck --network demarc-ci_inside --entrypoint cat "$DEMARC_IMAGE" /proc/net/route > "$work/route" &&
    [ "$(wc -l < "$work/route")" = 2 ] && awk 'NR == 2 { exit $2 == "00000000" }' "$work/route"  # a line of names, and its own network
}

inventory() {
  file
  ended_well prepare
  up database
  check "whoever scans can't leave this machine" nowhere
  within 30 podman exec demarc-ci_database_1 pg_isready --quiet --host=127.0.0.1
  ended_well migrate
}

services() {
  inventory
  ended_well reader
  local begin=$SECONDS
  up daemon dashboard
  within 30 podman exec demarc-ci_dashboard_1 demarc-healthy 8470
  within 30 podman exec demarc-ci_daemon_1 demarc-healthy 9464
  echo "   $((SECONDS - begin)) s of them until the daemon and the dashboard are healthy"
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
  check "what is worked out of the checks was kept" bash -c "$(declare -f run); run --entrypoint python $DEMARC_IMAGE -c \
    'from scanner.plugins import compiled; compiled.compiled(\"checks\", \"checks.aws\", lambda: exit(1))'"
  check "its password is in no environment" bash -c '! podman inspect demarc-ci_daemon_1 | grep -q PGPASSWORD='
  check "it ends by itself when it is told to" podman stop -t 40 demarc-ci_daemon_1
  check "and with 0" test "$(podman inspect demarc-ci_daemon_1 --format '{{.State.ExitCode}}')" = 0
  check "the package list is in the image" bash -c "$(declare -f run); run --entrypoint python $DEMARC_IMAGE -c \
    'import json; assert any(each[\"name\"] == \"demarc-scanner\" for each in json.load(open(\"/opt/demarc/sbom.cdx.json\"))[\"components\"])'"
}

simulator() {
  up cloud
  local inside=(nsenter --net --target "$(podman inspect demarc-ci_cloud_1 --format '{{.State.Pid}}')")
  "${inside[@]}" "$simulating" -m simulators.aws --accounts 111111111111,222222222222 --latency 0.2 --port 18471 > "$work/cloud.log" 2>&1 &
  pids+=($!)
  "${inside[@]}" socat TCP-LISTEN:18470,reuseaddr,fork TCP:127.0.0.1:18471 & pids+=($!)
  within 60 grep -q endpoint "$work/cloud.log"
}

configuration() {
  mkdir -p "$work/config"
  cat > "$work/config/demarc.toml" <<'C'
[daemon]
parallel = 1
poll = "1s"
lease = "10s"

[[accounts]]
provider = "aws"
name = "one"
role_arn = "arn:aws:iam::111111111111:role/demarc-read"

[[accounts]]
provider = "aws"
name = "two"
role_arn = "arn:aws:iam::222222222222:role/demarc-read"

[[schedules]]
name = "nightly"
every = "1d"
attempts = 3
C
}

scaled() {
  export DEMARC_BROKER=amqp://demarc@broker/demarc DEMARC_CONFIG_FOLDER=$work/config
  configuration
  inventory
  simulator
  up broker
  within 60 podman exec demarc-ci_broker_1 rabbitmq-diagnostics --quiet check_port_connectivity
  up daemon worker
  for each in daemon_1 worker_1 worker_2; do within 60 podman exec "demarc-ci_$each" demarc-healthy 9464; done
}

ask() { podman exec demarc-ci_daemon_1 demarc "$@"; }
tell() { podman exec demarc-ci_database_1 psql -qAt --username=demarc --dbname=demarc --command "$1"; }
host() { podman inspect "demarc-ci_$1" --format '{{.Config.Hostname}}'; }
told() { [ "$(tell "$1")" = "$2" ]; }
shown() { ask queue --format csv | grep -q "$1"; }

scanning() { told "select count(*) from run where state = 'running' and daemon like '$1%'" "$2"; }
done_by() { told "select count(*) from run where state = 'done' and daemon like '$1%'" "$2"; }

scale() {
  local first second begin
  first=$(host worker_1) second=$(host worker_2)
  check "both workers are there" bash -c "[ \"\$(podman exec demarc-ci_daemon_1 demarc queue --format csv | grep -c ^worker,.*works)\" = 2 ]"
  check "each scans an account" within 60 scanning "$first" 1
  check "at the same time" within 30 scanning "$second" 1
  check "the queue says so" shown "^run,.*running.*$first"
  check "to its end" within 240 done_by "$first" 1
  check "both of them" within 240 done_by "$second" 1
  whole 2
  check "a scan of each is asked for" ask scan --now one
  check "and of the other" ask scan --now two
  check "both workers begin" within 60 scanning "$first" 1
  check "one is killed in mid-scan" podman rm -f -t 0 demarc-ci_worker_1
  begin=$SECONDS
  check "the other scans both accounts" within 300 done_by "$second" 3
  echo "   $((SECONDS - begin)) s after it was killed"
  check "that of the one killed at its second attempt" told "select count(*) from run where state = 'done' and attempt = 2" 1
  whole 4
  check "the broker ends" podman stop -t 60 demarc-ci_broker_1
  check "a scan is asked for without it" ask scan --now one
  check "the queue tells of the silence" shown '^broker,.*silent'
  check "the broker comes back" podman start demarc-ci_broker_1
  check "the scan is done" within 240 done_by "$second" 4
  check "another is begun" ask scan --now two
  check "by the worker" within 60 scanning "$second" 1
  begin=$SECONDS
  check "it ends in mid-scan when it is told to" podman stop -t 40 demarc-ci_worker_2
  echo "   $((SECONDS - begin)) s"
  check "with 0" test "$(podman inspect demarc-ci_worker_2 --format '{{.State.ExitCode}}')" = 0
  check "and its scan waits for another" within 30 told "select count(*) from run where state = 'running'" 0
  check "nothing was scanned by the daemon" told "select count(*) from run where provider <> '' and state = 'done' and daemon not like '$first%' and daemon not like '$second%'" 0
}

# Looks that went through every service of every region; a gap is what the simulated cloud has no answer to.
whole() {
  check "$1 whole snapshots are there" told "select count(*) from snapshot where status in ('complete', 'partial')" "$1"
  tell "select account_id, snapshot.status, snapshot.gaps, added, changed, unchanged, ended_at - started_at from snapshot join account on account.pk = account_pk order by snapshot.pk"
}

step "programs" programs
settings
down
step "an image that stands in for $base" python_image
step "an image that stands in for $postgres" postgres_image
step "an image that stands in for $rabbitmq" rabbitmq_image
step "the image" image
step "its size" size
step "a command, from nothing" run "$DEMARC_IMAGE" --version
step "the services of docker-compose.yml" services
step "what they do" behaviour
down
step "the services of its profile scale" scaled
step "what they do" scale
