/** The configuration's variables as the table that the README shows. */
import { variables } from '../../src/config.ts';

export function variableTable(): string {
  const rows = variables.map(
    ({ name, meaning, allowed, unset }) => `| \`${name}\` | ${meaning} | ${allowed} | ${unset} |`,
  );
  return ['| variable | what it does | allowed | when unset |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}
