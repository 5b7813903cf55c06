/** Under which name this device speaks: its owner's word first, then balena's, then the host's. */

export interface NameSources {
  /** DEVICE_NAME, already checked. */
  readonly configured?: string | undefined;
  /** What the balena dashboard called the device when the service started. */
  readonly balena?: string | undefined;
  readonly hostName: string;
}

export function deviceName({ configured, balena, hostName }: NameSources): string {
  return configured || balena?.trim() || hostName;
}
