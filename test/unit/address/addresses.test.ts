import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeReason,
  chooseAddress,
  lossReason,
  type UsableAddress,
} from '../../../src/address/addresses.ts';
import type { NetworkInterface } from '../../../src/system/system.ts';

const nic = (name: string, rest: Partial<NetworkInterface> = {}): NetworkInterface => ({
  name,
  index: 2,
  addresses: ['10.0.0.2'],
  running: true,
  carrierChanges: 1,
  wireless: false,
  defaultRoute: false,
  ...rest,
});

const inUse = (name: string, address: string): UsableAddress => ({
  address,
  interface: name,
  index: 2,
  carrierChanges: 1,
  wireless: false,
});

describe('chooseAddress()', () => {
  const chosen = (table: NetworkInterface[], wish = {}) => {
    const found = chooseAddress(table, wish);
    return found && `${found.interface} ${found.address}`;
  };

  it('finds nothing in an empty table', () => {
    expect(chosen([])).toBeUndefined();
  });

  it('ignores an interface without carrier or without an address', () => {
    expect(chosen([nic('eth0', { running: false }), nic('eth1', { addresses: [] })])).toBeUndefined();
  });

  it.each(['lo', 'docker0', 'br-1234', 'veth12', 'balena0', 'resin-vpn', 'supervisor0', 'tun0', 'wg0'])(
    'ignores the virtual interface %s unless it is named',
    (name) => {
      expect(chosen([nic(name)])).toBeUndefined();
      expect(chosen([nic(name)], { networkInterface: name })).toBe(`${name} 10.0.0.2`);
    },
  );

  it('takes the named interface and no other', () => {
    expect(chosen([nic('wlan0', { wireless: true }), nic('eth0')], { networkInterface: 'eth0' })).toBe(
      'eth0 10.0.0.2',
    );
    expect(chosen([nic('wlan0', { wireless: true })], { networkInterface: 'eth0' })).toBeUndefined();
  });

  it('prefers wireless, then the default route, then the kernel order', () => {
    const first = nic('eth0');
    const routed = nic('eth1', { defaultRoute: true });
    const wireless = nic('wlan0', { wireless: true });
    expect(chosen([first, routed, wireless])).toBe('wlan0 10.0.0.2');
    expect(chosen([first, routed])).toBe('eth1 10.0.0.2');
    expect(chosen([first, nic('eth1')])).toBe('eth0 10.0.0.2');
  });

  it('takes a self-assigned address only when nothing better exists', () => {
    const selfAssigned = nic('wlan0', { wireless: true, addresses: ['169.254.7.7'] });
    expect(chosen([selfAssigned])).toBe('wlan0 169.254.7.7');
    expect(chosen([selfAssigned, nic('eth0')])).toBe('eth0 10.0.0.2');
  });

  it('stays where it is among equals, so that a moving default route moves nothing', () => {
    const table = [nic('eth0'), nic('eth1', { addresses: ['10.0.1.2'], defaultRoute: true })];
    expect(chosen(table, { current: inUse('eth0', '10.0.0.2') })).toBe('eth0 10.0.0.2');
  });

  it('stays on the address in use when the interface gets another one beside it', () => {
    const table = [nic('eth0', { addresses: ['10.0.0.9', '10.0.0.2'] })];
    expect(chosen(table, { current: inUse('eth0', '10.0.0.2') })).toBe('eth0 10.0.0.2');
  });

  it('leaves an interface that died for another usable one', () => {
    const table = [nic('eth0', { running: false }), nic('eth1', { addresses: ['10.0.1.2'] })];
    expect(chosen(table, { current: inUse('eth0', '10.0.0.2') })).toBe('eth1 10.0.1.2');
  });

  it('only ever chooses an address that the table has, on a running interface', () => {
    const anyNic = fc.record({
      name: fc.constantFrom('lo', 'eth0', 'eth1', 'wlan0', 'docker0'),
      index: fc.nat(9),
      addresses: fc.array(fc.ipV4(), { maxLength: 3 }),
      running: fc.boolean(),
      carrierChanges: fc.nat(9),
      wireless: fc.boolean(),
      defaultRoute: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(anyNic, { maxLength: 6 }),
        fc.option(fc.constantFrom('eth0', 'lo')),
        (table, named) => {
          const found = chooseAddress(table, { networkInterface: named ?? undefined });
          if (!found) return true;
          if (named && found.interface !== named) return false;
          return table.some(
            (each) => each.running && each.name === found.interface && each.addresses.includes(found.address),
          );
        },
      ),
    );
  });
});

describe('lossReason()', () => {
  it('tells a missing interface, a missing link and a missing address apart', () => {
    expect(lossReason([], 'eth0')).toBe('interface');
    expect(lossReason([nic('lo')], undefined)).toBe('interface');
    expect(lossReason([nic('eth0', { running: false })], 'eth0')).toBe('carrier');
    expect(lossReason([nic('eth0', { addresses: [] })], 'eth0')).toBe('address');
  });

  it('looks at the chosen interface alone, and at any when none is chosen', () => {
    const table = [nic('eth0', { addresses: [] }), nic('wlan0', { running: false })];
    expect(lossReason(table, 'wlan0')).toBe('carrier');
    expect(lossReason(table, undefined)).toBe('address');
  });
});

describe('changeReason()', () => {
  const before = inUse('eth0', '10.0.0.2');

  it('finds nothing to do when nothing changed', () => {
    expect(changeReason(before, { ...before })).toBeUndefined();
  });

  it.each([
    ['another interface', { interface: 'eth1', index: 7 }, 'interface'],
    ['an interface made anew', { index: 7, carrierChanges: 9 }, 'recreated'],
    ['another address', { address: '10.0.0.3' }, 'address'],
    ['a link that was down between two looks', { carrierChanges: 3 }, 'carrier'],
  ])('sees %s', (_, change, reason) => {
    expect(changeReason(before, { ...before, ...change })).toBe(reason);
  });
});
