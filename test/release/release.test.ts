/** What balena itself makes of the release: its own parser and resolver, and the fields that it documents. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it, type TestContext } from 'vitest';
import { variables } from '../../src/config.ts';

const load = createRequire(import.meta.url);
const INSTALL = 'npm ci --ignore-scripts --prefix test/release';

/** These packages are large and needed nowhere else, so they are installed apart; without them there is nothing to ask. */
function balenaOrSkip(context: TestContext) {
  if (!existsSync('test/release/node_modules') && process.env.CI !== 'true') {
    context.skip(`balena's own code is not installed: ${INSTALL}`);
  }
  return {
    parse: load('@balena/compose').parse,
    multibuild: load('@balena/compose').multibuild,
    denied: load('@balena/compose-parser/dist/compose.js'),
    yaml: load('js-yaml'),
    ignore: load('@balena/dockerignore'),
    tar: load('tar-stream'),
  };
}

type Balena = ReturnType<typeof balenaOrSkip>;

const text = (path: string) => readFileSync(path, 'utf8');
/** Everything that is not ignored by git. */
const sources = () =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((path) => existsSync(path));

/** What `balena push` sends: the files that .dockerignore lets through, and balena's own. */
function sentFiles({ ignore }: Balena): string[] {
  const filter = ignore.default?.() ?? ignore();
  filter.add(text('.dockerignore'));
  const always = ['docker-compose.yml', 'balena.yml'];
  return sources().filter((path) => always.includes(path) || !filter.ignores(path));
}

async function resolve(balena: Balena) {
  const pack = balena.tar.pack();
  for (const path of sentFiles(balena)) pack.entry({ name: path }, readFileSync(path));
  pack.finalize();
  const composition = balena.parse.normalize(balena.yaml.load(text('docker-compose.yml')));
  const tasks = await balena.multibuild.splitBuildStream(composition, pack);
  let refuse = (_: Error) => {};
  const refused = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  const [task] = balena.multibuild.performResolution(tasks, 'rpi', 'raspberry-pi', { error: [refuse] });
  task.buildStream.resume();
  await Promise.race([task.resolvedPromise, refused]);
  return task;
}

/** The instructions of a Dockerfile, continuation lines joined. */
function instructions(dockerfile: string): string[] {
  const joined = dockerfile.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ');
  return joined.split('\n').filter((line) => line.trim() !== '');
}

describe('docker-compose.yml', () => {
  it('is what balena accepts, and resolves to our Dockerfile for the Pi Zero W', async (context) => {
    const task = await resolve(balenaOrSkip(context));
    expect(task).toMatchObject({
      serviceName: 'main',
      resolved: true,
      projectType: 'Standard Dockerfile',
      dockerfilePath: 'deploy/Dockerfile',
      dockerPlatform: 'linux/arm/v6',
    });
    expect(task.dockerfile).toBe(text('deploy/Dockerfile'));
  });

  it('uses no field that balena denies today', (context) => {
    const { denied, yaml } = balenaOrSkip(context);
    const { main } = (yaml.load(text('docker-compose.yml')) as { services: { main: Record<string, object> } })
      .services;
    expect(denied.SERVICE_CONFIG_DENY_LIST.length).toBeGreaterThan(10);
    expect(Object.keys(main).filter((field) => denied.SERVICE_CONFIG_DENY_LIST.includes(field))).toEqual([]);
    expect(
      Object.keys(main.build ?? {}).filter((field) => denied.BUILD_CONFIG_DENY_LIST.includes(field)),
    ).toEqual([]);
    expect(Object.keys(main).filter((field) => ['env_file', 'extends'].includes(field))).toEqual([]);
  });

  it('asks for no more than it needs', (context) => {
    const { main } = balenaOrSkip(context).yaml.load(text('docker-compose.yml')).services;
    expect(main.privileged).toBeUndefined();
    expect(main.cap_drop).toEqual(['ALL']);
    // Port 80, which balena's public device URL shows.
    expect(main.cap_add).toEqual(['NET_BIND_SERVICE']);
    expect(Object.keys(main.labels).sort()).toEqual([
      'io.balena.features.dbus',
      'io.balena.features.requires.arch.sw',
      'io.balena.features.supervisor-api',
      'io.balena.features.sysfs',
    ]);
  });
});

