/** Whether this is Node itself, and not one of those that have its modules. */
export const isNode: boolean = !("bun" in process.versions) && !("deno" in process.versions);
