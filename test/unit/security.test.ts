import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface LockedPackage {
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
}

const page = readFileSync('SECURITY.md', 'utf8');

describe('SECURITY.md', () => {
  it('names files that are there', () => {
    const paths = [...page.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('tells of what the product is made, as the lock file has it', () => {
    const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
      readFileSync('package-lock.json', 'utf8'),
    );
    const inProduct = Object.entries(lock.packages).filter(
      ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
    );
    const named = (license: string) => inProduct.filter(([, each]) => each.license === license);
    const mit = named('MIT').length;
    expect(page).toContain(
      `${inProduct.length} packages of npm are in the product, ${mit} under the MIT licence`,
    );
    expect(named('ISC').map(([path]) => path)).toEqual(['node_modules/split2']);
    expect(mit + 1).toBe(inProduct.length);
    expect(inProduct.filter(([, { integrity }]) => !integrity)).toEqual([]);
    const scripts = inProduct.filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(scripts.map(([path]) => path)).toEqual(['node_modules/epoll']);
  });
});
