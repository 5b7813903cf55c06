/** Under which name this device speaks: its owner's word first, then balena's, then the host's. */

export interface NameSources {
  /** DEVICE_NAME, already checked. */
  readonly configured?: string | undefined;
  /** What the balena dashboard calls the device now. */
  readonly dashboard?: string | undefined;
  /** What it called it when the service was made. */
  readonly dashboardAtInit?: string | undefined;
  readonly hostName: string;
}

export function deviceName({ configured, dashboard, dashboardAtInit, hostName }: NameSources): string {
  return configured || dashboard?.trim() || dashboardAtInit?.trim() || hostName;
}
