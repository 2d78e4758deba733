/** The configuration that every test begins with. */
export const GOOD = `auto lo
iface lo inet loopback

auto nic1
iface nic1 inet manual

auto vmbr0
iface vmbr0 inet static
	address 192.0.2.10/24
	gateway 192.0.2.1
	bridge-ports nic1
	bridge-stp off
	bridge-fd 0
`;
