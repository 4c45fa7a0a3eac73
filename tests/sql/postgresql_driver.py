"""Runs scripts with psql in a cluster of its own, on a socket in a folder of its own."""

import atexit
import csv
import glob
import io
import os
import shutil
import subprocess
import sys
import tempfile

from tables import TABLES, serve

FOLDERS = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda folder: int(folder.split("/")[-2]), reverse=True)
PATH = os.pathsep.join(FOLDERS + [os.environ.get("PATH", "")])


def program(name):
    return shutil.which(name, path=PATH)


# Root may not run a server: Debian's package makes the user postgres.
AS_SERVER = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def start():
    """The folder of a running cluster."""
    folder = tempfile.mkdtemp(prefix="pg")
    if AS_SERVER:
        shutil.chown(folder, "postgres", "postgres")
    cluster = os.path.join(folder, "cluster")
    quiet = {"stdout": subprocess.DEVNULL, "cwd": "/"}
    initdb = [program("initdb"), "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(AS_SERVER + initdb, check=True, **quiet)
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=256MB -c work_mem=128MB -c synchronize_seqscans=off"
    control = [program("pg_ctl"), "-D", cluster, "-w"]
    subprocess.run(AS_SERVER + control + ["-l", os.path.join(folder, "log"), "-o", options, "start"], check=True, **quiet)

    def stop():
        subprocess.run(AS_SERVER + control + ["-m", "immediate", "stop"], stderr=subprocess.DEVNULL, **quiet)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return folder


def psql(folder, text):
    """What psql prints for statements."""
    command = [program("psql"), "-X", "-q", "-A", "-t", "-h", folder, "-U", "postgres", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-f", "-"]
    ended = subprocess.run(command, input=text.encode(), capture_output=True)
    if ended.returncode != 0:
        raise RuntimeError(ended.stderr.decode())
    return ended.stdout.decode()


def tables(folder):
    query = "select table_name, column_name, data_type from information_schema.columns where table_schema = 'sensorium' order by ordinal_position"
    kinds = {}
    for table, column, kind in csv.reader(io.StringIO(psql(folder, f"copy ({query}) to stdout (format csv)"))):
        kinds.setdefault(table, []).append((column, kind))
    of_kind = {"double precision": float, "boolean": lambda text: text == "t"}
    for name in TABLES:
        found = csv.reader(io.StringIO(psql(folder, f"copy (select * from sensorium.{name}) to stdout (format csv)"), newline=""))
        takes = [of_kind.get(kind, str) for _, kind in kinds[name]]
        rows = [[take(cell) if cell else None for take, cell in zip(takes, row)] for row in found]
        yield name, [column for column, _ in kinds[name]], rows


def main():
    folder = start()

    def run(request):
        psql(folder, "set client_min_messages = error;\n" + ";\n".join(request.get("before", [])) + ";\n")
        psql(folder, request["script"])
        yield from tables(folder)

    serve(run)


main()
sys.exit(0)
