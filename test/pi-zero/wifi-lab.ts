/**
 * The radio world around the product, all inside the guest: an access point, a peer behind it, and NetworkManager.
 */
import type { Board } from './board.ts';

/** Association and DHCP take 5 s of guest time; a busy host makes minutes of it. */
const connectTimeoutMs = 300_000;

/** Starting Node in the guest takes 2 s of guest time. */
const peerTimeoutMs = 300_000;

/** Switches the access point on, starts a peer behind it and the board's own Wi-Fi services; nothing is connected yet. */
export async function build(board: Board): Promise<void> {
  await board.shell('/bench/access-point.sh build');
  await board.shell('/bench/access-point.sh on');
  await board.shell('/bench/access-point.sh addresses 10.42.0.10 10.42.0.50');
  await startPeer(board);
  await board.shell('/bench/station.sh');
}

/** Returns when NetworkManager is associated and has an address. */
export async function connect(board: Board): Promise<void> {
  const security = 'wifi-sec.key-mgmt wpa-psk wifi-sec.psk multitastic';
  await board.shell(`nmcli connection add type wifi ifname wlan0 con-name lab ssid lab ${security}`);
  await board.shell('nmcli -w 120 connection up lab', connectTimeoutMs);
}

/** Gives the peer an order: see guest/peer.ts. */
export async function orderPeer(board: Board, order: string): Promise<void> {
  await board.shell(`echo ${order} >/run/peer.orders`);
}

async function startPeer(board: Board): Promise<void> {
  const mark = board.mark();
  await board.shell('mkfifo /run/peer.orders');
  // First in line for the processor: it is a witness, and its own waiting would be counted against the product.
  await board.shell('nice -n -20 ip netns exec ap node /bench/peer.cjs &');
  await board.console.waitFor(/^peer: listening/, mark, peerTimeoutMs);
}
