import { describe, expect, it } from "vitest";
import { containerMemory } from "../../src/browser/containerMemory.js";

const MiB = 1 << 20;
const MEMINFO = `MemTotal:        8388608 kB\nMemFree:  1 kB\nMemAvailable:    4194304 kB\n`;
const UNLIMITED = "9223372036854771712\n";

/** A machine of 8 GiB of which 4 are free, with these files besides. */
function reading(files: Readonly<Record<string, string>>): (path: string) => string | undefined {
  return (path) => ({ "/proc/meminfo": MEMINFO, ...files })[path];
}

describe("containerMemory()", () => {
  it("takes what the machine has where there are no control groups", () => {
    expect(containerMemory(reading({}))).toEqual({ limit: 8192 * MiB, available: 4096 * MiB, source: "machine" });
    expect(containerMemory(() => undefined)).toBeUndefined();
  });

  it("reads version 2, with the cache of files taken for free", () => {
    const files = {
      "/proc/self/cgroup": "0::/\n",
      "/proc/self/mountinfo": "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n",
      "/sys/fs/cgroup/memory.max": `${1024 * MiB}\n`,
      "/sys/fs/cgroup/memory.current": `${700 * MiB}\n`,
      "/sys/fs/cgroup/memory.stat": `anon 1\ninactive_file ${200 * MiB}\nactive_file 5\n`,
    };
    expect(containerMemory(reading(files))).toEqual({ limit: 1024 * MiB, available: 524 * MiB, source: "cgroup2" });
  });

  it("reads version 1, of which a container may see its own group only", () => {
    const files = {
      "/proc/self/cgroup": "9:name=systemd:/docker/abc\n4:cpu,memory:/docker/abc\n",
      "/proc/self/mountinfo": "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,cpu,memory\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": `${512 * MiB}\n`,
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": `${500 * MiB}\n`,
      "/sys/fs/cgroup/memory/memory.stat": `cache 1\ninactive_file 7\ntotal_inactive_file ${100 * MiB}\n`,
    };
    expect(containerMemory(reading(files))).toEqual({ limit: 512 * MiB, available: 112 * MiB, source: "cgroup1" });
  });

  it("takes the tightest of the groups above its own, and leaves out those without a limit", () => {
    const files = {
      "/proc/self/cgroup": "0::/slice/pod/main\n",
      "/proc/self/mountinfo": "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
      "/sys/fs/cgroup/slice/pod/main/memory.max": "max\n",
      "/sys/fs/cgroup/slice/pod/main/memory.current": "1\n",
      "/sys/fs/cgroup/slice/pod/memory.max": `${2048 * MiB}\n`,
      "/sys/fs/cgroup/slice/pod/memory.current": `${2000 * MiB}\n`,
      "/sys/fs/cgroup/slice/memory.max": `${1024 * MiB}\n`,
      "/sys/fs/cgroup/slice/memory.current": `${100 * MiB}\n`,
    };
    expect(containerMemory(reading(files))).toEqual({ limit: 1024 * MiB, available: 48 * MiB, source: "cgroup2" });
    const unlimited = {
      "/proc/self/cgroup": "4:memory:/\n",
      "/proc/self/mountinfo": "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": UNLIMITED,
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
    };
    expect(containerMemory(reading(unlimited))?.source).toBe("machine");
  });

  it("is never below nothing", () => {
    const files = {
      "/proc/self/cgroup": "0::/\n",
      "/proc/self/mountinfo": "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
      "/sys/fs/cgroup/memory.max": "1000\n",
      "/sys/fs/cgroup/memory.current": "2000\n",
    };
    expect(containerMemory(reading(files))).toMatchObject({ limit: 1000, available: 0 });
  });

  it.runIf(process.platform === "linux")("reads what there is here", () => {
    const here = containerMemory();
    expect(here?.limit).toBeGreaterThan(100 * MiB);
    expect(here?.available).toBeLessThanOrEqual(here?.limit as number);
  });
});
