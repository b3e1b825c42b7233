import { mkdir, mkdtemp, realpath, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOME_PREFIX, OWNER_FILE, ownerLine } from "./staleHomes.js";

/** The folder of one Chromium, with everything that it writes in it: whoever removes it has removed all. */
export interface ChromiumHome {
  readonly path: string;
  readonly profile: string;
  /** Where Playwright puts what it downloads. */
  readonly artifacts: string;
  /** For temporary files. */
  readonly temporary: string;
}

/** A socket lies 60 characters below the folder, and its path may have 107. */
const LONGEST = 40;

/** Below this `/dev/shm` is too small for several pages, in bytes. A container has 64 MiB unless it is told otherwise. */
const SHM_NEEDED = 1 << 30;

/** What has no flag. `2` stands for never. */
const PREFERENCES = {
  alternate_error_pages: { enabled: false },
  autofill: { enabled: false },
  credentials_enable_service: false,
  dns_prefetching: { enabled: false },
  net: { network_prediction_options: 2 },
  profile: { password_manager_enabled: false },
  safebrowsing: { enabled: false },
  search: { suggest_enabled: false },
  signin: { allowed: false, allowed_on_next_startup: false },
  translate: { enabled: false },
  webrtc: {
    ip_handling_policy: "disable_non_proxied_udp",
    multiple_routes_enabled: false,
    nonproxied_udp_enabled: false,
  },
};

/** Where the folders of Chromiums are. */
export function homesFolder(): string {
  return tmpdir().length > LONGEST ? "/tmp" : tmpdir();
}

/** Makes a folder for a Chromium that is about to start. */
export async function makeChromiumHome(): Promise<ChromiumHome> {
  const path = await realpath(await mkdtemp(join(homesFolder(), HOME_PREFIX)));
  await writeFile(join(path, OWNER_FILE), ownerLine());
  const home = {
    path,
    profile: join(path, "profile"),
    artifacts: join(path, "artifacts"),
    temporary: join(path, "tmp"),
  };
  await mkdir(join(home.profile, "Default"), { recursive: true });
  await mkdir(home.artifacts);
  await mkdir(home.temporary);
  await writeFile(join(home.profile, "Default", "Preferences"), JSON.stringify(PREFERENCES));
  return home;
}

/** Whether Chromium's shared memory has to lie in files. */
export async function shmIsSmall(path: string = "/dev/shm"): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize < SHM_NEEDED;
  } catch {
    return process.platform === "linux";
  }
}
