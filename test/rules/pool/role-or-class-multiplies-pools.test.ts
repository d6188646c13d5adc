import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'role-or-class-multiplies-pools';

async function found(models: readonly string[]) {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/database.yml': 'production:\n  primary:\n    adapter: postgresql\n  legacy:\n    adapter: postgresql\n',
    ...Object.fromEntries(models.map((text, index) => [`app/models/model_${index}.rb`, text])),
  });
  return findings.map(concise);
}

const order = 'class Order < ApplicationRecord\n  establish_connection :legacy\nend\n';
const user = 'class User < ApplicationRecord\n  establish_connection :legacy\nend\n';
const record =
  'class LegacyRecord < ApplicationRecord\n  self.abstract_class = true\n  connects_to database: { writing: :legacy }\nend\n';

describe(RULE, () => {
  it('is a warning from the second model on that connects by itself', async () => {
    expect(await found([order])).toEqual([]);
    expect(await found([order, user])).toEqual([
      `app/models/model_1.rb:2:24: warning ${RULE} each process of web has 2 pools for legacy`,
    ]);
  });

  it('is an info where an abstract class and a model, or two roles, share an entry', async () => {
    expect(await found([record, user])).toEqual([
      `app/models/model_1.rb:2:24: info ${RULE} each process of web has 2 pools for legacy`,
    ]);
    expect(await found([record.replace('writing: :legacy', 'writing: :legacy, reading: :legacy')])).toEqual([
      `app/models/model_0.rb:3:54: info ${RULE} each process of web has 2 pools for legacy`,
    ]);
    expect(await found([record])).toEqual([]);
  });

  it('counts no more connections than threads can ask for, and advises what Rails has', async () => {
    const told = async (rails: string, threads: number) => {
      const { findings } = await lintFiles({
        'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '3.12.6', rails }),
        'config/database.yml':
          'production:\n  adapter: postgresql\n  pool: 64\nlegacy:\n  adapter: postgresql\n  pool: 64\n',
        'config/puma.rb': `threads ${threads}, ${threads}\n`,
        'app/models/order.rb': order,
        'app/models/user.rb': user,
      });
      const one = findings.find(({ rule }) => rule === RULE);
      return [one?.arithmetic, /connects_to|establish_connection/.exec(one?.snippet ?? '')?.[0]];
    };
    expect(await told('5.2.8', 1)).toEqual([
      '2 pools × min(pool 64, 1 thread) = 2 connections that one process can open',
      'establish_connection',
    ]);
    expect(await told('6.0.6', 64)).toEqual([
      '2 pools × 64 = 128 connections that one process can open',
      'connects_to',
    ]);
  });

  it('says nothing of a condition that decides', async () => {
    expect(await found([order, user.replace(':legacy', ':legacy if ENV["LEGACY"]')])).toEqual([]);
  });
});
