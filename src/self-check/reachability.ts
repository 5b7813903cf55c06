/**
 * Are we isolated? Pure: evidence in, a verdict out, in words. Hearing ourselves proves nothing, because the kernel loops
 * our own datagrams back above the driver: with the carrier gone all of them are heard. Only others can tell.
 */

/**
 * `unknown`: not judged yet; `ok`: somebody hears us, or those who are there cannot tell; `mute`: we hear others, and none
 * of them hears us; `deaf`: those we heard have all fallen silent at once; `alone`: nobody else is about; `link-down`;
 * `overloaded`: a flood keeps us from listening.
 */
export type Reachability = 'unknown' | 'ok' | 'mute' | 'deaf' | 'alone' | 'link-down' | 'overloaded';

export interface Evidence {
  readonly linkUp: boolean;
  /** When the last hello was said. */
  readonly helloAt: number;
  /** Since when silence counts: the beacon came up, a flood ended, or somebody said goodbye. */
  readonly listeningSince: number;
  /** Since when a flood keeps us from listening; undefined when none does. */
  readonly floodedSince: number | undefined;
  /** How long our own silence is to be borne. */
  readonly holdMs: number;
  /** The same in a small fleet: false names make a fleet look large, and a flood of them shall not put its own verdict off. */
  readonly leastHoldMs: number;
  /** When a peer was heard last; undefined when there never was one, or all have said goodbye. */
  readonly heardAt: number | undefined;
  /** At which those who are expected announce themselves, in the middle. */
  readonly intervalMs: number;
  readonly rich: number;
  readonly classic: number;
  /** Of the rich ones, who hears us, and who has passed us over three times or more. */
  readonly hearUs: number;
  readonly passUsOver: number;
}

export interface Verdict {
  readonly state: Reachability;
  /** In words for a person. */
  readonly evidence: string;
}

/** All of a fleet losing the same announcement twice, one after the other, is no chance. */
const SILENT_INTERVALS = 1.5;
/** A newcomer is answered within a second, if there is anybody. */
const HELLO_ANSWERED_MS = 3_000;

export function judge(evidence: Evidence, now: number): Verdict {
  const { linkUp, floodedSince, leastHoldMs, heardAt } = evidence;
  if (!linkUp) return { state: 'link-down', evidence: 'there is no link, or no address' };
  if (floodedSince !== undefined && now - floodedSince > leastHoldMs)
    return {
      state: 'overloaded',
      evidence: `a flood has kept us from listening for ${seconds(now - floodedSince)}`,
    };
  if (heardAt === undefined) return judgeSilence(evidence, now);
  // While we choose not to listen, silence proves nothing.
  const silentMs = (floodedSince ?? now) - Math.max(heardAt, evidence.listeningSince);
  if (silentMs >= SILENT_INTERVALS * evidence.intervalMs)
    return { state: 'deaf', evidence: `all who were here have been silent for ${seconds(silentMs)}` };
  return judgeListings(evidence, now);
}

/** A later hello changes nothing: whoever is alone and looks for others is alone until somebody answers. */
function judgeSilence({ listeningSince }: Evidence, now: number): Verdict {
  if (now - listeningSince < HELLO_ANSWERED_MS)
    return { state: 'unknown', evidence: 'we have only just begun to listen' };
  return { state: 'alone', evidence: 'nobody else is about' };
}

function judgeListings(
  { rich, classic, hearUs, passUsOver, helloAt, holdMs }: Evidence,
  now: number,
): Verdict {
  if (hearUs > 0) return { state: 'ok', evidence: `${hearUs} of ${rich + classic} hear us` };
  if (rich === 0 && classic > 0)
    return { state: 'ok', evidence: 'we hear devices that cannot tell whom they hear' };
  if (passUsOver > 0 && now - helloAt > holdMs)
    return { state: 'mute', evidence: `we hear ${rich}, and ${passUsOver} of them list others but not us` };
  return { state: 'unknown', evidence: 'nobody has listed us yet' };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
