/** A moment in ISO 8601, reckoned here: for the first `Date` V8 reads the tables of all time zones, which costs 0.8 MB. */

const DAY_MS = 86_400_000;
/** The calendar repeats itself after 400 years. */
const ERA_DAYS = 146_097;
/** From 1 March of the year 0, with which an era begins, to 1 January 1970. */
const UNTIL_1970_DAYS = 719_468;

/** What `new Date(ms).toISOString()` gives, from 1970 to 9999. Years are reckoned from March, so that leap days come last. */
export function isoTime(ms: number): string {
  const days = Math.floor(ms / DAY_MS) + UNTIL_1970_DAYS;
  const dayOfEra = days % ERA_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = Math.floor(days / ERA_DAYS) * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}T${timeOfDay(ms % DAY_MS)}Z`;
}

function timeOfDay(ms: number): string {
  const hours = padded(Math.floor(ms / 3_600_000), 2);
  const minutes = padded(Math.floor(ms / 60_000) % 60, 2);
  const seconds = padded(Math.floor(ms / 1_000) % 60, 2);
  return `${hours}:${minutes}:${seconds}.${padded(ms % 1_000, 3)}`;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
