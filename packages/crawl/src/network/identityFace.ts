import type { IdentityLibrary } from "./identityLibrary.js";
import type { Identity } from "./identityNames.js";
import { identityOf } from "./identityNames.js";

/** An identity with the headers of its browser: `[name, value]`, in its order. */
export interface Face extends Identity {
  readonly headers: readonly (readonly [string, string])[];
}

/** @throws InvalidArgumentError for a profile that there is not */
export function faceOf(name: string, library: IdentityLibrary): Face {
  const identity = identityOf(name, library.getProfiles(), library.resolveProfile);
  return { ...identity, headers: [...library.getEmulationHeaders(identity.profile, identity.system)] };
}
