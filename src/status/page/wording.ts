/** Figures as people say them. Pure. */

/** How long something takes or has taken, in one unit: nobody needs the minutes of days. */
export function span(seconds: number): string {
  if (seconds < 59.5) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 3_570) return `${Math.round(seconds / 60)} min`;
  if (seconds < 84_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

export function ago(seconds: number): string {
  return seconds < 1.5 ? 'now' : `${span(seconds)} ago`;
}

/** After the usual rules of thumb for 2.4 GHz. */
export function signalInWords(dbm: number): string {
  if (dbm >= -55) return 'excellent';
  if (dbm >= -67) return 'good';
  if (dbm >= -75) return 'fair';
  return 'weak';
}

export function megabytes(bytes: number): string {
  if (bytes >= 1e10) return `${(bytes / 1e9).toFixed(1)} GB`;
  return `${Math.round(bytes / 1e6)} MB`;
}

export const LED_WORDS = {
  waiting: 'Slow, even blinking: starting, or waiting for a network',
  alone: 'A wink every two seconds: nobody else is here',
  friends: 'A heartbeat: friends are here. A long flash: one of them speaks',
  isolated: 'Three winks: cut off from the others, and working on it',
  identify: 'Very fast flicker: somebody asked which device this is',
  fault: 'Fast flicker: something needs you; what happened says what',
} as const;

export const REACHABILITY_WORDS = {
  unknown: 'not known yet',
  ok: 'others hear us',
  mute: 'nobody hears us',
  deaf: 'we hear nobody',
  alone: 'nobody to be heard by',
  'link-down': 'off the network',
  overloaded: 'too much is being said',
} as const;

export const STATE_WORDS = {
  'two-way': 'hears us, too',
  heard: 'heard',
  unproven: 'not proven to be a friend',
} as const;

export const LIKENESS_WORDS = {
  twin: { badge: 'our name', meaning: 'bears the same name as this device' },
  clone: { badge: 'clone', meaning: 'another device has the same id, as copied SD cards do' },
  namesake: { badge: 'namesake', meaning: 'several devices bear this name' },
} as const;
