import { rehearse } from '#worker/sandbox/rehearse';

const [store = '', mark = '', root = '/'] = process.argv.slice(2);
await rehearse(
  {
    argv: ['sh', '-c', 'sleep 300 & setsid sleep 300 & echo x > /started; wait'],
    env: { QUORATE_MARK: mark },
  },
  { root, store },
);
