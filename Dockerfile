# The image: built in one stage with tools, and run from another that has none of them.
# Build: docker build --build-arg VERSION=$(git describe --always) --build-arg REVISION=$(git rev-parse HEAD) -t demarc .
FROM docker.io/library/python:3.13.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements/build.lock requirements/runtime.lock requirements/
RUN python -m pip install --quiet --no-deps --require-hashes --only-binary :all: --requirement requirements/build.lock
RUN python -m venv --without-pip /opt/demarc \
    && python -m pip --python /opt/demarc/bin/python install --quiet --no-compile --no-deps --require-hashes --only-binary :all: \
       --requirement requirements/runtime.lock
COPY . .
RUN python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /tmp/wheel . \
    && python -m pip --python /opt/demarc/bin/python install --quiet --no-compile --no-deps --no-index /tmp/wheel/*.whl
# Bytecode, and what Demarc keeps beside it, is made here once, as nothing can be written where it runs; but not of what is never
# imported there. What goes is read by type checkers, compilers and makers of documentation only.
RUN /opt/demarc/bin/python -m compileall -q --invalidation-mode unchecked-hash \
       -x 'pygments/(lexers|styles)|sqlalchemy/(orm|testing|ext/[^c_]|dialects/(mssql|mysql|oracle))|alembic/testing|prompt_toolkit|celery/(bin|contrib)|kombu/transport/(SLMQ|azure|confluent|consul|etcd|gcp|mongo|pgmq|pyro|qpid|sqla|zoo)' \
       /opt/demarc/lib \
    && PYTHONSAFEPATH=1 /opt/demarc/bin/python -c "from scanner.web.catalogue import standing; standing()" \
    && cyclonedx-py environment --output-reproducible --output-file /opt/demarc/sbom.cdx.json /opt/demarc/bin/python \
    && find /opt/demarc/lib -type f \( -name '*.pyi' -o -name '*.proto' -o -path '*/botocore/data/*/examples-1.json*' \) -delete \
    && find /opt/demarc/bin -mindepth 1 ! -name 'python*' -delete
COPY --chmod=755 deploy/image/entry.py /opt/demarc/bin/demarc
COPY --chmod=755 deploy/image/healthy.py /opt/demarc/bin/demarc-healthy
COPY --chmod=755 deploy/image/prepare.py /opt/demarc/bin/demarc-prepare

FROM docker.io/library/python:3.13.11-slim-bookworm
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Demarc" \
      org.opencontainers.image.description="Reads cloud accounts live and scores the part of the shared responsibility model that is yours" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/python:3.13.11-slim-bookworm"
# Volumes take owner and mode from these folders when they are first used.
RUN groupadd --gid 10001 demarc \
    && useradd --uid 10001 --gid demarc --home-dir /home/demarc --create-home --shell /usr/sbin/nologin demarc \
    && install --directory --owner demarc --group demarc /data /run/demarc/broker /run/demarc/database /run/demarc/dashboard \
       /run/demarc/grafana
COPY --from=build /opt/demarc /opt/demarc
ENV PATH=/opt/demarc/bin:/usr/local/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 TMPDIR=/tmp \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 10001:10001
WORKDIR /data
VOLUME ["/data", "/tmp"]
EXPOSE 8470 9464
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["demarc-healthy", "9464"]
ENTRYPOINT ["demarc"]
CMD ["daemon"]
