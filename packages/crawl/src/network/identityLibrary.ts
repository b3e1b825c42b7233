import { MissingPartError } from "../ground/errors.js";

/** What is used of wreq-js: so much that another library could stand behind it. */
export interface IdentityLibrary {
  createTransport(options: object): Promise<NativeTransport>;
  fetch(url: string, options: object): Promise<NativeResponse>;
  getProfiles(): readonly string[];
  resolveProfile(alias: string): string;
  getEmulationHeaders(profile: string, system: string): Iterable<[string, string]>;
}

export interface NativeTransport {
  close(): Promise<void>;
}

export interface NativeResponse {
  readonly status: number;
  readonly headers: { toTuples(): readonly [string, string][] };
  /** Of a small body, which was read already: not of the library's public face. */
  readonly inlineBody?: Uint8Array | null;
  readonly body: { getReader(): BodyReader } | null;
}

export interface BodyReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

let loaded: Promise<IdentityLibrary> | undefined;

/**
 * Loads it when it is needed for the first time: it is large, and optional.
 *
 * @throws MissingPartError if it is not there, or not for this machine
 */
export function identityLibrary(load: () => Promise<unknown> = () => import("wreq-js")): Promise<IdentityLibrary> {
  loaded ??= load().then(
    (library) => library as IdentityLibrary,
    (error: unknown) => {
      loaded = undefined;
      throw new MissingPartError("speak as a browser", "wreq-js", error);
    },
  );
  return loaded;
}
