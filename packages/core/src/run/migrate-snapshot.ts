/** Snapshots of version 1 kept evidence in another form, and lanes with what they had heard. */
interface Version1 {
  readonly version: 1;
  readonly state: Readonly<Record<string, unknown>>;
}

/**
 * A snapshot of an older version as one of this version: a persisted thread survives an upgrade. Money, trip and
 * overrides are kept; evidence is forgotten, as after a new message of the user. Anything else comes back as it is.
 */
export function migrated(snapshot: unknown): unknown {
  if (!isVersion1(snapshot)) return snapshot;
  const { shared: _, evidence: __, lanes: ___, pending, ...kept } = snapshot.state;
  return {
    version: 2,
    state: { ...kept, pending: pendingOf(pending), lanes: [], evidence: [], turns: [] },
  };
}

function isVersion1(snapshot: unknown): snapshot is Version1 {
  if (typeof snapshot !== "object" || snapshot === null) return false;
  const { version, state } = snapshot as Partial<Version1>;
  return version === 1 && typeof state === "object" && state !== null;
}

/** Calls that were under way. */
function pendingOf(pending: unknown): unknown {
  if (!Array.isArray(pending)) return pending;
  return pending.map((entry: unknown) => {
    if (!Array.isArray(entry)) return entry;
    const [token, call] = entry as [unknown, { readonly signed?: object } | undefined];
    return [token, { ...call, signed: { ...call?.signed, isLook: false } }];
  });
}
