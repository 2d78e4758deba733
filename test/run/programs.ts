/** A program that some suites run for real, and where Debian keeps it. */
export type Program = {
  /** Any of these on PATH will do; the first is what it is called when people are told. */
  readonly names: readonly [string, ...string[]];
  readonly debianPackage: string;
  /** Test files that cannot run without it, as globs below the repository. */
  readonly suites: readonly string[];
};

const NETWORK = ['test/worker/network/*.process.test.ts'];
const BUBBLEWRAP = [
  ...NETWORK,
  'test/worker/{sandbox,console,scripts}/**/*.process.test.ts',
  'test/worker/scripts/on-*.test.ts',
];

/**
 * One row per program. The server of redis-tools is its redis-check-rdb, which is redis-server when it is started
 * under that name: the small package brings no daemon onto port 6379.
 */
export const programs: readonly Program[] = [
  {
    names: ['redis-server', 'valkey-server', 'redis-check-rdb'],
    debianPackage: 'redis-tools',
    suites: ['test/**/*redis*.test.ts', 'test/**/*bullmq*.test.ts'],
  },
  { names: ['bwrap'], debianPackage: 'bubblewrap', suites: BUBBLEWRAP },
  { names: ['ip'], debianPackage: 'iproute2', suites: NETWORK },
  { names: ['python3'], debianPackage: 'python3-minimal', suites: NETWORK },
  {
    names: ['debootstrap'],
    debianPackage: 'debootstrap',
    suites: ['test/**/on-*.test.ts'],
  },
];
