"""The three forms of a service that the native-* benchmarks compare, and how one is started and looked at."""

import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
JVM_OPTIONS = ["-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]
MAINS = {
    "aggregation": "dev.kumiai.aggregation.AggregationMain",
    "local-training": "dev.kumiai.localtraining.LocalTrainingMain",
    "generation": "dev.kumiai.generation.GenerationMain",
}
FORMS = ["native", "JVM", "JVM + AOT cache"]


def jdk():
    if "JAVA_HOME" in os.environ:
        return pathlib.Path(os.environ["JAVA_HOME"])
    said = subprocess.run([ROOT / "kumiai", "maven", "-v"], capture_output=True, text=True, check=True).stdout
    return pathlib.Path(next(line for line in said.splitlines() if "runtime: " in line).split("runtime: ")[1])


class Forms:
    """Commands of every form of a service.

    jars is a checkout whose jars are packaged, work a folder for the AOT caches. A cache only knows classes of the JVM's own class
    loader, so that form starts the application by its class path and not by quarkus-run.jar, which has a loader of its own.
    """

    def __init__(self, jars, work):
        self.java = jdk() / "bin/java"
        self.jars = jars
        self.work = work

    def command(self, form, service, options, arguments=()):
        if form == "native":
            return [ROOT / f"services/{service}/target/kumiai-{service}-runner", *options, *arguments]
        if form == "JVM":
            jar = self.jars / f"services/{service}/target/quarkus-app/quarkus-run.jar"
            return [self.java, *JVM_OPTIONS, *options, "-jar", jar, *arguments]
        return self._by_class_path(service, [f"-XX:AOTCache={self.work}/{service}.aot", *options], arguments)

    def training(self, service, options, arguments=()):
        """The command that leaves the AOT cache when it ends."""
        return self._by_class_path(service, [f"-XX:AOTCacheOutput={self.work}/{service}.aot", *options], arguments)

    def cache_mb(self, service):
        return (self.work / f"{service}.aot").stat().st_size / 1e6

    def _by_class_path(self, service, options, arguments):
        folder = self.jars / f"services/{service}/target/quarkus-app"
        jars = [folder / "quarkus/transformed-bytecode.jar", folder / "quarkus/generated-bytecode.jar"]
        for place in ["app", "lib/boot", "lib/main"]:
            jars += sorted((folder / place).glob("*.jar"))
        path = ":".join(str(jar) for jar in jars if jar.exists())
        opens = ["--add-opens", "java.base/java.lang=ALL-UNNAMED"]  # which the manifest of quarkus-run.jar says
        return [self.java, *JVM_OPTIONS, *opens, *options, "-cp", path, MAINS[service], *arguments]


class Server:
    """A service that was started; seconds tells how long its first 200 took. Ended by SIGTERM."""

    def __init__(self, command, port, path, environment=None):
        self.port = port
        self.log = tempfile.TemporaryFile()
        begun = time.monotonic()
        self.process = subprocess.Popen([str(c) for c in command], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
                                        env={**os.environ, **(environment or {})})
        while not answers(f"http://127.0.0.1:{port}{path}"):
            if self.process.poll() is not None or time.monotonic() - begun > 60:
                self.log.seek(0)
                said = self.log.read().decode()[-2000:]
                self.__exit__()
                sys.exit(f"{command[0]} did not answer:\n{said}")
            time.sleep(0.001)
        self.seconds = time.monotonic() - begun

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.log.close()

    def resident(self):
        """MB, file pages that it shares included."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def quietly(command):
    """Runs to the end; seconds and the largest resident memory in MB."""
    begun = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([str(c) for c in command], stdout=said, stderr=said, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{command[0]} ended with {process.returncode}:\n{said.read().decode()[-2000:]}")
    return seconds, usage.ru_maxrss / 1024


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def compare(number, measure, report=None):
    """Measures every form once in each of so many rounds, in turn, and prints a table."""
    rounds = []
    for one in range(number):
        rounds.append({form: measure(form) for form in FORMS})
        print(f"round {one + 1}: {json.dumps(rounds[-1])}", file=sys.stderr, flush=True)
        if report:
            report.write_text(json.dumps(rounds, indent=1))
    print("| | " + " | ".join(f"{form}: median (range), ratio to JVM" for form in FORMS) + " |")
    print("| --- |" + " --- |" * len(FORMS))
    for name in rounds[0]["JVM"]:
        cells = []
        for form in FORMS:
            values = [r[form][name] for r in rounds]
            ratio = statistics.median(r[form][name] / r["JVM"][name] for r in rounds)
            cells.append(f"{statistics.median(values):.4g} ({min(values):.4g} to {max(values):.4g}), {ratio:.2f}")
        print(f"| {name} | " + " | ".join(cells) + " |")
