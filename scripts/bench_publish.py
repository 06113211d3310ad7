"""The publishing part of scripts/bench: our executable beside the git program, on a server of this machine.

The repository has 100 000 files; each of its 500 commits adds some and changes 10. 100 of the files are an environment's manifests, of which 10
change. All three get the same files there, and ours renders them as well: `full` clones, copies, commits and pushes; `plumbing` is the least that git does it with (one commit without files, no checkout).
The server is a process of its own, so that its time is nobody's; it counts requests and the bytes that it sends.
"""

import contextlib
import http.server
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

FILES, COMMITS, OWNED, CHANGED = 100_000, 500, 100, 10
WHO = {"GIT_AUTHOR_NAME": "B", "GIT_AUTHOR_EMAIL": "b@example.invalid", "GIT_COMMITTER_NAME": "B", "GIT_COMMITTER_EMAIL": "b@example.invalid",
       "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
TARGETS = "targets: 6 times the wall, 30 times the CPU, 6 times the bytes of a full clone, below 40 MiB, no slower than plumbing, 2 requests unchanged"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    root, count = "", {"requests": 0, "sent": 0}

    def do_GET(self):
        if self.path == "/count":
            return self.answer(200, [], [json.dumps(self.count).encode()])
        self.serve(b"")

    def do_POST(self):
        if self.headers.get("transfer-encoding") == "chunked":
            body = b"".join(iter(self.chunk, b""))
        else:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.serve(body)

    def chunk(self):
        data = self.rfile.read(int(self.rfile.readline(), 16))
        self.rfile.readline()
        return data

    def serve(self, body):
        path, _, query = self.path.partition("?")
        environment = {"PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": self.root, "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
                       "REQUEST_METHOD": self.command, "REMOTE_USER": "b", "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": self.headers.get("content-type", ""),
                       "CONTENT_LENGTH": str(len(body)), "HTTP_CONTENT_ENCODING": self.headers.get("content-encoding", ""),
                       "GIT_PROTOCOL": self.headers.get("git-protocol", ""), "GIT_CONFIG_NOSYSTEM": "1"}
        self.count["requests"] += 1
        with subprocess.Popen(["git", "http-backend"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as git:
            with contextlib.suppress(BrokenPipeError):
                git.stdin.write(body)
            git.stdin.close()
            status, headers = 200, []
            for line in iter(git.stdout.readline, b"\r\n"):
                name, value = line.decode().strip().split(": ", 1)
                if name == "Status":
                    status = int(value.split()[0])
                else:
                    headers.append((name, value))
            self.answer(status, headers, iter(lambda: git.stdout.read1(65536), b""))

    def answer(self, status, headers, pieces):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            self.count["sent"] += len(piece)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        # Clients end connections when they have what they want.
        pass


def serve(root):
    Handler.root = root
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


def repository(folder):
    """Makes a bare repository of files that are not ours, some more with each commit."""
    random.seed(1)
    folder.mkdir(parents=True)
    git("init", "--quiet", "--bare", "--initial-branch=main", folder=folder)
    for name in ("http.receivepack", "uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant", "uploadpack.allowReachableSHA1InWant"):
        git("config", name, "true", folder=folder)
    others, each = FILES - OWNED, (FILES - OWNED) // COMMITS
    with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE, env=os.environ | WHO) as importer:
        write = importer.stdin.write
        for commit in range(COMMITS):
            new = range(commit * each, others if commit == COMMITS - 1 else (commit + 1) * each)
            old = [random.randrange(new.start) for _ in range(CHANGED)] if commit else []
            write(b"commit refs/heads/main\ncommitter B <b@example.invalid> %d +0000\ndata 1\nx\n" % (1_700_000_000 + commit))
            for n in {*new, *old}:
                text = deployment(n, random.randbytes(32).hex())
                write(b"M 100644 inline other/team-%d/app-%d.yaml\ndata %d\n%s\n" % (n // 1000, n, len(text), text))
        importer.stdin.close()
    git("repack", "-a", "-d", "--quiet", folder=folder)


def deployment(n, digest):
    name, team = f"app-{n}", f"team-{n // 1000}"
    return (f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  namespace: {team}\n  labels:\n    app.kubernetes.io/name: {name}\n"
            f"spec:\n  replicas: {n % 5 + 1}\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: {name}\n  template:\n    metadata:\n      labels:\n"
            f"        app.kubernetes.io/name: {name}\n    spec:\n      containers:\n      - name: {name}\n        image: registry.example.com/{team}/{name}@sha256:{digest}\n"
            f"        ports:\n        - containerPort: {8000 + n % 1000}\n").encode()


def git(*arguments, folder, **more):
    return subprocess.run(["git", *arguments], cwd=folder, check=True, env=os.environ | WHO, stdout=subprocess.PIPE, **more).stdout.decode().strip()


def full(url, rendered, work):
    git("clone", "--quiet", url, "clone", folder=work)
    shutil.copytree(rendered, work / "clone/prod", dirs_exist_ok=True)
    git("add", "--all", "prod", folder=work / "clone")
    git("commit", "--quiet", "--message", "Update", folder=work / "clone")
    git("push", "--quiet", "origin", "HEAD:main", folder=work / "clone")


def plumbing(url, rendered, work):
    git("init", "--quiet", ".", folder=work)
    git("fetch", "--quiet", "--depth=1", "--filter=blob:none", url, "main", folder=work)
    git("read-tree", "FETCH_HEAD", folder=work)
    paths = sorted(str(path.relative_to(rendered)) for path in rendered.rglob("*.yaml"))
    ids = git("hash-object", "-w", "--stdin-paths", folder=work, input="".join(f"{rendered / path}\n" for path in paths).encode()).split()
    lines = "".join(f"100644 {id} 0\tprod/{path}\n" for id, path in zip(ids, paths))
    git("update-index", "--index-info", folder=work, input=lines.encode())
    tree = git("write-tree", "--missing-ok", folder=work)
    commit = git("commit-tree", "-p", "FETCH_HEAD", "-m", "Update", tree, folder=work)
    git("push", "--quiet", url, f"{commit}:refs/heads/main", folder=work)


def publish_part(ours, rounds, folder, definition):
    print(f"\ngit: {CHANGED} of {OWNED} manifests change in a repository of {FILES} files in {COMMITS} commits")
    root, hld = folder / "repositories", folder / "publish"
    repository(root / "manifests.git")
    definition(hld, OWNED)
    server = subprocess.Popen([sys.executable, __file__, root], stdout=subprocess.PIPE, text=True)
    try:
        address = f"http://127.0.0.1:{int(server.stdout.readline())}"
        compare(ours, rounds, (folder, root / "manifests.git", hld), address)
    finally:
        server.kill()
        server.wait()


def compare(ours, rounds, places, address):
    folder, bare, hld = places
    url = f"{address}/manifests.git"
    publish = [ours, "publish", "--environments", "prod", "--destination-repository", url, "--authentication", "none"]

    def counted(act):
        """Returns wall and CPU seconds, bytes, requests and peak mebibytes of programs that `act` runs."""
        before, usage, start = count(address), resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        memory = act()
        wall, after, end = time.monotonic() - start, count(address), resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = end.ru_utime + end.ru_stime - usage.ru_utime - usage.ru_stime
        return wall, cpu, after["sent"] - before["sent"], after["requests"] - before["requests"], memory

    def run_ours():
        child = subprocess.Popen(publish, cwd=hld, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            sys.exit(f"publishing failed:\n{said.decode(errors='replace')}")
        return usage.ru_maxrss / 1024

    def run_git(act):
        work = folder / f"work-{time.monotonic_ns()}"
        work.mkdir()
        return lambda: act(url, hld / "out/prod", work) or 0

    run_ours()
    git("repack", "-a", "-d", "--quiet", folder=bare)
    base = git("rev-parse", "main", folder=bare)
    unchanged = counted(run_ours)
    for n in range(CHANGED):
        file = hld / f"group-0/c{n * OWNED // CHANGED}/0.yaml"
        file.write_text(file.read_text().replace("value", "changed"))
    subprocess.run([ours, "render", "--environments", "prod", "--output-directory", "out"], cwd=hld, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    results = {}
    for _ in range(rounds):
        for name, act in (("ours", run_ours), ("plumbing", run_git(plumbing)), ("full", run_git(full))):
            git("update-ref", "refs/heads/main", base, folder=bare)
            results.setdefault(name, []).append(counted(act))
            changed = git("diff", "--name-only", base, "main", folder=bare).splitlines()
            if len([path for path in changed if path.endswith(".yaml")]) != CHANGED:
                sys.exit(f"{name} changed {changed}")
    median = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in results.items()}
    print(f"{'':<12} {'wall s':>8} {'CPU s':>8} {'KiB in':>9} {'requests':>8} {'MiB':>6}")
    for name, (wall, cpu, sent, requests, memory) in [("unchanged", unchanged), *median.items()]:
        print(f"{name:<12} {wall:>8.3f} {cpu:>8.3f} {sent / 1024:>9.0f} {requests:>8.0f} {memory:>6.0f}")
    for name in ("plumbing", "full"):
        wall, cpu, sent = (theirs / mine for theirs, mine in zip(median[name][:3], median["ours"][:3]))
        print(f"{name} takes {wall:.1f} times the wall, {cpu:.1f} times the CPU, {sent:.1f} times the bytes")
    print(TARGETS)


def count(address):
    with urllib.request.urlopen(f"{address}/count") as answer:
        return json.loads(answer.read())


if __name__ == "__main__":
    serve(sys.argv[1])
