/** More job threads than the pool of the queue has room for. @type {import('./site.mjs').Operator} */
export default {
  name: 'solid-queue-threads-up',
  mutants: ({ read, queuePool, gems }) => {
    const queue = read('config/queue.yml');
    if (queue === null || !queuePool || !gems.solid_queue) return [];
    const text = queue.replace(/^(\s+threads: )\d+$/m, (_, before) => `${before}80`);
    if (text === queue) return [];
    return [
      { files: { 'config/queue.yml': text }, expect: [{ rule: 'pool-smaller-than-solid-queue', at: queuePool }] },
    ];
  },
};
