/** OTP's restart intensity: more than `restartsMax` restarts within `periodMs` is one too many. Pure: time is an argument. */
export class Intensity {
  readonly #restartsMax: number;
  readonly #periodMs: number;
  /** At most `restartsMax + 1` entries: older ones leave before a new one is judged. */
  #restarts: number[] = [];

  constructor(restartsMax: number, periodMs: number) {
    this.#restartsMax = restartsMax;
    this.#periodMs = periodMs;
  }

  /** Records a restart and tells whether it is still within the intensity. */
  allows(now: number): boolean {
    this.#restarts = this.#restarts.filter((at) => now - at < this.#periodMs);
    this.#restarts.push(now);
    return this.#restarts.length <= this.#restartsMax;
  }

  /** Restarts within the period that ends with the last one recorded. */
  get recent(): number {
    return this.#restarts.length;
  }
}