describe('deploy/Dockerfile', () => {
  it('takes every stage from the one base that runs on ARMv6', () => {
    const stages = instructions(text('deploy/Dockerfile')).filter((line) => line.startsWith('FROM'));
    expect(stages.length).toBeGreaterThan(1);
    for (const stage of stages)
      expect(stage).toMatch(/^FROM --platform=linux\/arm\/v6 alpine:3\.22( AS \w+)?$/);
  });

  it('needs nothing that the classic builder does not have', () => {
    expect(text('deploy/Dockerfile')).not.toMatch(
      /RUN --mount|<<|TARGETARCH|TARGETPLATFORM|COPY --link|# syntax/,
    );
  });

  it('copies only files that balena push sends', (context) => {
    const sent = sentFiles(balenaOrSkip(context));
    const copied = instructions(text('deploy/Dockerfile'))
      .filter((line) => line.startsWith('COPY') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(copied.length).toBeGreaterThan(3);
    for (const source of copied) {
      expect(
        sent.some((path) => path === source || path.startsWith(`${source}/`)),
        source,
      ).toBe(true);
    }
  });

  it('fails on the wrong architecture, and when the addon of the LED does not load', () => {
    const steps = instructions(text('deploy/Dockerfile')).join('\n');
    expect(steps).toContain('RUN test "$(apk --print-arch)" = armhf');
    expect(steps).toContain(`RUN node -e "require('onoff')"`);
    expect(steps).toContain(`RUN node -e "require('epoll')"`);
  });

  it('makes the snapshot last, by the Node that starts from it and with nothing changed after', () => {
    const last =
      instructions(text('deploy/Dockerfile'))
        .join('\n')
        .split(/^FROM .*$/m)
        .at(-1) ?? '';
    const [before = '', after = ''] = last.split('RUN sh start.sh make-snapshot');
    expect(before).toMatch(/apk add [^\n]*nodejs[\s\S]*COPY --from=build/);
    expect(after).toMatch(/\nCMD \["sh", "start.sh"\]/);
    expect(after).not.toMatch(/^(RUN|COPY)/m);
  });

  it('checks the health by asking the node, else by a file that the node is told to touch', () => {
    const steps = instructions(text('deploy/Dockerfile')).join('\n');
    expect(steps).toMatch(/^ENV .*HTTP_PORT=80\b/m);
    expect(steps).toMatch(/HEALTHCHECK .*wget .* http:\/\/127\.0\.0\.1:\$HTTP_PORT\/healthz \|\| find/);
    const file = /ENV HEARTBEAT_FILE=(\S+)/.exec(steps)?.[1];
    expect(file).toMatch(/^\/tmp\//);
    expect(steps).toMatch(new RegExp(`HEALTHCHECK .*find ${file} -mmin -2`));
  });
});

describe('balena.yml', () => {
  interface Contract {
    type: string;
    version: string;
    assets: Record<string, { type: string; data: { url: string } }>;
    data: Record<string, unknown> & { applicationEnvironmentVariables: Record<string, unknown>[] };
  }
  const contract = (context: TestContext) => balenaOrSkip(context).yaml.load(text('balena.yml')) as Contract;

  it('has the documented fields and no others', (context) => {
    const { assets, data, ...rest } = contract(context);
    expect(Object.keys(rest).sort()).toEqual(['description', 'name', 'type', 'version']);
    expect(Object.keys(assets).sort()).toEqual(['logo', 'repository']);
    for (const asset of Object.values(assets)) {
      expect(asset).toEqual({ type: 'blob.asset', data: { url: expect.stringMatching(/^https:\/\//) } });
    }
    expect(Object.keys(data).sort()).toEqual([
      'applicationEnvironmentVariables',
      'defaultDeviceType',
      'supportedDeviceTypes',
    ]);
    expect(data).toMatchObject({ defaultDeviceType: 'raspberry-pi', supportedDeviceTypes: ['raspberry-pi'] });
  });

  it('is an application of the same version as the package', (context) => {
    expect(contract(context)).toMatchObject({
      type: 'sw.application',
      version: JSON.parse(text('package.json')).version,
    });
  });

  it('sets only variables that exist', (context) => {
    const names = contract(context).data.applicationEnvironmentVariables.flatMap((each) => Object.keys(each));
    expect(names.filter((name) => !variables.some((variable) => variable.name === name))).toEqual([]);
    expect(names.length).toBeGreaterThan(0);
  });

  it('points to a logo that is there', (context) => {
    const path = contract(context).assets.logo?.data.url.replace(/^.*\/main\//, '') ?? '';
    const png = readFileSync(path);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512]);
  });
});
